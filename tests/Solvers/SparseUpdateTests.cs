using System.Runtime.InteropServices;
using NeuralFramework.Layers;
using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class SparseUpdateTests
{
    // Words 0 to 2 of 5 are looked up; each of three batches lacks one of them.
    private static Net<float> Net(bool sparse) => Net<float>.FromConfig(new NetConfig
    {
        Name = "words",
        Layers =
        [
            new LayerConfig("data", new Data.InMemoryOptions
            {
                BatchSize = 2, Data = new double[] { 0, 1, 1, 2, 2, 0 }, Shape = Shape.Scalar, Labels = new double[] { 1, 0, 1, 0, 1, 0 },
            }) { Top = ["word", "label"] },
            new LayerConfig("words", new EmbedOptions { InputDim = 5, NumOutput = 7, SparseGradient = sparse }) { Bottom = "word" },
            new LayerConfig("scores", new InnerProductOptions { NumOutput = 2 }),
            new LayerConfig("loss", "SoftmaxLoss") { Bottom = ["scores", "label"] },
        ],
    }, Phase.Train);

    private static float[] Trained(bool sparse, UpdateRule rule, double decay = 0, double? clip = null)
    {
        var solver = Solver<float>.FromConfig(new SolverConfig
        {
            Rule = rule, BaseLr = 0.5, MaxIter = 10, WeightDecay = decay, ClipGradients = clip,
        }, Net(sparse).Config);
        solver.Step(10);
        return solver.Net.Parameters[0].Data.ToArray();
    }

    private static IEnumerable<UpdateRule> Memoryless() => [new SgdRule(), new AdaGradRule()];

    [TestCaseSource(nameof(Memoryless))]
    public void Without_momentum_and_decay_the_bits_are_those_of_a_dense_gradient(UpdateRule rule) => Assert.That(
        MemoryMarshal.AsBytes<float>(Trained(true, rule)).SequenceEqual(MemoryMarshal.AsBytes<float>(Trained(false, rule))));

    [Test]
    public void Clipping_sees_the_same_norm() => Assert.That(Trained(true, new SgdRule(), clip: 0.1),
        Is.EqualTo(Trained(false, new SgdRule(), clip: 0.1)));

    [Test]
    public void A_row_that_was_never_touched_is_not_pulled_by_decay()
    {
        var first = Net(true).Parameters[0].Data[^14..].ToArray();
        Assert.That(Trained(true, new SgdRule(), decay: 0.1)[^14..], Is.EqualTo(first));
        Assert.That(Trained(false, new SgdRule(), decay: 0.1)[^14..], Is.Not.EqualTo(first));
    }

    [Test]
    public void Momentum_moves_a_row_only_when_it_is_touched()
    {
        var solver = Solver<float>.FromConfig(new SolverConfig
        {
            Rule = new SgdRule { Momentum = 0.9 }, BaseLr = 0.5, MaxIter = 10,
        }, Net(true).Config);
        var words = solver.Net.Parameters[0];
        solver.Step(1);
        var before = words.Data.ToArray();
        solver.Step(1);
        Assert.That(words.Data[..7].ToArray(), Is.EqualTo(before[..7]), "word 0 is not in the second batch");
        Assert.That(words.Data[7..14].ToArray(), Is.Not.EqualTo(before[7..14]));
    }

    [Test]
    public void A_gradient_that_is_not_finite_is_found_in_the_rows_that_have_one()
    {
        var net = Net(true);
        net.Forward();
        net.Backward();
        Assert.That(net.FindNonFiniteGradient(), Is.Null);
        net.Parameters[0].Diff[8] = float.NaN;
        Assert.That(net.FindNonFiniteGradient(), Does.Contain("words/0"));
    }

    [Test]
    public void A_parameter_shared_with_a_layer_that_does_not_track_rows_is_dense()
    {
        static LayerConfig Embed(string name, bool sparse) =>
            new(name, new EmbedOptions { InputDim = 5, NumOutput = 2, SparseGradient = sparse, BiasTerm = false })
            {
                Bottom = "word", ParamName = "shared",
            };
        var net = Net<float>.FromConfig(new NetConfig
        {
            Name = "tied",
            Layers = [new LayerConfig("word", new InputOptions { Shape = [3] }), Embed("a", true), Embed("b", false)],
        }, Phase.Train);
        Assert.That(net.Parameters, Has.Count.EqualTo(1));
        Assert.That(net.Parameters[0].TouchedRows, Is.Null);
    }
}
