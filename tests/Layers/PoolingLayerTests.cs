using System.Text.Json.Nodes;
using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class PoolingLayerTests
{
    private static Blob<double> ThreeByThree => Blob("x", [1, 1, 3, 3], 1, 2, 3, 6, 5, 4, 7, 8, 9);

    private static LayerRun<double> Run(PoolingOptions options, Blob<double>? x = null) =>
        new(new PoolingLayer<double>(options), x ?? ThreeByThree);

    [Test]
    public void Max_takes_the_largest_of_each_window_and_sends_it_the_gradient()
    {
        var run = Run(new() { KernelSize = 2 });
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 6, 5, 8, 9 }));
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(1, 1, 2, 2)));
        Assert.That(run.Backward(1, 2, 3, 4), Is.EqualTo(new double[] { 0, 0, 0, 1, 2, 0, 0, 3, 4 }));
    }

    [Test]
    public void A_largest_value_of_several_windows_gets_the_sum_of_their_gradients()
    {
        var run = Run(new() { KernelSize = 2 }, Blob("x", [1, 1, 3, 3], 0, 0, 0, 0, 9, 0, 0, 0, 0));
        Assert.That(run.Forward(), Is.All.EqualTo(9));
        Assert.That(run.Backward(1, 2, 3, 4), Is.EqualTo(new double[] { 0, 0, 0, 0, 10, 0, 0, 0, 0 }));
    }

    [Test]
    public void Of_equal_values_the_first_gets_the_gradient()
    {
        var run = Run(new() { KernelSize = 2 }, Blob("x", [1, 1, 2, 2], 1, 3, 3, 3));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 3 }));
        Assert.That(run.Backward(5), Is.EqualTo(new double[] { 0, 5, 0, 0 }));
    }

    // Places count within the plane: the second plane begins at 0 again.
    [Test]
    public void A_second_top_gets_the_places_of_the_largest()
    {
        var x = Blob("x", [1, 2, 2, 3], 1, 2, 3, 6, 5, 4, 9, 9, 0, 0, 0, 0);
        var run = new LayerRun<double>(new PoolingLayer<double>(new() { KernelSize = 2 }), topCount: 2, x);
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 6, 5, 9, 9 }));
        Assert.That(run.Tops[1].Shape, Is.EqualTo(run.Top.Shape));
        Assert.That(run.Tops[1].Data.ToArray(), Is.EqualTo(new double[] { 3, 4, 0, 1 }));
        Assert.That(run.Backward(1, 2, 3, 4), Is.EqualTo(new double[] { 0, 0, 0, 1, 2, 0, 3, 4, 0, 0, 0, 0 }));
    }

    [TestCase(PoolingMethod.Ave)]
    [TestCase(PoolingMethod.Stochastic)]
    public void Only_max_has_a_second_top(PoolingMethod method) => Assert.That(
        () => new LayerRun<double>(new PoolingLayer<double>(new() { Pool = method, KernelSize = 2 }), topCount: 2,
            ThreeByThree), Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "layer 'tested' (Pooling): received 2 top blobs, allowed: exactly 1"));

    [Test]
    public void A_pad_is_never_the_largest()
    {
        var run = Run(new() { KernelSize = 2, Pad = 1, Stride = 2 }, Blob("x", [1, 1, 2, 2], -1, -2, -3, -4));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { -1, -2, -3, -4 }));
    }

    [Test]
    public void Not_a_number_is_the_largest()
    {
        var run = Run(new() { KernelSize = 2 }, Blob("x", [1, 1, 2, 2], 1, double.NaN, 3, 0));
        Assert.That(run.Forward(), Is.EqualTo(new[] { double.NaN }));
    }

    [Test]
    public void Ave_takes_the_mean_of_each_window_and_shares_its_gradient()
    {
        var run = Run(new() { Pool = PoolingMethod.Ave, KernelSize = 2 });
        Assert.That(run.Forward(), Is.EqualTo(new[] { 3.5, 3.5, 6.5, 6.5 }));
        Assert.That(run.Backward(4, 8, 12, 16), Is.EqualTo(new double[] { 1, 3, 2, 4, 10, 6, 3, 7, 4 }));
    }

    // The window starts in the pad: (0 + 0 + 0 + 1) / 4. Rounded up, the last ends at the end of the pad: 9 / 4.
    [Test]
    public void A_mean_counts_pads_as_zeros()
    {
        var run = Run(new() { Pool = PoolingMethod.Ave, KernelSize = 2, Stride = 3, Pad = 1 });
        Assert.That(run.Forward(), Is.EqualTo(new[] { 0.25, 0.75, 1.75, 2.25 }));
    }

    // Two columns remain for the second window of three, one row for the second of two rows: (6 + 7) / 2.
    [Test]
    public void A_mean_does_not_count_what_lies_behind_the_pads()
    {
        var run = Run(new() { Pool = PoolingMethod.Ave, KernelSize = [2, 3], Stride = [2, 1] },
            Blob("x", [1, 1, 3, 3], 1, 1, 1, 1, 1, 1, 2, 4, 6));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 1, 4 }));
        Assert.That(run.Backward(6, 3), Is.EqualTo(new double[] { 1, 1, 1, 1, 1, 1, 1, 1, 1 }));
    }

    // 4, 2, 3, 1 and 5, 1, 3, 0: one window more would start behind the image and its pad.
    [TestCase(6, 2, 2, 0, 3, 3)]
    [TestCase(6, 3, 2, 0, 3, 2)]
    [TestCase(7, 3, 2, 0, 3, 3)]
    [TestCase(8, 3, 2, 1, 5, 4)]
    [TestCase(5, 2, 2, 1, 3, 3)]
    [TestCase(4, 2, 3, 1, 2, 2)]
    [TestCase(5, 1, 3, 0, 2, 2)]
    [TestCase(4, 2, 2, 1, 3, 3)]
    [TestCase(3, 2, 2, 1, 2, 2)]
    public void The_number_of_windows_is_rounded_as_asked(int extent, int kernel, int stride, int pad, int ceil,
        int floor)
    {
        var options = new PoolingOptions { KernelSize = kernel, Stride = stride, Pad = pad };
        var x = Normal<double>("x", 2, 3, extent, extent);
        Assert.That(Run(options, x).Top.Shape, Is.EqualTo(new Shape(2, 3, ceil, ceil)));
        Assert.That(Run(options with { RoundMode = PoolingRoundMode.Floor }, x).Top.Shape,
            Is.EqualTo(new Shape(2, 3, floor, floor)));
    }

    [Test]
    public void Rounded_up_a_window_may_be_larger_than_the_image()
    {
        var run = Run(new() { Pool = PoolingMethod.Ave, KernelSize = 4, Stride = 2 });
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 5 }));
    }

    [Test]
    public void Neither_a_kernel_size_nor_global_pooling_is_an_error() => Assert.That(
        () => Run(new()), Throws.TypeOf<ConfigException>().With.Message.EqualTo("layer 'tested' (Pooling): "
            + "kernel_size: received none, allowed: 1 or 2 values, or global_pooling"));

    [TestCase(PoolingMethod.Max, 9)]
    [TestCase(PoolingMethod.Ave, 5)]
    public void Global_pooling_makes_one_value_of_a_plane_of_any_extent(PoolingMethod method, double expected)
    {
        var x = ThreeByThree;
        var run = Run(new() { Pool = method, GlobalPooling = true }, x);
        Assert.That(run.Forward(), Is.EqualTo(new[] { expected }));
        x.Reshape([2, 1, 1, 2]);
        x.Data.Fill(2);
        run.Layer.Reshape(run.Bottoms, run.Tops);
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 2, 2 }));
    }

    [Test]
    public void Gradients_are_those_of_differences(
        [Values(PoolingMethod.Max, PoolingMethod.Ave)] PoolingMethod method, [Values] PoolingRoundMode mode,
        [Values(0, 1)] int pad, [Values(1, 2, 4)] int stride) => AssertGradients(new PoolingLayer<double>(
            new() { Pool = method, RoundMode = mode, KernelSize = [3, 2], Pad = pad, Stride = stride }),
            Normal<double>("x", 2, 3, 6, 5));

    [Test]
    public void Global_gradients_are_those_of_differences(
        [Values(PoolingMethod.Max, PoolingMethod.Ave)] PoolingMethod method) => AssertGradients(
            new PoolingLayer<double>(new() { Pool = method, GlobalPooling = true }), Normal<double>("x", 2, 3, 2, 5));

    [Test]
    public void Results_are_the_same_bits_for_any_number_of_threads([Values] PoolingMethod method) =>
        AssertSameBitsForAnyThreads(() => new PoolingLayer<float>(
            new() { Pool = method, KernelSize = 3, Stride = 2 }), Normal<float>("x", 7, 9, 20, 21));

    // Widths around the lengths of vectors, windows that reach over every border, and few values, so that there are ties.
    [Test]
    public void Planes_of_any_extent_give_what_a_loop_over_each_window_gives(
        [Values(PoolingMethod.Max, PoolingMethod.Ave)] PoolingMethod method,
        [Values(1, 2, 3)] int stride, [Values(0, 1, 2)] int pad, [Values(3, 4)] int kernel,
        [Values(4, 7, 8, 9, 16, 17, 33, 64)] int width)
    {
        var x = Normal<float>("x", 2, 3, 7, width);
        foreach (ref var value in x.Data)
            value = MathF.Round(value);
        x.Data[5] = float.NegativeInfinity;
        AssertLikeLoop(new() { Pool = method, Stride = stride, Pad = pad, KernelSize = [3, kernel] }, x);
    }

    [TestCase(PoolingMethod.Max)]
    [TestCase(PoolingMethod.Ave)]
    public void Large_windows_give_what_a_loop_over_each_window_gives(PoolingMethod method)
    {
        var x = Normal<float>("x", 1, 2, 40, 37);
        AssertLikeLoop(new() { Pool = method, GlobalPooling = true }, x);
        AssertLikeLoop(new() { Pool = method, KernelSize = [20, 17], Stride = [5, 7], Pad = 3 }, x);
        AssertLikeLoop(new() { Pool = method, KernelSize = 3, Stride = [1_000_000, 5], RoundMode = PoolingRoundMode.Floor },
            x);
        AssertLikeLoop(new() { Pool = method, KernelSize = 65536, Stride = 65536, Pad = 65535 }, x);
    }

    [Test]
    public void Where_all_is_minus_infinity_the_gradient_goes_to_the_first_place_of_the_window()
    {
        var x = Normal<float>("x", 1, 2, 4, 20);
        x.Data.Fill(float.NegativeInfinity);
        AssertLikeLoop(new() { KernelSize = 3, Stride = 2, Pad = 1 }, x);
    }

    [Test]
    public void Not_a_number_is_the_largest_in_float_too()
    {
        var x = Normal<float>("x", 1, 1, 9, 40);
        x.Data[100] = float.NaN;
        x.Data[310] = float.NaN;
        AssertLikeLoop(new() { KernelSize = 3, Stride = 2 }, x);
    }

    private static void AssertLikeLoop(PoolingOptions options, Blob<float> x)
    {
        var run = new LayerRun<float>(new PoolingLayer<float>(options), x);
        var dy = Normal<float>("diff", run.Top.Count).Data.ToArray();
        var (y, dx) = Loop(options, x, run.Top.Shape, dy);
        // Means of up to 1480 values around 1, whose order of summation may differ.
        var tolerance = options.Pool == PoolingMethod.Max ? 0 : 1e-5;
        Assert.That(run.Forward(), Is.EqualTo(y).Within(tolerance));
        Assert.That(run.Backward(dy), Is.EqualTo(dx).Within(1e-5), "sums of up to 16 gradients");
    }

    private static (float[] Y, float[] Dx) Loop(PoolingOptions options, Blob<float> x, Shape top, float[] dy)
    {
        static int Of(OneOrMany<int> option, int axis) => option[Math.Min(axis, option.Count - 1)];
        var (height, width) = (x.Shape[2], x.Shape[3]);
        var kernel = options.KernelSize ?? new[] { height, width };
        var (y, dx) = (new float[top.Size], new float[x.Count]);
        for (var target = 0; target < y.Length; target++)
        {
            var first = target / (top[2] * top[3]) * height * width;
            var top0 = target / top[3] % top[2] * Of(options.Stride, 0) - Of(options.Pad, 0);
            var left = target % top[3] * Of(options.Stride, 1) - Of(options.Pad, 1);
            var places = Enumerable.Range(Math.Max(0, top0), height)
                .Where(row => row < Math.Min(height, top0 + Of(kernel, 0)))
                .SelectMany(row => Enumerable.Range(Math.Max(0, left), width)
                    .Where(column => column < Math.Min(width, left + Of(kernel, 1)))
                    .Select(column => first + row * width + column)).ToArray();
            if (options.Pool == PoolingMethod.Max)
            {
                var largest = places.Aggregate((best, place) =>
                    x.Data[place] > x.Data[best] || float.IsNaN(x.Data[place]) ? place : best);
                y[target] = x.Data[largest];
                dx[largest] += dy[target];
                continue;
            }
            var size = (float)(Math.Min(top0 + Of(kernel, 0), height + Of(options.Pad, 0)) - top0)
                * (Math.Min(left + Of(kernel, 1), width + Of(options.Pad, 1)) - left);
            foreach (var place in places)
            {
                y[target] += x.Data[place] / size;
                dx[place] += dy[target] / size;
            }
        }
        return (y, dx);
    }

    [TestCase(new[] { 3, 5, 5 }, "3×5×5), allowed: 4 axes: images, channels, height, width")]
    [TestCase(new[] { 1, 1, 2, 5 },
        "1×1×2×5), a height of 2 with a pad of 1, allowed: 3 or more for the kernel_size 6")]
    [TestCase(new[] { 1, 1, 5, 0 },
        "1×1×5×0), a width of 0 with a pad of 1, allowed: 3 or more for the kernel_size 6")]
    public void A_bottom_that_does_not_fit_is_an_error_that_says_what_fits(int[] shape, string message) => Assert.That(
        () => Run(new() { KernelSize = 6, Pad = 1, Stride = 2 }, Normal<double>("x", shape)),
        Throws.TypeOf<ShapeException>()
            .With.Message.EqualTo($"layer 'tested' (Pooling): received the bottom x ({message}"));

    [TestCase("""{ "kernel_size": 2, "global_pooling": true }""",
        "kernel_size: received together with global_pooling, allowed: one of them")]
    [TestCase("""{ "stride": 2, "global_pooling": true }""",
        "global_pooling: received with the stride 2 and the pad 0, allowed: the stride 1 and the pad 0")]
    [TestCase("""{ "kernel_size": [3, 2], "pad": 2 }""",
        "pad: received 2 for the kernel_size 2, allowed: less than it")]
    [TestCase("""{ "kernel_size": 2, "stride": [1, 2, 3] }""",
        "stride: received 3 values, allowed: 1 for both axes, or 2: height, width")]
    [TestCase("""{ "kernel_size": 2, "pool": "median" }""", "max, ave, stochastic")]
    [TestCase("""{ "kernel_size": 2, "pad": 1, "pool": "stochastic" }""",
        "pad: received 1 with the pool stochastic, allowed: 0")]
    public void Options_that_do_not_fit_are_an_error(string options, string message) => Assert.That(
        () => LayerRegistry.Create<double>("Pooling", (JsonObject)JsonNode.Parse(options)!),
        Throws.TypeOf<ConfigException>().With.Message.Contains(message));

    [Test]
    public void Options_given_in_code_are_checked_too() => Assert.That(
        () => Run(new() { KernelSize = 2, Pad = 2 }), Throws.TypeOf<ConfigException>().With.Message.EqualTo(
            "layer 'tested' (Pooling): pad: received 2 for the kernel_size 2, allowed: less than it"));
}
