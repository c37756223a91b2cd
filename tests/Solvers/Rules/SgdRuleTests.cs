using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class SgdRuleTests
{
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
    public void Plain_steps_follow_the_gradient() =>
        LeastSquares.AssertFollows(new SgdRule(), update => update.W - update.Rate * (update.G + update.Pull));

    [TestCase(0.5)]
    [TestCase(0.9)]
    public void Momentum_has_the_rate_inside_as_in_Caffe(double momentum) =>
        LeastSquares.AssertFollows(new SgdRule { Momentum = momentum }, update =>
        {
            update.State[0] = momentum * update.State[0] + update.Rate * (update.G + update.Pull);
            return update.W - update.State[0];
        });
}
