using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class NesterovRuleTests
{
    [TestCase(0)]
    [TestCase(0.5)]
    [TestCase(0.9)]
    public void The_weights_are_those_one_step_ahead(double momentum) =>
        LeastSquares.AssertFollows(new NesterovRule { Momentum = momentum }, update =>
        {
            var before = update.State[0];
            update.State[0] = momentum * before + update.Rate * (update.G + update.Pull);
            return update.W - ((1 + momentum) * update.State[0] - momentum * before);
        });

    [Test]
    public void It_is_the_look_ahead_of_the_paper()
    {
        // Sutskever et al.: v ← μv − ε∇f(θ + μv), θ ← θ + v. Here w = θ + μv, on f = w²/2.
        const double momentum = 0.9, rate = 0.1;
        var (theta, v) = (2.0, 0.0);
        var parameter = new Parameter<double>("p", [1]);
        parameter.Data[0] = theta;
        var history = new[] { new Blob<double>([1]) };
        for (var t = 0; t < 20; t++)
        {
            Assert.That(parameter.Data[0], Is.EqualTo(theta + momentum * v).Within(1e-14));
            v = momentum * v - rate * (theta + momentum * v);
            theta += v;
            parameter.Diff[0] = parameter.Data[0];
            new NesterovRule { Momentum = momentum }.Update(new UpdateRange<double>(parameter, history, 0, 1),
                new UpdateRates(rate, 1, 0, default));
        }
    }
}
