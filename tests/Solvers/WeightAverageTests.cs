using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class WeightAverageTests
{
    private static SolverConfig Config => TrainingSets.Sgd(0.2, 0.5) with { EmaDecay = 0.6 };

    private static double[] Weights(Net<double> net) =>
        [.. net.Parameters.SelectMany(parameter => parameter.Data.ToArray())];

    [Test]
    public void It_follows_its_formula()
    {
        var parameter = new Parameter<double>("p", [1]);
        parameter.Data[0] = 8;
        var average = new WeightAverage<double>(0.3, [parameter]);
        var expected = 8.0;
        for (var t = 0; t < 10; t++)
        {
            parameter.Data[0] = Math.Sin(t);
            average.Add(t);
            var decay = Math.Min(0.3, t / (9.0 + t));
            expected = decay * expected + (1 - decay) * Math.Sin(t);
            Assert.That(average.During(() => parameter.Data[0]), Is.EqualTo(expected).Within(1e-15));
            Assert.That(parameter.Data[0], Is.EqualTo(Math.Sin(t)));
        }
    }

    [Test]
    public void What_the_weights_were_before_the_first_update_does_not_matter()
    {
        var solver = Solver<double>.FromConfig(Config, TrainingSets.TwoLayers(2));
        solver.Net.Parameters[0].Data.Fill(1);
        Assert.That(solver.WeightsHash(), Is.EqualTo(solver.Net.WeightsHash()));
        solver.Step(1);
        Assert.That(solver.WeightsHash(), Is.EqualTo(solver.Net.WeightsHash()));
        solver.Step(1);
        Assert.That(solver.WeightsHash(), Is.Not.EqualTo(solver.Net.WeightsHash()));
    }

    [Test]
    public void The_weights_come_back_whatever_happens()
    {
        var parameter = new Parameter<double>("p", [1]);
        var average = new WeightAverage<double>(0.5, [parameter]);
        parameter.Data[0] = 3;
        Assert.That(() => average.During<int>(() => throw new DataException("x")), Throws.TypeOf<DataException>());
        Assert.That(parameter.Data[0], Is.EqualTo(3));
    }

    [Test]
    public void The_training_is_the_same_with_and_without_it()
    {
        var (with, without) = (Solver<double>.FromConfig(Config with { TestInterval = 2 }, TrainingSets.TwoLayers(2)),
            Solver<double>.FromConfig(Config with { EmaDecay = null }, TrainingSets.TwoLayers(2)));
        with.Train();
        without.Train();
        Assert.That(with.Net.WeightsHash(), Is.EqualTo(without.Net.WeightsHash()));
        Assert.That(with.WeightsHash(), Is.Not.EqualTo(with.Net.WeightsHash()));
        Assert.That(without.WeightsHash(), Is.EqualTo(without.Net.WeightsHash()));
    }

    [Test]
    public void Tests_and_the_weights_in_a_snapshot_have_the_average()
    {
        using var folder = new TempFolder();
        var solver = Solver<double>.FromConfig(Config, TrainingSets.TwoLayers(2));
        solver.Train();
        solver.Snapshot(folder.In("s"));
        var net = Net<double>.FromConfig(TrainingSets.TwoLayers(2), Phase.Test);
        net.LoadWeights(folder.In("s"));
        Assert.That(net.WeightsHash(), Is.EqualTo(solver.WeightsHash()));
        Assert.That(TestPass.Run(net).Loss, Is.EqualTo(solver.LastTest!.Loss));
        net.ShareWeights(solver.Net);
        Assert.That(TestPass.Run(net).Loss, Is.Not.EqualTo(solver.LastTest!.Loss));
        var file = SafeTensors.Load(folder.In("s"));
        var trained = new double[15];
        file.CopyTo<double>("trained/fc1/0", trained);
        Assert.That(trained, Is.EqualTo(solver.Net.Parameters[0].Data.ToArray()));
    }

    [Test]
    public void What_the_solver_leaves_alone_is_not_averaged()
    {
        var frozen = new Parameter<double>("p", [1]) { LrMult = 0 };
        var average = new WeightAverage<double>(0.9, [frozen]);
        frozen.Data[0] = 5;
        average.Add(0);
        Assert.That(average.During(() => frozen.Data[0]), Is.EqualTo(5));
    }

    [Test]
    public void An_average_that_is_no_longer_wanted_leaves_the_weights()
    {
        using var folder = new TempFolder();
        var solver = Solver<double>.FromConfig(Config, TrainingSets.TwoLayers(2));
        solver.Step(4);
        solver.Snapshot(folder.In("s"));
        var other = Solver<double>.FromConfig(Config with { EmaDecay = null }, TrainingSets.TwoLayers(2));
        other.Restore(folder.In("s"), allowChanges: true);
        Assert.That(Weights(other.Net), Is.EqualTo(Weights(solver.Net)));
    }

    [Test]
    public void An_update_with_everything_allocates_nothing()
    {
        var solver = Solver<float>.FromConfig(Config with { ClipGradients = 0.1, Rule = new AdamRule() },
            TrainingSets.TwoLayers(2));
        solver.Step(2);
        Assert.That(Allocation.Of(solver.ApplyUpdate), Is.Zero);
    }
}
