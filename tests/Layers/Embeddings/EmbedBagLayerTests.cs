using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class EmbedBagLayerTests
{
    private static LayerRun<double> Example(bool sparse = false)
    {
        var run = new LayerRun<double>(new EmbedBagLayer<double>(new() { InputDim = 4, NumOutput = 2, SparseGradient = sparse }),
            Blob("words", [3, 2], 2, 0, -1, 1, -1, -1));
        run.Layer.Parameters[0].Set([1, 2, 3, 4, 5, 6, 7, 8]);
        return run;
    }

    [Test]
    public void Forward_is_the_mean_of_the_rows_that_there_are() =>
        Assert.That(Example().Forward(), Is.EqualTo(new double[] { 3, 4, 3, 4, 0, 0 }));

    [Test]
    public void Backward_shares_the_gradient_among_them([Values] bool sparse)
    {
        var run = Example(sparse);
        run.Forward();
        run.Backward(1, 2, 3, 4, 5, 6);
        Assert.That(run.Layer.Parameters[0].Diff.ToArray(), Is.EqualTo(new[] { 0.5, 1, 3, 4, 0.5, 1, 0, 0 }));
        Assert.That(run.Layer.Parameters[0].TouchedRows?.Rows.ToArray(), sparse ? Is.EqualTo(new[] { 2, 0, 1 }) : Is.Null);
    }

    [Test]
    public void Gradients_are_those_of_differences()
    {
        var words = Labels<double>(6, 5, 4);
        foreach (ref var word in words.Data)
            word--;
        AssertGradients(new EmbedBagLayer<double>(new() { InputDim = 5, NumOutput = 3 }), words);
    }

    [Test]
    public void Results_are_the_same_bits_for_any_number_of_threads() => AssertSameBitsForAnyThreads(
        () => new EmbedBagLayer<float>(new() { InputDim = 50, NumOutput = 300 }), Labels<float>(50, 200, 7));

    [TestCase(-2, "-2")]
    [TestCase(4, "4")]
    public void An_index_out_of_range_is_an_error(double index, string printed)
    {
        var run = Example();
        run.Bottoms[0].Data[1] = index;
        Assert.That(run.Forward, Throws.TypeOf<DataException>().With.Message.EqualTo("layer 'tested' (EmbedBag): received "
            + $"the index {printed} as element 1 of the blob 'words', allowed: whole numbers from 0 to 3, or -1 for none"));
    }
}
