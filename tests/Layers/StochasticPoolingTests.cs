using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

/// <summary>Pooling with <c>pool</c> stochastic.</summary>
public class StochasticPoolingTests
{
    private static PoolingLayer<double> Layer(Phase phase = Phase.Train, string name = "pool", long seed = 1,
        long iteration = 0) => new(new() { Pool = PoolingMethod.Stochastic, KernelSize = 2, Stride = 2 })
        {
            Name = name,
            Context = new NetContext { Phase = phase, Seed = seed, Iteration = iteration },
        };

    private static Blob<double> Positive(params int[] shape)
    {
        var x = Normal<double>("x", shape);
        foreach (ref var value in x.Data)
            value = 0.1 + Math.Abs(value);
        return x;
    }

    /// <summary>Planes of one window, 0, 1, 0 and 3.</summary>
    private static Blob<double> Windows(int count) => Blob("x", [1, count, 2, 2],
        [.. Enumerable.Range(0, count).SelectMany(_ => new double[] { 0, 1, 0, 3 })]);

    // Σ x² / Σ x = 14 / 6; its gradients are (2 · x − 14 / 6) / 6.
    [TestCase(Phase.Test)]
    [TestCase(Phase.Deploy)]
    public void Outside_of_training_a_window_becomes_its_weighted_mean(Phase phase)
    {
        var run = new LayerRun<double>(Layer(phase), Blob("x", [1, 1, 2, 2], 1, 2, 0, 3));
        Assert.That(run.Forward(), Is.EqualTo(new[] { 14 / 6.0 }).Within(1e-15));
        Assert.That(run.Backward(36), Is.EqualTo(new double[] { -2, 10, -14, 22 }).Within(1e-13));
    }

    [Test]
    public void In_training_one_value_is_drawn_and_gets_the_gradient()
    {
        var run = new LayerRun<double>(Layer(), Windows(20));
        var y = run.Forward();
        Assert.That(y.Distinct(), Is.EquivalentTo(new double[] { 1, 3 }));
        var gradient = run.Backward([.. Enumerable.Repeat(5.0, 20)]);
        for (var i = 0; i < y.Length; i++)
            Assert.That(gradient[(4 * i)..(4 * i + 4)],
                Is.EqualTo(y[i] == 1 ? new double[] { 0, 5, 0, 0 } : [0, 0, 0, 5]));
    }

    // The share of n draws scatters by √(p (1 − p) / n), 0.0031 here; five times that is allowed.
    [Test]
    public void Values_are_drawn_in_proportion_to_their_size() => Assert.That(
        new LayerRun<double>(Layer(), Windows(20_000)).Forward().Count(value => value == 3) / 20_000.0,
        Is.EqualTo(0.75).Within(0.016));

    [TestCase(Phase.Train)]
    [TestCase(Phase.Test)]
    public void A_window_of_zeros_becomes_0(Phase phase)
    {
        var run = new LayerRun<double>(Layer(phase), Blob("x", [1, 1, 2, 2], 0, 0, 0, 0));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 0 }));
        Assert.That(run.Backward(1).Sum(), Is.EqualTo(phase == Phase.Train ? 1 : 0));
    }

    [TestCase(Phase.Train)]
    [TestCase(Phase.Test)]
    public void Not_a_number_stays_so(Phase phase) => Assert.That(
        new LayerRun<double>(Layer(phase), Blob("x", [1, 1, 2, 2], 1, double.NaN, 0, 1)).Forward(), Is.All.NaN);

    [Test]
    public void What_is_drawn_follows_from_seed_name_and_iteration_alone()
    {
        static double[] Drawn(PoolingLayer<double> layer) => new LayerRun<double>(layer, Windows(1000)).Forward();
        var drawn = Drawn(Layer(iteration: 3));
        Assert.That(Drawn(Layer(iteration: 3)), Is.EqualTo(drawn));
        // Draws that have nothing to do with each other agree in 10 of 16, in 625 of 1000 give or take 15.
        PoolingLayer<double>[] others =
            [Layer(iteration: 4), Layer(name: "other", iteration: 3), Layer(seed: 2, iteration: 3)];
        foreach (var other in others)
            Assert.That(Drawn(other).Zip(drawn).Count(pair => pair.First == pair.Second), Is.EqualTo(625).Within(75));
    }

    [TestCase(1, 1, 4, 4)]
    [TestCase(2, 3, 5, 3)]
    [TestCase(3, 2, 2, 7)]
    public void Gradients_are_those_of_differences(params int[] shape)
    {
        foreach (var phase in new[] { Phase.Train, Phase.Test })
        {
            var options = new GradientCheckOptions { Context = new NetContext { Phase = phase } };
            var result = GradientChecker.Check(Layer(phase), [Positive(shape)], options);
            Assert.That(result.Passed, result.ToString());
        }
    }

    [Test]
    public void Results_are_the_same_bits_for_any_number_of_threads() => AssertSameBitsForAnyThreads(
        () => new PoolingLayer<float>(new() { Pool = PoolingMethod.Stochastic, KernelSize = 3, Stride = 2 }),
        Normal<float>("x", 7, 9, 20, 21));

    [Test]
    public void A_pad_is_an_error() => Assert.That(
        () => new LayerRun<double>(new PoolingLayer<double>(
            new() { Pool = PoolingMethod.Stochastic, KernelSize = 2, Pad = 1 }), Positive(1, 1, 4, 4)),
        Throws.TypeOf<ConfigException>().With.Message.EqualTo(
            "layer 'tested' (Pooling): pad: received 1 with the pool stochastic, allowed: 0"));
}
