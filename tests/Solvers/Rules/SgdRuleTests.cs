using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class SgdRuleTests
{
    /// <summary>The same training by the formulas, two numbers at a time.</summary>
    private static (double W, double B) LeastSquares(int steps, SolverConfig config, double lrW = 1, double lrB = 1,
        double decayW = 1, double decayB = 1)
    {
        double[] xs = [1, 2, 3], ys = [1, 3, 5];
        double w = 0.5, b = -0.25, vw = 0, vb = 0;
        var momentum = ((SgdRule)config.Rule).Momentum;
        for (var step = 0; step < steps; step++)
        {
            // EuclideanLoss = 1/2N · Σ (wx + b − y)².
            var gw = xs.Zip(ys, (x, y) => (w * x + b - y) * x).Sum() / 3;
            var gb = xs.Zip(ys, (x, y) => w * x + b - y).Sum() / 3;
            var rate = config.BaseLr * config.LrPolicy.Factor(step, config.MaxIter);
            vw = momentum * vw + rate * lrW * (gw + config.WeightDecay * decayW * Pull(w));
            vb = momentum * vb + rate * lrB * (gb + config.WeightDecay * decayB * Pull(b));
            (w, b) = (w - vw, b - vb);
        }
        return (w, b);

        double Pull(double value) => config.RegularizationType == RegularizationType.L1 ? Math.Sign(value) : value;
    }

    private static void AssertFollows(SolverConfig config, string more = "", double lrW = 1, double lrB = 1,
        double decayW = 1,
        double decayB = 1)
    {
        var solver = Solver<double>.FromConfig(config, TrainingSets.Line(more));
        for (var steps = 1; steps <= 5; steps++)
        {
            solver.Step(1);
            var (w, b) = LeastSquares(steps, config, lrW, lrB, decayW, decayB);
            Assert.That(solver.Net.Parameters[0].Data[0], Is.EqualTo(w).Within(1e-12), $"w after {steps}");
            Assert.That(solver.Net.Parameters[1].Data[0], Is.EqualTo(b).Within(1e-12), $"b after {steps}");
        }
    }

    [Test]
    public void The_first_step_is_the_one_worked_out_by_hand()
    {
        // Residuals −0.75, −2.25, −3.75; ∂/∂w = (−0.75 − 4.5 − 11.25)/3 = −5.5; ∂/∂b = −2.25.
        var solver = Solver<double>.FromConfig(TrainingSets.Sgd(0.1), TrainingSets.Line());
        Assert.That(solver.Step(1), Is.EqualTo((0.5625 + 5.0625 + 14.0625) / 6).Within(1e-12));
        Assert.That(solver.Net.Parameters[0].Data[0], Is.EqualTo(0.5 + 0.55).Within(1e-12));
        Assert.That(solver.Net.Parameters[1].Data[0], Is.EqualTo(-0.25 + 0.225).Within(1e-12));
    }

    [Test]
    public void Plain_steps_follow_the_gradient() => AssertFollows(TrainingSets.Sgd(0.1));

    [Test]
    public void Momentum_has_the_rate_inside_as_in_Caffe() => AssertFollows(TrainingSets.Sgd(0.05, 0.9) with
    {
        LrPolicy = new StepPolicy { Gamma = 0.5, StepSize = 2 },
    });

    [Test]
    public void L2_pulls_by_the_weight() => AssertFollows(TrainingSets.Sgd(0.1, 0.5) with { WeightDecay = 0.3 });

    [Test]
    public void L1_pulls_by_the_sign() => AssertFollows(TrainingSets.Sgd(0.1, 0.5) with
    {
        WeightDecay = 0.3, RegularizationType = RegularizationType.L1,
    });

    [Test]
    public void Multipliers_hold_for_their_parameter() =>
        AssertFollows(TrainingSets.Sgd(0.1, 0.5) with { WeightDecay = 0.3 },
        ", \"lr_mult\": [0.5, 2], \"decay_mult\": [3, 0]", 0.5, 2, 3, 0);

    [Test]
    public void The_tail_behind_the_last_whole_vector_gets_the_same_as_a_vector([Values] RegularizationType type)
    {
        const int count = 37;
        var parameter = new Parameter<float>("p", [count]);
        var history = new[] { new Blob<float>([count]) };
        for (var i = 0; i < count; i++)
        {
            // Weights of both signs and zero; every place the same as the last one of its kind.
            parameter.Data[i] = (i % 3 - 1) * 0.7f;
            parameter.Diff[i] = (i % 3 + 1) * 0.3f;
            history[0].Data[i] = 0.1f;
        }
        var rates = new UpdateRates(0.11, 0.5, 0.13, type);
        new SgdRule { Momentum = 0.9 }.Update(new UpdateRange<float>(parameter, history, 0, count), rates);
        for (var i = 0; i < count; i++)
            Assert.That((parameter.Data[i], history[0].Data[i]),
                Is.EqualTo((parameter.Data[i % 3], history[0].Data[i % 3])), $"place {i}");
        Assert.That(history[0].Data[2], Is.EqualTo(0.9 * 0.1 + 0.11 * 0.5 * 0.9
            + 0.11 * 0.13 * (type == RegularizationType.L1 ? 1 : 0.7)).Within(1e-7));
    }

    [Test]
    public void A_weight_that_is_not_a_number_stays_one([Values] RegularizationType type, [Values(1, 37)] int count)
    {
        var parameter = new Parameter<double>("p", [count]);
        parameter.Data.Fill(double.NaN);
        new SgdRule().Update(new UpdateRange<double>(parameter, [new Blob<double>([count])], 0, count),
            new UpdateRates(0.1, 1, 0.1, type));
        Assert.That(parameter.Data.ToArray(), Is.All.NaN);
    }

    [Test]
    public void Only_the_range_is_touched()
    {
        var parameter = new Parameter<double>("p", [10]);
        parameter.Diff.Fill(1);
        new SgdRule().Update(new UpdateRange<double>(parameter, [new Blob<double>([10])], 3, 5),
            new UpdateRates(1, 1, 0, default));
        Assert.That(parameter.Data.ToArray(), Is.EqualTo(new double[] { 0, 0, 0, -1, -1, 0, 0, 0, 0, 0 }));
    }
}
