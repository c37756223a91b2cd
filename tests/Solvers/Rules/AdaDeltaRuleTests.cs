using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class AdaDeltaRuleTests
{
    [TestCase(0.95, 1e-6)]
    [TestCase(0.5, 0.1)]
    [TestCase(0, 1e-6)]
    public void Steps_have_the_units_of_the_weights(double rho, double delta) =>
        LeastSquares.AssertFollows(new AdaDeltaRule { Momentum = rho, Delta = delta }, update =>
        {
            var g = update.G + update.Pull;
            update.State[0] = rho * update.State[0] + (1 - rho) * g * g;
            var step = Math.Sqrt(update.State[1] + delta) / Math.Sqrt(update.State[0] + delta) * g;
            update.State[1] = rho * update.State[1] + (1 - rho) * step * step;
            return update.W - update.Rate * step;
        });
}
