using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class RmsPropRuleTests
{
    [TestCase(0.99, 1e-8)]
    [TestCase(0.5, 0.1)]
    [TestCase(0, 1e-8)]
    public void The_gradient_is_divided_by_its_root_mean_square(double decay, double delta) =>
        LeastSquares.AssertFollows(new RmsPropRule { RmsDecay = decay, Delta = delta }, update =>
        {
            var g = update.G + update.Pull;
            update.State[0] = decay * update.State[0] + (1 - decay) * g * g;
            return update.W - update.Rate * g / (Math.Sqrt(update.State[0]) + delta);
        });
}
