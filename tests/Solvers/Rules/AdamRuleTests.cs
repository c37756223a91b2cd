using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class AdamRuleTests
{
    [TestCase(0.9, 0.999, 1e-8)]
    [TestCase(0.5, 0.6, 0.1)]
    [TestCase(0, 0, 1e-8)]
    public void The_bias_of_both_means_is_corrected(double beta1, double beta2, double delta) =>
        LeastSquares.AssertFollows(new AdamRule { Momentum = beta1, Momentum2 = beta2, Delta = delta }, update =>
        {
            var g = update.G + update.Pull;
            update.State[0] = beta1 * update.State[0] + (1 - beta1) * g;
            update.State[1] = beta2 * update.State[1] + (1 - beta2) * g * g;
            // The paper's order of computation, at the end of its section 2.
            var rate = update.Rate * Math.Sqrt(1 - Math.Pow(beta2, update.T)) / (1 - Math.Pow(beta1, update.T));
            return update.W - rate * update.State[0] / (Math.Sqrt(update.State[1]) + delta);
        });

    [Test]
    public void The_first_step_is_the_learning_rate_whatever_the_gradient([Values(1e-3, 1, 1e3)] double gradient)
    {
        var parameter = new Parameter<double>("p", [1]);
        parameter.Diff[0] = gradient;
        new AdamRule().Update(new UpdateRange<double>(parameter, [new Blob<double>([1]), new Blob<double>([1])], 0, 1),
            new UpdateRates(0.1, 1, 0, default));
        // Delta is 1e-8 / √0.001 of a gradient of 1.
        Assert.That(parameter.Data[0], Is.EqualTo(-0.1).Within(0.1 * 1e-8 / Math.Sqrt(0.001) / gradient * 1.01));
    }
}
