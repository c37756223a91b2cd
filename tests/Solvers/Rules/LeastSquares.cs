using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>One update of one number, as a paper writes it.</summary>
/// <param name="W">The weight.</param>
/// <param name="G">The gradient of the loss.</param>
/// <param name="Pull">The gradient of the regularisation.</param>
/// <param name="Rate">The learning rate.</param>
/// <param name="T">The number of the update, from 1.</param>
/// <param name="State">What the rule remembers, at first 0.</param>
internal readonly record struct PlainUpdate(double W, double G, double Pull, double Rate, int T, double[] State);

/// <summary>Trains a line by least squares with a solver and beside it by a rule's formula in plain numbers, as Caffe's
/// tests of its solvers do.</summary>
internal static class LeastSquares
{
    private const int Steps = 5;

    /// <summary>Five steps of a solver are those of the formula, for several settings of what all rules have.</summary>
    public static void AssertFollows(UpdateRule rule, Func<PlainUpdate, double> formula)
    {
        var plain = new SolverConfig { BaseLr = 0.05, MaxIter = Steps, Rule = rule };
        AssertFollows(plain, formula);
        AssertFollows(plain with { LrPolicy = new StepPolicy { Gamma = 0.5, StepSize = 2 } }, formula);
        foreach (var type in Enum.GetValues<RegularizationType>())
            AssertFollows(plain with { WeightDecay = 0.3, RegularizationType = type }, formula, 0.5, 2, 3, 0);
    }

    public static void AssertFollows(SolverConfig config, Func<PlainUpdate, double> formula, double lrW = 1,
        double lrB = 1, double decayW = 1, double decayB = 1)
    {
        var solver = Solver<double>.FromConfig(config, TrainingSets.Line(string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $", \"lr_mult\": [{lrW}, {lrB}], \"decay_mult\": [{decayW}, {decayB}]")));
        double[] xs = [1, 2, 3], ys = [1, 3, 5], stateW = new double[3], stateB = new double[3];
        var (w, b) = (0.5, -0.25);
        for (var t = 1; t <= Steps; t++)
        {
            // EuclideanLoss = 1/2N · Σ (wx + b − y)².
            var gw = xs.Zip(ys, (x, y) => (w * x + b - y) * x).Sum() / 3;
            var gb = xs.Zip(ys, (x, y) => w * x + b - y).Sum() / 3;
            var rate = config.BaseLr * config.LrPolicy.Factor(t - 1, config.MaxIter);
            w = formula(new(w, gw, config.WeightDecay * decayW * Pull(w), rate * lrW, t, stateW));
            b = formula(new(b, gb, config.WeightDecay * decayB * Pull(b), rate * lrB, t, stateB));
            solver.Step(1);
            Assert.That(solver.Net.Parameters[0].Data[0], Is.EqualTo(w).Within(1e-12), $"w after {t}");
            Assert.That(solver.Net.Parameters[1].Data[0], Is.EqualTo(b).Within(1e-12), $"b after {t}");
        }

        double Pull(double value) => config.RegularizationType == RegularizationType.L1 ? Math.Sign(value) : value;
    }
}
