using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class GradientClippingTests
{
    private static Parameter<T> Parameter<T>(params T[] gradient)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var parameter = new Parameter<T>("p", [gradient.Length]);
        gradient.CopyTo(parameter.Diff);
        return parameter;
    }

    private static double Scale<T>(double limit, double gradientScale, params Parameter<T>[] parameters)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> =>
        new GradientClipping<T>(limit, parameters).Scale(gradientScale);

    [TestCase(20, 1)]
    [TestCase(13, 1)]
    [TestCase(6.5, 0.5)]
    [TestCase(1.3, 0.1)]
    public void A_norm_above_the_limit_is_scaled_down_to_it(double limit, double scale)
    {
        // √(3² + 4² + 12²) = 13, over all parameters together.
        Assert.That(Scale(limit, 1, Parameter(3.0, 12), Parameter(4.0)), Is.EqualTo(scale).Within(1e-15));
        Assert.That(Scale(limit, 1, Parameter(3f, 12), Parameter(4f)), Is.EqualTo(scale).Within(1e-15));
    }

    [Test]
    public void The_norm_is_that_of_the_mean_over_iter_size() =>
        Assert.That(Scale(6.5, 0.25, Parameter(3.0, 4, 12)), Is.EqualTo(1));

    [Test]
    public void What_is_frozen_does_not_count()
    {
        var frozen = Parameter(100.0);
        frozen.LrMult = 0;
        Assert.That(Scale(13, 1, Parameter(3.0, 4, 12), frozen), Is.EqualTo(1));
    }

    [Test]
    public void Floats_whose_squares_are_too_large_or_small_for_a_float_have_a_norm()
    {
        Assert.That(Scale(1, 1, Parameter(3e30f, 4e30f)), Is.EqualTo(1 / 5e30).Within(1e-7 / 5e30));
        Assert.That(Scale(1e-30, 1, Parameter(3e-30f, 4e-30f)), Is.EqualTo(0.2).Within(1e-7));
    }

    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    public void A_gradient_that_is_not_finite_is_left_for_the_search_for_it(double value) =>
        Assert.That(Scale(1, 1, Parameter(3.0, value)), Is.EqualTo(1));

    [Test]
    public void Long_parameters_are_summed_whole([Values(15_999, 16_384, 50_001)] int count)
    {
        var gradient = Enumerable.Range(0, count).Select(i => (float)Math.Sin(i)).ToArray();
        Assert.That(Scale(1, 1, Parameter(gradient)),
            Is.EqualTo(1 / Math.Sqrt(gradient.Sum(value => (double)value * value))).Within(1e-15));
    }

    [Test]
    public void Nothing_is_allocated()
    {
        var clipping = new GradientClipping<float>(1, [Parameter(new float[40_000])]);
        clipping.Scale(1);
        Assert.That(Allocation.Of(() => clipping.Scale(1)), Is.Zero);
    }

    [Test]
    public void A_step_is_no_longer_than_the_limit_allows()
    {
        var solver = Solver<double>.FromConfig(TrainingSets.Sgd(0.5) with { ClipGradients = 2 }, TrainingSets.Line());
        solver.Step(1);
        var (w, b) = (solver.Net.Parameters[0].Data[0] - 0.5, solver.Net.Parameters[1].Data[0] + 0.25);
        // The gradient is (−5.5, −2.25).
        var norm = Math.Sqrt(5.5 * 5.5 + 2.25 * 2.25);
        Assert.That((w, b), Is.EqualTo((0.5 * 2 * 5.5 / norm, 0.5 * 2 * 2.25 / norm)).Within(1e-14));
    }
}
