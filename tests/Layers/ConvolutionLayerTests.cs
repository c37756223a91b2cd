using System.Text.Json.Nodes;
using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class ConvolutionLayerTests
{
    private static Blob<double> ThreeByThree => Blob("x", [1, 1, 3, 3], 1, 2, 3, 4, 5, 6, 7, 8, 9);

    private static LayerRun<double> Example()
    {
        var run = new LayerRun<double>(new ConvolutionLayer<double>(new() { NumOutput = 1, KernelSize = 2 }),
            ThreeByThree);
        run.Layer.Parameters[0].Set([1, 2, 3, 4]);
        run.Layer.Parameters[1].Set([10]);
        return run;
    }

    // 1·1 + 2·2 + 3·4 + 4·5 + 10 = 47, and so on.
    [Test]
    public void Forward_lays_the_kernel_on_every_place_and_adds_the_bias()
    {
        var run = Example();
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 47, 57, 77, 87 }));
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(1, 1, 2, 2)));
    }

    // In the middle of x all four windows meet: 4·1 + 3·2 + 2·3 + 1·4 = 20. The first weight saw 1, 2, 4 and 5:
    // 1·1 + 2·2 + 3·4 + 4·5 = 37.
    [Test]
    public void Backward_gives_the_gradients_of_image_weights_and_bias()
    {
        var run = Example();
        run.Forward();
        Assert.That(run.Backward(1, 2, 3, 4), Is.EqualTo(new double[] { 1, 4, 4, 6, 20, 16, 9, 24, 16 }));
        Assert.That(run.Layer.Parameters[0].Diff.ToArray(), Is.EqualTo(new double[] { 37, 47, 67, 77 }));
        Assert.That(run.Layer.Parameters[1].Diff.ToArray(), Is.EqualTo(new double[] { 10 }));
    }

    [Test]
    public void A_second_backward_pass_adds_to_the_parameters_and_overwrites_the_bottom()
    {
        var run = Example();
        run.Forward();
        run.Backward(1, 2, 3, 4);
        Assert.That(run.Backward(1, 2, 3, 4), Is.EqualTo(new double[] { 1, 4, 4, 6, 20, 16, 9, 24, 16 }));
        Assert.That(run.Layer.Parameters[0].Diff.ToArray(), Is.EqualTo(new double[] { 74, 94, 134, 154 }));
        Assert.That(run.Layer.Parameters[1].Diff.ToArray(), Is.EqualTo(new double[] { 20 }));
    }

    [Test]
    public void A_frozen_parameter_gets_no_gradient()
    {
        var run = Example();
        foreach (var parameter in run.Layer.Parameters)
            parameter.LrMult = 0;
        run.Forward();
        Assert.That(run.Backward(1, 2, 3, 4), Is.EqualTo(new double[] { 1, 4, 4, 6, 20, 16, 9, 24, 16 }));
        Assert.That(run.Layer.Parameters[0].Diff.ToArray(), Is.All.Zero);
        Assert.That(run.Layer.Parameters[1].Diff.ToArray(), Is.All.Zero);
    }

    // Every window sees one corner: those of the image, in the order of the kernel's elements from the last.
    [Test]
    public void Pad_and_stride_place_the_windows()
    {
        var run = new LayerRun<double>(new ConvolutionLayer<double>(
            new() { NumOutput = 1, KernelSize = 2, Pad = 1, Stride = 3, BiasTerm = false }),
            Blob("x", [1, 1, 3, 3], 1, 2, 3, 4, 5, 6, 7, 8, 9));
        run.Layer.Parameters[0].Set([1, 10, 100, 1000]);
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 1000, 300, 70, 9 }));
    }

    [TestCase(new[] { 7, 9 }, 3, 1, 0, 1, new[] { 5, 7 })]
    [TestCase(new[] { 7, 10 }, 3, 2, 0, 1, new[] { 3, 4 })]
    [TestCase(new[] { 7, 10 }, 3, 2, 1, 1, new[] { 4, 5 })]
    [TestCase(new[] { 7, 10 }, 3, 1, 0, 3, new[] { 1, 4 })]
    [TestCase(new[] { 1, 1 }, 5, 1, 2, 1, new[] { 1, 1 })]
    [TestCase(new[] { 4, 5 }, 1, int.MaxValue, 0, 1, new[] { 1, 1 })]
    public void The_extents_of_the_top_are_rounded_down(int[] extents, int kernel, int stride, int pad, int dilation,
        int[] expected)
    {
        var run = new LayerRun<double>(new ConvolutionLayer<double>(
            new() { NumOutput = 3, KernelSize = kernel, Stride = stride, Pad = pad, Dilation = dilation }),
            Normal<double>("x", 2, 2, extents[0], extents[1]));
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(2, 3, expected[0], expected[1])));
        run.Forward();
    }

    [Test]
    public void Height_and_width_may_differ_in_every_option()
    {
        var run = new LayerRun<double>(new ConvolutionLayer<double>(new()
        {
            NumOutput = 4,
            KernelSize = [3, 2],
            Stride = [1, 2],
            Pad = [2, 0],
            Dilation = [2, 1],
            Group = 2,
        }), Normal<double>("x", 1, 6, 5, 8));
        Assert.That(run.Layer.Parameters[0].Shape, Is.EqualTo(new Shape(4, 3, 3, 2)));
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(1, 4, 5, 4)));
    }

    [Test]
    public void Weights_start_random_and_biases_at_zero()
    {
        var layer = new ConvolutionLayer<double>(new() { NumOutput = 50, KernelSize = 2 });
        _ = new LayerRun<double>(layer, Normal<double>("x", 1, 3, 2, 2));
        Assert.That(layer.Parameters[0].Data.ToArray(),
            Is.All.InRange(-0.5, 0.5).And.Some.Not.Zero, "xavier: ±√(3/12)");
        Assert.That(layer.Parameters[1].Data.ToArray(), Is.All.Zero);
    }

    [TestCase(1, 1, 1, 1, 0, 1, 1, 1, 1)]
    [TestCase(3, 1, 1, 1, 0, 1, 2, 4, 4)]
    [TestCase(3, 2, 1, 1, 1, 1, 2, 5, 3)]
    [TestCase(2, 4, 3, 2, 1, 2, 2, 7, 5)]
    [TestCase(18, 2, 3, 1, 1, 1, 2, 3, 4)]
    [TestCase(2, 6, 2, 3, 2, 3, 3, 7, 8)]
    public void Gradients_are_those_of_differences(int images, int channels, int kernel, int stride, int pad,
        int dilation, int group, int height, int width) => AssertGradients(new ConvolutionLayer<double>(new()
        {
            NumOutput = 2 * group,
            KernelSize = kernel,
            Stride = stride,
            Pad = pad,
            Dilation = dilation,
            Group = group,
        }), Normal<double>("x", images, channels * group, height, width));

    [TestCase(3, 1, 5, 6)]
    [TestCase(5, 2, 4, 7)]
    public void Gradients_by_Winograd_are_those_of_differences(int kernel, int pad, int height, int width) =>
        AssertGradients(new ConvolutionLayer<double>(new()
        {
            NumOutput = 3,
            KernelSize = kernel,
            Pad = pad,
            Algorithm = ConvolutionAlgorithm.Winograd,
        }), Normal<double>("x", 3, 2, height, width));

    // 16 channels and 512 tiles: here auto takes Winograd, whose rounding differs from that of the direct sums.
    [Test]
    public void Auto_takes_Winograd_where_channels_and_tiles_are_many()
    {
        var x = Normal<float>("x", 8, 16, 32, 32);
        var tops = Enum.GetValues<ConvolutionAlgorithm>().Select(algorithm => new LayerRun<float>(
            new ConvolutionLayer<float>(new() { NumOutput = 16, KernelSize = 3, Pad = 1, Algorithm = algorithm }), x)
            .Forward()).ToArray();
        var (auto, direct, winograd) = (tops[0], tops[1], tops[2]);
        Assert.That(auto, Is.EqualTo(winograd));
        Assert.That(auto, Is.Not.EqualTo(direct));
        Assert.That(auto, Is.EqualTo(direct).Within(2e-5), "sums of 144 products of size 1");
    }

    [TestCase(ConvolutionAlgorithm.Direct)]
    [TestCase(ConvolutionAlgorithm.Winograd)]
    public void Weights_that_have_changed_are_seen(ConvolutionAlgorithm algorithm)
    {
        var run = new LayerRun<double>(new ConvolutionLayer<double>(
            new() { NumOutput = 1, KernelSize = 3, BiasTerm = false, Algorithm = algorithm }),
            Blob("x", [1, 1, 3, 3], 1, 2, 3, 4, 5, 6, 7, 8, 9));
        run.Layer.Parameters[0].Data.Fill(1);
        Assert.That(run.Forward()[0], Is.EqualTo(45).Within(1e-12));
        Assert.That(run.Forward()[0], Is.EqualTo(45).Within(1e-12));
        run.Layer.Parameters[0].Data[8] = 2;
        Assert.That(run.Forward()[0], Is.EqualTo(54).Within(1e-12));
    }

    [Test]
    public void Winograd_for_a_window_that_it_cannot_filter_is_an_error()
    {
        var options = new ConvolutionOptions { NumOutput = 1, KernelSize = 4, Algorithm = ConvolutionAlgorithm.Winograd };
        Assert.That(() => new LayerRun<double>(new ConvolutionLayer<double>(options), Normal<double>("x", 1, 1, 5, 5)),
            Throws.TypeOf<ConfigException>().With.Message.EqualTo("layer 'tested' (Convolution): algorithm: received "
                + "winograd, allowed: auto or direct unless kernel_size is 3 or 5, stride and dilation are 1, and group "
                + "is 1"));
    }

    [TestCase(1, 1)]
    [TestCase(37, 5)]
    [TestCase(2, 3)]
    [TestCase(37, 3)]
    [TestCase(37, 1)]
    public void Results_are_the_same_bits_for_any_number_of_threads(int images, int kernel) =>
        AssertSameBitsForAnyThreads(() => new ConvolutionLayer<float>(new() { NumOutput = 24, KernelSize = kernel }),
            Normal<float>("x", images, 40, 11, 13));

    [TestCase(1)]
    [TestCase(3)]
    public void Passes_after_the_first_allocate_nothing(int kernel)
    {
        var run = new LayerRun<float>(new ConvolutionLayer<float>(new() { NumOutput = 4, KernelSize = kernel }),
            Normal<float>("x", 20, 4, 6, 6));
        IReadOnlyList<bool> propagateDown = [true];
        var threads = WorkPool.Threads;
        try
        {
            WorkPool.Threads = 1;
            Pass();
            Assert.That(Allocation.Of(Pass), Is.Zero);
        }
        finally
        {
            WorkPool.Threads = threads;
        }

        void Pass()
        {
            run.Layer.Forward(run.Bottoms, run.Tops);
            run.Layer.Backward(run.Tops, propagateDown, run.Bottoms);
        }
    }

    [Test]
    public void Another_number_and_extent_of_images_is_followed()
    {
        var x = Normal<double>("x", 2, 1, 3, 3);
        var run = new LayerRun<double>(new ConvolutionLayer<double>(new() { NumOutput = 1, KernelSize = 2 }), x);
        run.Forward();
        run.Backward(new double[run.Top.Count]);
        run.Layer.Parameters[0].Set([1, 2, 3, 4]);
        x.Reshape([40, 1, 2, 2]);
        x.Data.Fill(1);
        run.Layer.Reshape(run.Bottoms, run.Tops);
        Assert.That(run.Forward(), Has.Length.EqualTo(40).And.All.EqualTo(10));
        run.Backward([.. Enumerable.Repeat(1.0, 40)]);
        Assert.That(run.Layer.Parameters[0].Diff.ToArray(), Is.All.EqualTo(40));
    }

    [Test]
    public void No_images_give_an_empty_top_and_no_gradient()
    {
        var run = new LayerRun<double>(new ConvolutionLayer<double>(new() { NumOutput = 2, KernelSize = 2 }),
            Blob("x", [0, 3, 4, 4]));
        Assert.That(run.Forward(), Is.Empty);
        run.Backward();
        Assert.That(run.Layer.Parameters[0].Diff.ToArray(), Is.All.Zero);
    }

    [TestCase(new[] { 1, 1, 2, 5 },
        "1×1×2×5), a height of 4 with its pads, allowed: 5 or more, which the kernel covers")]
    [TestCase(new[] { 1, 1, 5, 1 },
        "1×1×5×1), a width of 3 with its pads, allowed: 5 or more, which the kernel covers")]
    [TestCase(new[] { 1, 0, 5, 5 }, "1×0×5×5), 0 channels, allowed: 1 or more")]
    [TestCase(new[] { 3, 5, 5 }, "3×5×5), allowed: 4 axes: images, channels, height, width")]
    public void A_bottom_that_does_not_fit_is_an_error_that_says_what_fits(int[] shape, string message)
    {
        var layer = new ConvolutionLayer<double>(new() { NumOutput = 2, KernelSize = 3, Dilation = 2, Pad = 1 });
        Assert.That(() => new LayerRun<double>(layer, Normal<double>("x", shape)), Throws.TypeOf<ShapeException>()
            .With.Message.EqualTo($"layer 'tested' (Convolution): received the bottom x ({message}"));
    }

    [Test]
    public void Channels_that_the_group_does_not_divide_are_an_error()
    {
        var layer = new ConvolutionLayer<double>(new() { NumOutput = 4, KernelSize = 1, Group = 2 });
        Assert.That(() => new LayerRun<double>(layer, Normal<double>("x", 1, 3, 2, 2)),
            Throws.TypeOf<ShapeException>().With.Message.EqualTo("layer 'tested' (Convolution): received the bottom "
                + "x (1×3×2×2), 3 channels, allowed: a multiple of the group 2"));
    }

    [Test]
    public void Another_number_of_channels_is_an_error_that_names_both()
    {
        var x = Normal<double>("x", 2, 3, 4, 4);
        var run = new LayerRun<double>(new ConvolutionLayer<double>(new() { NumOutput = 2, KernelSize = 3 }), x);
        x.Reshape([2, 4, 4, 4]);
        Assert.That(() => run.Layer.Reshape(run.Bottoms, run.Tops),
            Throws.TypeOf<ShapeException>().With.Message.EqualTo("layer 'tested' (Convolution): received the bottom "
                + "x (2×4×4×4), 4 channels, allowed: 3, for which the weights were made"));
    }

    [TestCase("""{ "num_output": 3, "kernel_size": 1, "group": 2 }""",
        "num_output: received 3 for the group 2, allowed: a multiple of it")]
    [TestCase("""{ "num_output": 3, "kernel_size": [1, 2, 3] }""",
        "kernel_size: received 3 values, allowed: 1 for both axes, or 2: height, width")]
    [TestCase("""{ "num_output": 3, "kernel_size": 1, "pad": [] }""",
        "pad: received 0 values, allowed: 1 for both axes, or 2: height, width")]
    [TestCase("""{ "num_output": 3, "kernel_size": [3, 0] }""", "kernel_size")]
    [TestCase("""{ "num_output": 3 }""", "kernel_size")]
    public void Options_that_do_not_fit_are_an_error(string options, string message) => Assert.That(
        () => LayerRegistry.Create<double>("Convolution", (JsonObject)JsonNode.Parse(options)!),
        Throws.TypeOf<ConfigException>().With.Message.Contains(message));

    [Test]
    public void Options_given_in_code_are_checked_too() => Assert.That(
        () => new LayerRun<double>(new ConvolutionLayer<double>(new() { NumOutput = 3, KernelSize = 1, Group = 2 }),
            Normal<double>("x", 1, 2, 2, 2)),
        Throws.TypeOf<ConfigException>().With.Message.EqualTo("layer 'tested' (Convolution): num_output: received 3 "
            + "for the group 2, allowed: a multiple of it"));
}
