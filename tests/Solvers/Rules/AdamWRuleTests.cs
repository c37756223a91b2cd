using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class AdamWRuleTests
{
    [TestCase(0.9, 0.999, 1e-8)]
    [TestCase(0.5, 0.6, 0.1)]
    [TestCase(0, 0, 1e-8)]
    public void The_decay_does_not_go_through_the_means(double beta1, double beta2, double delta) =>
        LeastSquares.AssertFollows(new AdamWRule { Momentum = beta1, Momentum2 = beta2, Delta = delta }, update =>
        {
            update.State[0] = beta1 * update.State[0] + (1 - beta1) * update.G;
            update.State[1] = beta2 * update.State[1] + (1 - beta2) * update.G * update.G;
            var mean = update.State[0] / (1 - Math.Pow(beta1, update.T));
            var square = update.State[1] / (1 - Math.Pow(beta2, update.T));
            return update.W - update.Rate * (mean / (Math.Sqrt(square) + delta) + update.Pull);
        });

    [Test]
    public void Without_a_gradient_the_weights_shrink_by_rate_times_decay()
    {
        var parameter = new Parameter<double>("p", [1]);
        parameter.Data[0] = 2;
        new AdamWRule().Update(new UpdateRange<double>(parameter, [new Blob<double>([1]), new Blob<double>([1])], 0, 1),
            new UpdateRates(0.1, 1, 0.5, default));
        Assert.That(parameter.Data[0], Is.EqualTo(2 * (1 - 0.1 * 0.5)).Within(1e-15));
    }
}
