using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class LrPolicyTests
{
    [TestCase(0)]
    [TestCase(5)]
    [TestCase(1_000_000_000_000)]
    public void Fixed_keeps_the_rate(long iteration) => Assert.That(new FixedPolicy().Factor(iteration), Is.EqualTo(1));

    [TestCase(0, 1)]
    [TestCase(399, 1)]
    [TestCase(400, 0.1)]
    [TestCase(799, 0.1)]
    [TestCase(800, 0.01)]
    [TestCase(4_000_000_000_000, 0)]
    public void Step_multiplies_the_rate_by_gamma_at_each_step(long iteration, double factor) =>
        Assert.That(new StepPolicy { Gamma = 0.1, StepSize = 400 }.Factor(iteration), Is.EqualTo(factor).Within(1e-15));
}
