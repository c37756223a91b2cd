using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class InnerProductLayerTests
{
    private static Blob<double> TwoByThree => Blob("x", [2, 3], 1, 2, 3, 4, 5, 6);

    private static LayerRun<double> Example(InnerProductOptions options, double[] weights)
    {
        var run = new LayerRun<double>(new InnerProductLayer<double>(options), TwoByThree);
        run.Layer.Parameters[0].Set(weights);
        if (options.BiasTerm)
            run.Layer.Parameters[1].Set([10, 20]);
        return run;
    }

    // 1·1 + 2·0 − 3·1 + 10 = 8, and so on.
    [Test]
    public void Forward_multiplies_every_row_by_the_weights_and_adds_the_bias()
    {
        var run = Example(new() { NumOutput = 2 }, [1, 0, -1, 2, 1, 0]);
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 8, 24, 8, 33 }));
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(2, 2)));
    }

    [Test]
    public void Backward_gives_the_gradients_of_input_weights_and_bias()
    {
        var run = Example(new() { NumOutput = 2 }, [1, 0, -1, 2, 1, 0]);
        run.Forward();
        Assert.That(run.Backward(1, 2, 3, 4), Is.EqualTo(new double[] { 5, 2, -1, 11, 4, -3 }));
        Assert.That(run.Layer.Parameters[0].Diff.ToArray(), Is.EqualTo(new double[] { 13, 17, 21, 18, 24, 30 }));
        Assert.That(run.Layer.Parameters[1].Diff.ToArray(), Is.EqualTo(new double[] { 4, 6 }));
    }

    [Test]
    public void A_second_backward_pass_adds_to_the_parameters_and_overwrites_the_bottom()
    {
        var run = Example(new() { NumOutput = 2 }, [1, 0, -1, 2, 1, 0]);
        run.Forward();
        run.Backward(1, 2, 3, 4);
        Assert.That(run.Backward(1, 2, 3, 4), Is.EqualTo(new double[] { 5, 2, -1, 11, 4, -3 }));
        Assert.That(run.Layer.Parameters[0].Diff.ToArray(), Is.EqualTo(new double[] { 26, 34, 42, 36, 48, 60 }));
        Assert.That(run.Layer.Parameters[1].Diff.ToArray(), Is.EqualTo(new double[] { 8, 12 }));
    }

    [Test]
    public void Transposed_weights_give_the_same_results()
    {
        var run = Example(new() { NumOutput = 2, Transpose = true }, [1, 2, 0, 1, -1, 0]);
        Assert.That(run.Layer.Parameters[0].Shape, Is.EqualTo(new Shape(3, 2)));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 8, 24, 8, 33 }));
        Assert.That(run.Backward(1, 2, 3, 4), Is.EqualTo(new double[] { 5, 2, -1, 11, 4, -3 }));
        Assert.That(run.Layer.Parameters[0].Diff.ToArray(), Is.EqualTo(new double[] { 13, 18, 17, 24, 21, 30 }));
    }

    [Test]
    public void Without_a_bias_the_weights_are_the_only_parameter()
    {
        var run = Example(new() { NumOutput = 2, BiasTerm = false }, [1, 0, -1, 2, 1, 0]);
        Assert.That(run.Layer.Parameters, Has.Count.EqualTo(1));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { -2, 4, -2, 13 }));
    }

    [Test]
    public void A_frozen_parameter_gets_no_gradient()
    {
        var run = Example(new() { NumOutput = 2 }, [1, 0, -1, 2, 1, 0]);
        foreach (var parameter in run.Layer.Parameters)
            parameter.LrMult = 0;
        run.Forward();
        Assert.That(run.Backward(1, 2, 3, 4), Is.EqualTo(new double[] { 5, 2, -1, 11, 4, -3 }));
        Assert.That(run.Layer.Parameters[0].Diff.ToArray(), Is.All.Zero);
        Assert.That(run.Layer.Parameters[1].Diff.ToArray(), Is.All.Zero);
    }

    [Test]
    public void Weights_start_random_and_biases_at_zero()
    {
        var layer = new InnerProductLayer<double>(new() { NumOutput = 50 });
        _ = new LayerRun<double>(layer, Normal<double>("x", 1, 12));
        Assert.That(layer.Parameters[0].Data.ToArray(),
            Is.All.InRange(-0.5, 0.5).And.Some.Not.Zero, "xavier: ±√(3/12)");
        Assert.That(layer.Parameters[1].Data.ToArray(), Is.All.Zero);
    }

    [TestCase(1, new[] { 4, 3, 2 }, new[] { 4, 5 })]
    [TestCase(2, new[] { 4, 3, 2 }, new[] { 4, 3, 5 })]
    [TestCase(-1, new[] { 4, 3, 2 }, new[] { 4, 3, 5 })]
    [TestCase(0, new[] { 4, 3, 2 }, new[] { 5 })]
    public void The_axes_before_the_axis_stay(int axis, int[] bottom, int[] top)
    {
        var run = new LayerRun<double>(new InnerProductLayer<double>(new() { NumOutput = 5, Axis = axis }),
            Normal<double>("x", bottom));
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(top)));
    }

    [TestCase(1, 1, 1, false)]
    [TestCase(3, 4, 5, false)]
    [TestCase(7, 2, 3, false)]
    [TestCase(3, 4, 5, true)]
    public void Gradients_are_those_of_differences(int rows, int inputs, int outputs, bool transpose) =>
        AssertGradients(new InnerProductLayer<double>(new() { NumOutput = outputs, Transpose = transpose }),
            Normal<double>("x", rows, inputs));

    [Test]
    public void Gradients_along_a_later_axis_are_those_of_differences() =>
        AssertGradients(new InnerProductLayer<double>(new() { NumOutput = 3, Axis = 2 }),
            Normal<double>("x", 2, 3, 2, 2));

    [Test]
    public void Over_time_every_step_is_multiplied_by_the_same_weights()
    {
        var layer = new InnerProductLayer<double>(new() { NumOutput = 2, Axis = 2 });
        var run = new LayerRun<double>(layer, Blob("h", [2, 1, 3], 1, 2, 3, 4, 5, 6));
        layer.Parameters[0].Set([1, 0, -1, 2, 1, 0]);
        layer.Parameters[1].Set([10, 20]);
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 8, 24, 8, 33 }));
        Assert.That(run.Backward(1, 2, 3, 4), Is.EqualTo(new double[] { 5, 2, -1, 11, 4, -3 }));
        Assert.That(layer.Parameters[0].Diff.ToArray(), Is.EqualTo(new double[] { 13, 17, 21, 18, 24, 30 }));
    }

    [Test]
    public void Results_are_the_same_bits_for_any_number_of_threads() => AssertSameBitsForAnyThreads(
        () => new InnerProductLayer<float>(new() { NumOutput = 300 }), Normal<float>("x", 130, 5));

    [Test]
    public void Another_number_of_rows_is_followed()
    {
        var x = Normal<double>("x", 2, 3);
        var run = new LayerRun<double>(new InnerProductLayer<double>(new() { NumOutput = 2 }), x);
        x.Reshape([7, 3]);
        run.Layer.Reshape(run.Bottoms, run.Tops);
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(7, 2)));
    }

    [Test]
    public void Another_number_of_inputs_is_an_error_that_names_both()
    {
        var x = Normal<double>("x", 2, 3);
        var run = new LayerRun<double>(new InnerProductLayer<double>(new() { NumOutput = 2 }) { Name = "fc1" }, x);
        x.Reshape([2, 4]);
        Assert.That(() => run.Layer.Reshape(run.Bottoms, run.Tops),
            Throws.TypeOf<ShapeException>().With.Message.EqualTo("layer 'fc1' (InnerProduct): received the bottom "
                + "x (2×4), 4 inputs from axis 1 on, allowed: 3, for which the weights were made"));
    }

    [Test]
    public void An_axis_that_the_bottom_lacks_is_an_error_that_names_the_allowed_ones()
    {
        var layer = new InnerProductLayer<double>(new() { NumOutput = 2, Axis = 2 }) { Name = "fc1" };
        Assert.That(() => new LayerRun<double>(layer, TwoByThree), Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "layer 'fc1' (InnerProduct): received the axis 2 for the bottom x (2×3), allowed: -2 to 1"));
    }

    [Test]
    public void Two_bottoms_are_an_error()
    {
        var layer = new InnerProductLayer<double>(new() { NumOutput = 2 }) { Name = "fc1" };
        Assert.That(() => new LayerRun<double>(layer, TwoByThree, TwoByThree),
            Throws.TypeOf<ShapeException>()
                .With.Message.EqualTo("layer 'fc1' (InnerProduct): received 2 bottom blobs, allowed: exactly 1"));
    }

    [Test]
    public void No_inputs_are_an_error()
    {
        var layer = new InnerProductLayer<double>(new() { NumOutput = 2 }) { Name = "fc1" };
        Assert.That(() => new LayerRun<double>(layer, Blob("x", [2, 0])),
            Throws.TypeOf<ShapeException>().With.Message.EqualTo("layer 'fc1' (InnerProduct): received the bottom "
                + "x (2×0), 0 inputs from axis 1 on, allowed: 1 or more"));
    }
}
