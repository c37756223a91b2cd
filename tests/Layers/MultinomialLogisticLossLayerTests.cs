using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class MultinomialLogisticLossLayerTests
{
    private static LayerRun<double> Run(Blob<double> probabilities, Blob<double> labels) =>
        new(new MultinomialLogisticLossLayer<double>(), probabilities, labels);

    // −(ln 1/2 + ln 1/4) / 2; the gradients are −1/2 · 1/p.
    [Test]
    public void The_loss_is_minus_the_mean_logarithm_of_the_labels_probabilities()
    {
        var run = Run(Blob("p", [2, 2], 0.5, 0.5, 0.25, 0.75), Blob("label", [2], 1, 0));
        Assert.That(run.Forward(), Is.EqualTo(new[] { (Math.Log(2) + Math.Log(4)) / 2 }).Within(1e-15));
        Assert.That(run.Backward(2), Is.EqualTo(new double[] { 0, -2, -4, 0 }));
    }

    [Test]
    public void A_probability_of_0_counts_as_1e_minus_20()
    {
        var run = Run(Blob("p", [1, 2], 0, 1), Blob("label", [1], 0));
        Assert.That(run.Forward(), Is.EqualTo(new[] { 20 * Math.Log(10) }).Within(1e-13));
        Assert.That(run.Backward(1)[0], Is.EqualTo(-1e20).Within(1e5));
    }

    [TestCase(3, 4)]
    [TestCase(1, 9)]
    [TestCase(2, 3, 1, 1)]
    public void Gradients_are_those_of_differences(params int[] shape)
    {
        var probabilities = Normal<double>("p", shape);
        foreach (ref var value in probabilities.Data)
            value = 0.2 + Math.Abs(value);
        AssertGradients(new MultinomialLogisticLossLayer<double>(), probabilities, Labels<double>(shape[1], shape[0]));
    }

    [Test]
    public void A_label_that_is_no_class_is_an_error()
    {
        var run = Run(Blob("p", [1, 2], 0.5, 0.5), Blob("label", [1], 2));
        Assert.That(run.Forward, Throws.TypeOf<DataException>().With.Message.EqualTo(
            "layer 'tested' (MultinomialLogisticLoss): received the label 2 for sample 0 in the blob 'label', allowed: "
            + "whole numbers from 0 to 1"));
    }
}
