using NeuralFramework.Data;
using NeuralFramework.Embeddings;
using NeuralFramework.Layers;
using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>One update by the trainers is one by a net of layers.</summary>
public class TrainerAndNetTests
{
    private const int Words = 6;
    private const int Dim = 5;
    // Small enough that no move has to be limited.
    private const double Rate = 0.02;

    // What a few sums of floats of size 1 round to.
    private const double Rounding = 2e-6;

    private static Solver<float> Solver(UpdateRule rule, params LayerConfig[] layers) => Solver<float>.FromConfig(
        new SolverConfig { Rule = rule, BaseLr = Rate, MaxIter = 1 }, new NetConfig { Name = "words", Layers = [.. layers] });

    private static LayerConfig Values(string name, Shape shape, params double[] values) =>
        new(name, new InputOptions { Shape = shape, Values = values });

    private static LayerConfig Embed(string name, string bottom, int width = Dim) => new(name, new EmbedOptions
    {
        InputDim = Words, NumOutput = width, BiasTerm = false, SparseGradient = true,
    }) { Bottom = bottom, ParamName = $"p_{name}" };

    private static VectorTable Table(Parameter<float> parameter)
    {
        var table = new VectorTable(Words, Dim);
        for (var row = 0; row < Words; row++)
            parameter.Data.Slice(row * Dim, Dim).CopyTo(table.Row(row));
        return table;
    }

    private static void AssertSame(VectorTable table, Parameter<float> parameter)
    {
        for (var row = 0; row < Words; row++)
            Assert.That(table.Row(row).ToArray(), Is.EqualTo(parameter.Data.Slice(row * Dim, Dim).ToArray()).Within(Rounding),
                $"row {row} of {parameter.Name}");
    }

    // Words 0 and 1 with three and two of those near them, each with two drawn; 3 and 4 occur several times.
    [Test]
    public void Skip_gram_with_negative_sampling()
    {
        var solver = Solver(new SgdRule(), Values("word", [5], 0, 0, 0, 1, 1),
            Values("label", [5, 3], 1, 3, 4, 2, 4, 3, 3, 5, 5, 0, 3, 2, 4, 2, 3), Embed("words", "word"), Embed("others", "label"),
            new LayerConfig("loss", new NegativeSamplingLossOptions { Normalization = LossNormalization.None })
            {
                Bottom = ["words", "others"],
            });
        var (inputs, outputs) = (Table(solver.Net.Parameters[0]), Table(solver.Net.Parameters[1]));
        var part = new LogisticPart(inputs, outputs, WorkPool.Threads);
        part.Clear();
        foreach (var (word, labels) in new (int, int[])[]
            { (0, [1, 3, 4, 2, 4, 3, 3, 5, 5]), (1, [0, 3, 2, 4, 2, 3]) })
        {
            part.BeginExample();
            part.AddInput(word);
            foreach (var (i, label) in labels.Index())
                part.AddOutput(label, i % 3 == 0);
        }
        part.Compute((float)Rate, true);
        LogisticTrainer.Move([part], LogisticTrainer.WeightsFor(inputs, outputs));
        Assert.That(solver.Step(1), Is.EqualTo(part.Loss).Within(1e-4));
        AssertSame(inputs, solver.Net.Parameters[0]);
        AssertSame(outputs, solver.Net.Parameters[1]);
    }

