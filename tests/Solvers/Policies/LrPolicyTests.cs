using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>Each policy by values worked out by hand, and by its formula over a whole training.</summary>
public class LrPolicyTests
{
    private const int MaxIter = 1000;

    private static void AssertFactors(LrPolicy policy, params (long Iteration, double Factor)[] expected)
    {
        foreach (var (iteration, factor) in expected)
            Assert.That(policy.Factor(iteration, MaxIter), Is.EqualTo(factor).Within(1e-15 * Math.Max(1, factor)),
                $"iteration {iteration}");
    }

    private static void AssertFormula(LrPolicy policy, Func<int, double> factor)
    {
        for (var iteration = 0; iteration <= MaxIter; iteration++)
            Assert.That(policy.Factor(iteration, MaxIter), Is.EqualTo(factor(iteration)).Within(1e-14),
                $"iteration {iteration}");
    }

    [TestCase(0)]
    [TestCase(5)]
    [TestCase(1_000_000_000_000)]
    public void Fixed_keeps_the_rate(long iteration) =>
        Assert.That(new FixedPolicy().Factor(iteration, MaxIter), Is.EqualTo(1));

    [Test]
    public void Step_multiplies_the_rate_by_gamma_at_each_step() =>
        AssertFactors(new StepPolicy { Gamma = 0.1, StepSize = 400 }, (0, 1), (399, 1), (400, 0.1), (799, 0.1),
            (800, 0.01), (4_000_000_000_000, 0));

    [Test]
    public void Multistep_multiplies_the_rate_by_gamma_at_each_value() =>
        AssertFactors(new MultistepPolicy { Gamma = 0.1, StepValue = [300, 700, 350] }, (0, 1), (299, 1), (300, 0.1),
            (349, 0.1), (350, 0.01), (699, 0.01), (700, 0.001), (1_000_000_000_000, 0.001));

    [Test]
    public void Exp_multiplies_the_rate_by_gamma_after_each_iteration()
    {
        AssertFactors(new ExpPolicy { Gamma = 0.5 }, (0, 1), (1, 0.5), (3, 0.125));
        AssertFormula(new ExpPolicy { Gamma = 0.999 }, iteration => Math.Pow(0.999, iteration));
    }

    [Test]
    public void Inv_falls_as_a_power_of_the_iteration()
    {
        AssertFactors(new InvPolicy { Gamma = 1, Power = 2 }, (0, 1), (1, 0.25), (3, 0.0625));
        // LeNet's settings in Caffe's examples.
        AssertFormula(new InvPolicy { Gamma = 0.0001, Power = 0.75 },
            iteration => Math.Pow(1 + 0.0001 * iteration, -0.75));
    }

    [Test]
    public void Poly_falls_to_0_at_the_end()
    {
        AssertFactors(new PolyPolicy { Power = 1 }, (0, 1), (250, 0.75), (1000, 0), (2000, 0));
        AssertFactors(new PolyPolicy { Power = 2 }, (500, 0.25));
        AssertFormula(new PolyPolicy { Power = 0.5 }, iteration => Math.Pow(1 - iteration / 1000.0, 0.5));
    }

    [Test]
    public void Sigmoid_has_half_the_rate_at_its_step_and_falls_for_a_negative_gamma()
    {
        AssertFactors(new SigmoidPolicy { Gamma = -0.01, StepSize = 400 }, (400, 0.5), (500, 1 / (1 + Math.E)),
            (300, 1 / (1 + 1 / Math.E)));
        AssertFormula(new SigmoidPolicy { Gamma = 0.02, StepSize = 300 },
            iteration => 1 / (1 + Math.Exp(-0.02 * (iteration - 300))));
    }

    [Test]
    public void Cosine_falls_over_the_training_as_half_a_wave()
    {
        AssertFactors(new CosinePolicy(), (0, 1), (250, (1 + Math.Sqrt(0.5)) / 2), (500, 0.5), (1000, 0), (3000, 0));
        AssertFactors(new CosinePolicy { MinFactor = 0.1 }, (0, 1), (500, 0.55), (1000, 0.1));
    }

    [Test]
    public void Cosine_with_a_period_restarts() =>
        AssertFactors(new CosinePolicy { Period = 100 }, (0, 1), (50, 0.5), (99, (1 + Math.Cos(0.99 * Math.PI)) / 2),
            (100, 1), (150, 0.5), (100_000_000_050, 0.5));

