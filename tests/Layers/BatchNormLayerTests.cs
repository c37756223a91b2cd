using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class BatchNormLayerTests
{
    // Channel 0: mean 3, variance 4, so x̂ = −1, 1. Channel 1: mean 0, variance 9, so x̂ = −1, 1.
    private static Blob<double> Example => Blob("x", [2, 2], 1, -3, 5, 3);

    private static BatchNormLayer<double> Layer(bool scaleBias = true, double eps = 0, Phase phase = Phase.Train,
        double fraction = 0.999, bool? global = null) =>
        new(new() { ScaleBias = scaleBias, Eps = eps, MovingAverageFraction = fraction, UseGlobalStats = global })
        {
            Context = new NetContext { Phase = phase },
        };

    private static LayerRun<double> Learned(Phase phase = Phase.Train)
    {
        var run = new LayerRun<double>(Layer(phase: phase), Example);
        run.Layer.Parameters[0].Set([2, 10]);
        run.Layer.Parameters[1].Set([1, 0.5]);
        run.Layer.Parameters[2].Set([1, 3]);
        run.Layer.Parameters[3].Set([4, 25]);
        return run;
    }

    [Test]
    public void In_training_each_channel_is_normalised_by_the_batch_then_scaled_and_shifted()
    {
        Assert.That(new LayerRun<double>(Layer(), Example).Forward(), Is.EqualTo(new double[] { -1, -1, 1, 1 }));
        Assert.That(Learned().Forward(), Is.EqualTo(new[] { -1, -9.5, 3, 10.5 }));
    }

    // Two values x̂ = −1 and 1 stay so whatever the inputs are: no gradient passes. dβ = Σ dy, dγ = Σ dy · x̂.
    [Test]
    public void Backward_sums_for_scale_and_shift_and_takes_out_what_normalising_takes_out()
    {
        var run = Learned();
        run.Forward();
        Assert.That(run.Backward(1, 2, 5, 10), Is.EqualTo(new double[] { 0, 0, 0, 0 }).Within(1e-14));
        Assert.That(run.Layer.Parameters[0].Diff.ToArray(), Is.EqualTo(new double[] { 4, 8 }));
        Assert.That(run.Layer.Parameters[1].Diff.ToArray(), Is.EqualTo(new double[] { 6, 12 }));
    }

    // Channel 0: (x − 1) / 2 · 2 + 1 = x; channel 1: (x − 3) / 5 · 10 + 0.5.
    [TestCase(Phase.Test)]
    [TestCase(Phase.Deploy)]
    public void Outside_of_training_the_running_statistics_are_used_and_kept(Phase phase)
    {
        var run = Learned(phase);
        Assert.That(run.Forward(), Is.EqualTo(new[] { 1, -11.5, 5, 0.5 }).Within(1e-14));
        Assert.That(run.Backward(1, 1, 2, 3), Is.EqualTo(new double[] { 1, 2, 2, 6 }).Within(1e-14));
        Assert.That(run.Layer.Parameters[2].Data.ToArray(), Is.EqualTo(new double[] { 1, 3 }));
        Assert.That(run.Layer.Parameters[4].Data[0], Is.Zero);
    }

    [Test]
    public void Which_statistics_are_used_can_be_chosen()
    {
        var global = new LayerRun<double>(Layer(global: true), Example);
        Assert.That(global.Forward(), Is.EqualTo(Example.Data.ToArray()), "mean 0, variance 1");
        var batch = new LayerRun<double>(Layer(phase: Phase.Test, global: false), Example);
        Assert.That(batch.Forward(), Is.EqualTo(new double[] { -1, -1, 1, 1 }));
    }

    // 0.5 · 3 + 7 = 8.5 and 0.5 · 8 + 18 = 22 (unbiased variances), the weight 0.5 · 1 + 1.
    [Test]
    public void Running_statistics_are_weighted_sums_of_all_batches()
    {
        var run = new LayerRun<double>(Layer(scaleBias: false, fraction: 0.5), Blob("x", [2, 1], 1, 5));
        run.Forward();
        Assert.That(run.Layer.Parameters.Select(parameter => parameter.Data[0]), Is.EqualTo(new double[] { 3, 8, 1 }));
        run.Bottoms[0].Set([4, 10]);
        run.Forward();
        Assert.That(run.Layer.Parameters.Select(parameter => parameter.Data[0]),
            Is.EqualTo(new[] { 8.5, 22, 1.5 }).Within(1e-14));
    }

    // Caffe's blobs of the mean 1 and the variance 4, of the mean 3 and the variance 25, after four batches of equal
    // weight. (x − 1) / 2 and (x − 3) / 5.
    [Test]
    public void Caffes_three_blobs_are_divided_by_the_third()
    {
        var run = new LayerRun<double>(Layer(scaleBias: false, phase: Phase.Test), Example);
        Assert.That(run.Layer.Parameters.Select(parameter => parameter.Shape),
            Is.EqualTo(new Shape[] { [2], [2], [1] }));
        run.Layer.Parameters[0].Set([4, 12]);
        run.Layer.Parameters[1].Set([16, 100]);
        run.Layer.Parameters[2].Set([4]);
        Assert.That(run.Forward(), Is.EqualTo(new[] { 0, -1.2, 2, 0 }).Within(1e-14));
    }

    [Test]
    public void Caffes_BatchNorm_and_Scale_are_the_same_as_both_in_one([Values(Phase.Train, Phase.Test)] Phase phase)
    {
        const string Input = """{ "type": "Input", "name": "x", "shape": [4, 3, 2], "trainable": true }""";
        var one = NetJson.Net(phase, Input, """{ "type": "BatchNorm", "name": "y" }""");
        var two = NetJson.Net(phase, Input, """{ "type": "BatchNorm", "scale_bias": false, "in_place": true }""",
            """{ "type": "Scale", "bias_term": true, "name": "y" }""");
        double[][] scaleAndBias = [[2, -1, 0.5], [0.1, 0.2, 0.3]];
        double[][] statistics = [[50, -20, 30], [99, 250, 400], [99.9]];
        var x = Normal<double>("x", 4, 3, 2).Data.ToArray();
        Set(one, [x, .. scaleAndBias, .. statistics]);
        Set(two, [x, .. statistics, .. scaleAndBias]);
        foreach (var net in new[] { one, two })
        {
            net.Forward();
            Normal<double>("dy", 4, 3, 2).Data.CopyTo(net.Blobs["y"].Diff);
            net.Backward();
        }
        Assert.That(two.Blobs["y"].Data.ToArray(), Is.EqualTo(one.Blobs["y"].Data.ToArray()).Within(1e-15));
        Assert.That(two.Parameters[0].Diff.ToArray(), Is.EqualTo(one.Parameters[0].Diff.ToArray()).Within(1e-15));
        int[] inTwo = [4, 5, 1, 2, 3];
        for (var i = 0; i < inTwo.Length; i++)
        {
            // One sums dy · (x − μ) and divides then, the other sums dy · x̂.
            Assert.That(two.Parameters[inTwo[i]].Diff.ToArray(),
                Is.EqualTo(one.Parameters[i + 1].Diff.ToArray()).Within(1e-14));
            Assert.That(two.Parameters[inTwo[i]].Data.ToArray(), Is.EqualTo(one.Parameters[i + 1].Data.ToArray()));
        }
    }

    private static void Set(Net<double> net, double[][] values)
    {
        for (var i = 0; i < values.Length; i++)
            net.Parameters[i].Set(values[i]);
    }

    [Test]
    public void Images_are_normalised_over_samples_and_places()
    {
        var x = Blob("x", [1, 2, 2, 2], 1, 1, 5, 5, -3, 3, 3, -3);
        Assert.That(new LayerRun<double>(Layer(), x).Forward(),
            Is.EqualTo(new double[] { -1, -1, 1, 1, -1, 1, 1, -1 }));
    }

    [Test]
    public void A_channel_of_equal_values_becomes_the_shift()
    {
        var run = new LayerRun<double>(Layer(eps: 1e-5), Blob("x", [3, 1], 7, 7, 7));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 0, 0, 0 }));
    }

    // Floats around 10000 are 0.001 apart, and so is what their mean is rounded to. From the mean of squares less the
    // square of the mean, nothing would be left of a variance of 1.
    [TestCase(5, 2, 30, 33)]
    [TestCase(1000, 2)]
    public void A_large_mean_does_not_spoil_the_variance(params int[] shape)
    {
        var x = Normal<float>("x", shape);
        foreach (ref var value in x.Data)
            value += 10000;
        var exact = new LayerRun<double>(Layer(),
            new Blob<double>("x", new Shape(shape), [.. x.Data.ToArray().Select(value => (double)value)]));
        var run = new LayerRun<float>(new BatchNormLayer<float>(new() { Eps = 0 }), x);
        Assert.That(run.Forward(), Is.EqualTo(exact.Forward()).Within(2e-3));
        Assert.That(run.Layer.Parameters[3].Data[0], Is.EqualTo(exact.Layer.Parameters[3].Data[0]).Within(1e-5));
    }

    [Test]
    public void In_place_it_gives_the_same_results()
    {
        var diff = Normal<double>("diff", 24).Data.ToArray();
        foreach (var phase in new[] { Phase.Train, Phase.Test })
        {
            var apart = new LayerRun<double>(Layer(phase: phase), Normal<double>("x", 4, 3, 2));
            var inPlace = LayerRun<double>.InPlace(Layer(phase: phase), Normal<double>("x", 4, 3, 2));
            Assert.That(inPlace.Forward(), Is.EqualTo(apart.Forward()));
            Assert.That(inPlace.Backward(diff), Is.EqualTo(apart.Backward(diff)));
        }
    }

    [TestCase(true, false, 5, 3)]
    [TestCase(true, false, 2, 3, 2, 4)]
    [TestCase(false, false, 3, 2, 5)]
    [TestCase(true, true, 4, 3)]
    [TestCase(false, true, 2, 2, 3, 1)]
    public void Gradients_are_those_of_differences(bool scaleBias, bool global, params int[] shape) =>
        AssertGradients(Layer(scaleBias, 1e-5, global: global), Normal<double>("x", shape));

    [Test]
    public void Results_are_the_same_bits_for_any_number_of_threads() => AssertSameBitsForAnyThreads(
        () => new BatchNormLayer<float>(new()), Normal<float>("x", 20, 7, 333));

    [Test]
    public void A_net_leaves_the_running_statistics_out_of_learning()
    {
        var net = NetJson.Net("""{ "type": "Input", "shape": [4, 3] }""",
            """{ "type": "BatchNorm", "lr_mult": 2, "decay_mult": 3 }""");
        Assert.That(net.Parameters.Select(parameter => parameter.LrMult), Is.EqualTo(new double[] { 2, 2, 0, 0, 0 }));
        Assert.That(net.Parameters.Select(parameter => parameter.DecayMult),
            Is.EqualTo(new double[] { 3, 3, 0, 0, 0 }));
    }

    [Test]
    public void A_bottom_without_channels_is_an_error() => Assert.That(
        () => new LayerRun<double>(Layer(), Blob("x", [3], 1, 2, 3)), Throws.TypeOf<ShapeException>()
            .With.Message.EqualTo("layer 'tested' (BatchNorm): received the bottom x (3), allowed: samples × channels, "
                + "or more axes"));
}