    [Test]
    public void Cbow_with_hierarchical_softmax()
    {
        var solver = Solver(new SgdRule(), Values("around", [2, 3], 1, 2, 1, 4, 5, -1), Values("nodes", [2, 2], 4, 3, 4, 0),
            Values("turns", [2, 2], 0, 1, 1, -1), new LayerConfig("words", new EmbedBagOptions
            {
                InputDim = Words, NumOutput = Dim, SparseGradient = true,
            }) { Bottom = "around" },
            Embed("tree", "nodes"),
            new LayerConfig("loss", new HierarchicalSoftmaxLossOptions { Normalization = LossNormalization.None })
            {
                Bottom = ["words", "tree", "turns"],
            });
        var (inputs, outputs) = (Table(solver.Net.Parameters[0]), Table(solver.Net.Parameters[1]));
        var part = new LogisticPart(inputs, outputs, WorkPool.Threads);
        part.Clear();
        part.BeginExample();
        foreach (var word in new[] { 1, 2, 1 })
            part.AddInput(word);
        part.AddOutput(4, true);
        part.AddOutput(3, false);
        part.BeginExample();
        part.AddInput(4);
        part.AddInput(5);
        part.AddOutput(4, false);
        part.Compute((float)Rate, true);
        LogisticTrainer.Move([part], LogisticTrainer.WeightsFor(inputs, outputs));
        Assert.That(solver.Step(1), Is.EqualTo(part.Loss).Within(1e-4));
        AssertSame(inputs, solver.Net.Parameters[0]);
        AssertSame(outputs, solver.Net.Parameters[1]);
    }

    // With h = 2 and u = 0, each of 8 examples has the slope −½ · 2 and at most the curvature ¼ · 4: the least loss of a
    // parabola with it is at a move of 8 / 8 = 1, however large the rate.
    [Test]
    public void A_row_that_many_examples_move_at_once_is_not_moved_too_far()
    {
        var (inputs, outputs) = (new VectorTable(8, 1), new VectorTable(1, 1));
        var part = new LogisticPart(inputs, outputs, WorkPool.Threads);
        for (var row = 0; row < 8; row++)
        {
            inputs.Row(row)[0] = 2;
            part.BeginExample();
            part.AddInput(row);
            part.AddOutput(0, true);
        }
        part.Compute(100, false);
        LogisticTrainer.Move([part], LogisticTrainer.WeightsFor(inputs, outputs));
        Assert.That(outputs.Row(0)[0], Is.EqualTo(1).Within(1e-6));
    }

    [Test]
    public void GloVe_with_AdaGrad()
    {
        CoOccurrence[] entries = [new(0, 1, 3), new(1, 0, 3), new(2, 2, 0.5f), new(0, 5, 40)];
        double[] Column(Func<CoOccurrence, double> value) => [.. entries.Select(value)];
        var solver = Solver(new AdaGradRule { Delta = 1 }, Values("word", [4], Column(entry => entry.Word)),
            Values("context", [4], Column(entry => entry.Context)), Values("count", [4], Column(entry => entry.Count)),
            Embed("words", "word"), Embed("contexts", "context"), Embed("b", "word", 1), Embed("c", "context", 1),
            new LayerConfig("loss", new GloVeLossOptions { XMax = 10, Normalization = LossNormalization.None })
            {
                Bottom = ["words", "contexts", "b", "c", "count"],
            });
        var parameters = solver.Net.Parameters;
        var trainer = new GloVeTrainer(Words, new EmbeddingOptions { Method = EmbeddingMethod.GloVe, Dim = Dim, LearningRate = Rate });
        for (var row = 0; row < Words; row++)
        {
            parameters[0].Data.Slice(row * Dim, Dim).CopyTo(trainer.Words.Vectors.Row(row));
            parameters[1].Data.Slice(row * Dim, Dim).CopyTo(trainer.Contexts.Vectors.Row(row));
        }
        parameters[2].Data.CopyTo(trainer.Words.Biases);
        parameters[3].Data.CopyTo(trainer.Contexts.Biases);
        // Twice, so that the history counts.
        for (var step = 0; step < 2; step++)
            Assert.That(trainer.Update(entries), Is.EqualTo(solver.Step(1)).Within(1e-4));
        AssertSame(trainer.Words.Vectors, parameters[0]);
        AssertSame(trainer.Contexts.Vectors, parameters[1]);
        Assert.That(trainer.Words.Biases, Is.EqualTo(parameters[2].Data.ToArray()).Within(Rounding));
        Assert.That(trainer.Contexts.Biases, Is.EqualTo(parameters[3].Data.ToArray()).Within(Rounding));
    }
}