    [Test]
    public void Cosine_may_have_longer_and_longer_periods() =>
        AssertFactors(new CosinePolicy { Period = 100, PeriodMult = 2 }, (50, 0.5), (100, 1), (200, 0.5), (300, 1),
            (500, 0.5), (700, 1), (100 * ((1L << 43) - 1), 1), (100 * ((1L << 43) - 1) + (50L << 43), 0.5));

    [Test]
    public void Triangular_goes_up_and_down()
    {
        AssertFactors(new TriangularPolicy { MaxFactor = 5, StepSize = 100 }, (0, 1), (50, 3), (100, 5), (125, 4),
            (200, 1), (300, 5), (100_000_000_050, 3));
        // Smith's own code, with the bounds 1 and 5.
        AssertFormula(new TriangularPolicy { MaxFactor = 5, StepSize = 70 }, iteration =>
        {
            var cycle = Math.Floor(1 + iteration / (2 * 70.0));
            var x = Math.Abs(iteration / 70.0 - 2 * cycle + 1);
            return 1 + (5 - 1) * Math.Max(0, 1 - x);
        });
    }

    [Test]
    public void Triangular_may_lose_height_with_each_cycle() =>
        AssertFactors(new TriangularPolicy { MaxFactor = 5, StepSize = 100, Gamma = 0.5 }, (100, 5), (200, 1), (300, 3),
            (400, 1), (500, 2));

    [Test]
    public void One_cycle_rises_then_falls_to_the_end()
    {
        var policy = new OneCyclePolicy
        {
            RiseFraction = 0.301, StartFactor = 0.1, EndFactor = 0.01, Anneal = AnnealType.Linear,
        };
        // The top is iteration 0.301·1000 − 1 = 300, the end iteration 999.
        AssertFactors(policy, (0, 0.1), (150, 0.55), (300, 1), (999, 0.01), (1000, 0.01));
        AssertFactors(policy with { Anneal = AnnealType.Cosine }, (0, 0.1), (150, 0.55), (300, 1), (999, 0.01),
            (100, 0.1 + 0.9 * 0.25));
    }

    [TestCase(0, 1)]
    [TestCase(1, 1)]
    [TestCase(2, 1)]
    public void One_cycle_over_very_few_iterations_is_a_number(int maxIter, double first)
    {
        var policy = new OneCyclePolicy();
        Assert.That(policy.Factor(0, maxIter), Is.EqualTo(first));
        Assert.That(policy.Factor(1, maxIter), Is.InRange(0, 1));
    }

    [Test]
    public void Only_policies_that_say_so_depend_on_the_length_of_the_training()
    {
        LrPolicy[] policies =
        [
            new FixedPolicy(), new StepPolicy { Gamma = 0.5, StepSize = 3 },
            new MultistepPolicy { Gamma = 0.5, StepValue = 3 }, new ExpPolicy { Gamma = 0.5 },
            new InvPolicy { Gamma = 1, Power = 1 }, new PolyPolicy { Power = 1 },
            new SigmoidPolicy { Gamma = 1, StepSize = 3 }, new CosinePolicy(), new CosinePolicy { Period = 7 },
            new TriangularPolicy { MaxFactor = 2, StepSize = 3 }, new OneCyclePolicy(), new PlateauPolicy(),
        ];
        foreach (var policy in policies)
            Assert.That(Enumerable.Range(0, 20).Any(i => policy.Factor(i, 20) != policy.Factor(i, 30)),
                Is.EqualTo(policy.DependsOnMaxIter()), $"{policy}");
    }

    [Test]
    public void A_warm_up_rises_in_a_line()
    {
        var warmup = new Warmup { Iterations = 100, StartFactor = 0.2 };
        Assert.That(new[] { 0, 25, 50, 99, 100, 500 }.Select(iteration => warmup.Factor(iteration)),
            Is.EqualTo(new[] { 0.2, 0.4, 0.6, 0.992, 1, 1 }).Within(1e-15));
        Assert.That(new Warmup { Iterations = 4 }.Factor(0), Is.Zero);
    }

    [Test]
    public void A_warm_up_is_a_factor_on_any_policy()
    {
        var solver = Solver<double>.FromConfig(TrainingSets.Sgd(0.5) with
        {
            Warmup = new Warmup { Iterations = 4 }, LrPolicy = new StepPolicy { Gamma = 0.1, StepSize = 3 },
        }, TrainingSets.Line());
        double[] expected = [0, 0.125, 0.25, 0.0375, 0.05, 0.05, 0.005];
        foreach (var rate in expected)
        {
            Assert.That(solver.LearningRate, Is.EqualTo(rate).Within(1e-15));
            solver.Step(1);
        }
    }
}
