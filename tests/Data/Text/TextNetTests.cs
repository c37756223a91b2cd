using NeuralFramework.Data;
using NeuralFramework.Layers;
using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>Nets of the layers for words learn from a text.</summary>
public class TextNetTests
{
    private static LayerConfig Embed(string name, string bottom) => new(name, new EmbedOptions
    {
        InputDim = 30, NumOutput = 10, BiasTerm = false, SparseGradient = true, WeightFiller = new GaussianFiller { Std = 0.1 },
    }) { Bottom = bottom };

    [Test]
    public void Skip_gram_with_a_hierarchical_softmax_learns_and_its_gradients_are_right()
    {
        using var folder = new TempFolder();
        var net = new NetConfig
        {
            Name = "tree",
            Layers =
            [
                new LayerConfig("text", new SkipGramOptions
                {
                    Source = folder.Write("text", SmallText.Create()), MinCount = 1, Window = 2, HierarchicalSoftmax = true, BatchSize = 32,
                }) { Top = ["word", "way"] },
                new LayerConfig("slice", new SliceOptions { Axis = 1 }) { Bottom = "way", Top = ["nodes", "turns"] },
                Embed("words", "word"), Embed("tree", "nodes"),
                new LayerConfig("loss", "HierarchicalSoftmaxLoss") { Bottom = ["words", "tree", "turns"] },
            ],
        };
        Assert.That(GradientChecker.Check(Net<double>.FromConfig(net, Phase.Train),
            new GradientCheckOptions { SamplesPerBlob = 50 }).Passed, "gradients");
        var solver = Solver<float>.FromConfig(new SolverConfig { BaseLr = 1, MaxIter = 400 }, net);
        var first = solver.Step(1);
        solver.Step(398);
        Assert.That(solver.Step(1), Is.LessThan(0.8 * first));
    }
}
