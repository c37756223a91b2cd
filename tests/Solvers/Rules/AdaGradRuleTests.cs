using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class AdaGradRuleTests
{
    [TestCase(1e-8)]
    [TestCase(0.1)]
    public void The_rate_falls_with_the_squares_of_the_gradients(double delta) =>
        LeastSquares.AssertFollows(new AdaGradRule { Delta = delta }, update =>
        {
            var g = update.G + update.Pull;
            update.State[0] += g * g;
            return update.W - update.Rate * g / (Math.Sqrt(update.State[0]) + delta);
        });
}
