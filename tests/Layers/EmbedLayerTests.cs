using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class EmbedLayerTests
{
    private static LayerRun<double> Example(bool bias = true)
    {
        var run = new LayerRun<double>(
            new EmbedLayer<double>(new() { InputDim = 3, NumOutput = 2, BiasTerm = bias }),
            Blob("word", [2, 2], 2, 0, 2, 1));
        run.Layer.Parameters[0].Set([1, 2, 3, 4, 5, 6]);
        if (bias)
            run.Layer.Parameters[1].Set([10, 20]);
        return run;
    }

    [Test]
    public void Forward_looks_up_the_row_of_each_index_and_adds_the_bias()
    {
        var run = Example();
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 15, 26, 11, 22, 15, 26, 13, 24 }));
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(2, 2, 2)));
    }

    [Test]
    public void Backward_adds_to_the_rows_that_were_looked_up()
    {
        var run = Example();
        run.Forward();
        run.Backward(1, 2, 3, 4, 5, 6, 7, 8);
        Assert.That(run.Layer.Parameters[0].Diff.ToArray(), Is.EqualTo(new double[] { 3, 4, 7, 8, 6, 8 }));
        Assert.That(run.Layer.Parameters[1].Diff.ToArray(), Is.EqualTo(new double[] { 16, 20 }));
    }

    [Test]
    public void Without_a_bias_the_weights_are_the_only_parameter()
    {
        var run = Example(bias: false);
        Assert.That(run.Layer.Parameters, Has.Count.EqualTo(1));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 5, 6, 1, 2, 5, 6, 3, 4 }));
    }

    [Test]
    public void A_frozen_parameter_gets_no_gradient()
    {
        var run = Example();
        foreach (var parameter in run.Layer.Parameters)
            parameter.LrMult = 0;
        run.Forward();
        run.Backward(1, 2, 3, 4, 5, 6, 7, 8);
        foreach (var parameter in run.Layer.Parameters)
            Assert.That(parameter.Diff.ToArray(), Is.All.Zero);
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Gradients_are_those_of_differences(bool bias) => AssertGradients(
        new EmbedLayer<double>(new() { InputDim = 5, NumOutput = 3, BiasTerm = bias }), Labels<double>(5, 4, 3));

    [Test]
    public void Results_are_the_same_bits_for_any_number_of_threads() => AssertSameBitsForAnyThreads(
        () => new EmbedLayer<float>(new() { InputDim = 50, NumOutput = 300 }), Labels<float>(50, 700));

    [Test]
    public void With_a_sparse_gradient_the_weights_know_the_rows_that_were_looked_up()
    {
        var run = new LayerRun<double>(
            new EmbedLayer<double>(new() { InputDim = 4, NumOutput = 2, SparseGradient = true }),
            Blob("word", [3], 2, 0, 2));
        run.Forward();
        run.Backward(1, 2, 3, 4, 5, 6);
        var weights = run.Layer.Parameters[0];
        Assert.That(weights.TouchedRows!.Rows.ToArray(), Is.EqualTo(new[] { 2, 0 }));
        Assert.That(weights.Diff.ToArray(), Is.EqualTo(new double[] { 3, 4, 0, 0, 6, 8, 0, 0 }));
        weights.ClearGradient();
        Assert.That(weights.TouchedRows.Count, Is.Zero);
        Assert.That(weights.Diff.ToArray(), Is.All.Zero);
    }

    [TestCase(3, "3")]
    [TestCase(-1, "-1")]
    [TestCase(0.5, "0.5")]
    public void An_index_out_of_range_is_an_error_that_names_it_and_the_range(double index, string printed)
    {
        var run = Example();
        run.Bottoms[0].Data[3] = index;
        Assert.That(run.Forward, Throws.TypeOf<DataException>().With.Message.EqualTo("layer 'tested' (Embed): received "
            + $"the index {printed} as element 3 of the blob 'word', allowed: whole numbers from 0 to 2"));
    }
}
