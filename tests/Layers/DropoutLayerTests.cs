using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class DropoutLayerTests
{
    private static DropoutLayer<double> Layer(double ratio = 0.5, string name = "drop", long seed = 1,
        long iteration = 0, Phase phase = Phase.Train) => new(new() { DropoutRatio = ratio })
        {
            Name = name,
            Context = new NetContext { Phase = phase, Seed = seed, Iteration = iteration },
        };

    private static Blob<double> Ones(int count) => Blob("x", [count], [.. Enumerable.Repeat(1.0, count)]);

    private static double[] Mask(DropoutLayer<double> layer) => new LayerRun<double>(layer, Ones(1000)).Forward();

    // 1 / (1 − 0.2) = 1.25.
    [Test]
    public void In_training_an_element_is_dropped_or_scaled_and_its_gradient_with_it()
    {
        var run = new LayerRun<double>(Layer(0.2), Blob("x", [6], 4, 8, -4, 12, 16, 20));
        var y = run.Forward();
        var gradient = run.Backward(4, 4, 4, 4, 4, 4);
        for (var i = 0; i < y.Length; i++)
        {
            Assert.That(y[i], Is.EqualTo(0).Or.EqualTo(1.25 * run.Bottoms[0].Data[i]));
            Assert.That(gradient[i], Is.EqualTo(y[i] == 0 ? 0 : 5));
        }
    }

    // The share of n elements scatters by √(p (1 − p) / n), below 0.0016 here; five times that is allowed.
    [TestCase(0.1)]
    [TestCase(0.5)]
    [TestCase(0.9)]
    public void The_share_of_dropped_elements_is_the_ratio(double ratio)
    {
        var y = new LayerRun<double>(Layer(ratio), Ones(100_000)).Forward();
        Assert.That(y.Count(value => value == 0) / 100_000.0, Is.EqualTo(ratio).Within(0.008));
    }

    [TestCase(Phase.Test)]
    [TestCase(Phase.Deploy)]
    public void Outside_of_training_nothing_changes(Phase phase)
    {
        var run = new LayerRun<double>(Layer(phase: phase), Blob("x", [3], 1, -2, 3));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 1, -2, 3 }));
        Assert.That(run.Backward(4, 5, 6), Is.EqualTo(new double[] { 4, 5, 6 }));
    }

    [Test]
    public void A_ratio_of_0_drops_nothing() => Assert.That(Mask(Layer(0)), Is.All.EqualTo(1));

    [Test]
    public void The_mask_follows_from_seed_name_and_iteration_alone()
    {
        var mask = Mask(Layer(iteration: 3));
        Assert.That(Mask(Layer(iteration: 3)), Is.EqualTo(mask));
        // Two masks that have nothing to do with each other agree in half of 1000 elements, give or take 16.
        DropoutLayer<double>[] others =
            [Layer(iteration: 4), Layer(name: "other", iteration: 3), Layer(seed: 2, iteration: 3)];
        foreach (var other in others)
            Assert.That(Mask(other).Zip(mask).Count(pair => pair.First == pair.Second), Is.EqualTo(500).Within(80));
    }

    [TestCase(0.3)]
    [TestCase(0.5)]
    [TestCase(0.99999999999)]
    public void The_mask_in_float_is_that_in_double(double ratio)
    {
        var x = new Blob<float>("x", [1003], [.. Enumerable.Repeat(1f, 1003)]);
        var run = new LayerRun<float>(new DropoutLayer<float>(new() { DropoutRatio = ratio }) { Name = "drop" }, x);
        var exact = new LayerRun<double>(Layer(ratio), Ones(1003)).Forward();
        Assert.That(run.Forward().Select(value => value != 0), Is.EqualTo(exact.Select(value => value != 0)));
    }

    [Test]
    public void Backward_uses_the_mask_of_the_forward_pass()
    {
        var layer = Layer();
        var run = new LayerRun<double>(layer, Ones(50));
        var y = run.Forward();
        layer.Context.Iteration++;
        Assert.That(run.Backward([.. Enumerable.Repeat(1.0, 50)]), Is.EqualTo(y));
    }

    [Test]
    public void In_place_it_gives_the_same_results()
    {
        var apart = new LayerRun<double>(Layer(), Ones(20));
        var inPlace = LayerRun<double>.InPlace(Layer(), Ones(20));
        Assert.That(inPlace.Forward(), Is.EqualTo(apart.Forward()));
        var diff = Normal<double>("diff", 20).Data.ToArray();
        Assert.That(inPlace.Backward(diff), Is.EqualTo(apart.Backward(diff)));
    }

    [TestCase(0.5, 7)]
    [TestCase(0.3, 2, 3, 5)]
    [TestCase(0.8, 1, 33)]
    public void Gradients_are_those_of_differences(double ratio, params int[] shape) =>
        AssertGradients(Layer(ratio), Normal<double>("x", shape));

    [Test]
    public void Results_are_the_same_bits_for_any_number_of_threads() => AssertSameBitsForAnyThreads(
        () => new DropoutLayer<float>(new()), Normal<float>("x", 50_001));

    [TestCase(1)]
    [TestCase(-0.1)]
    public void A_ratio_out_of_range_is_an_error(double ratio) => Assert.That(
        () => LayerRegistry.Create<double>("Dropout", new() { ["dropout_ratio"] = ratio }),
        Throws.TypeOf<ConfigException>().With.Message.Contains($"member 'dropout_ratio': received {ratio}, allowed: "));
}
