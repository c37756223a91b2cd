using NUnit.Framework;

namespace NeuralFramework.Tests;

public class ElementwiseLayerTests
{
    /// <summary>y = x², which can tell its gradient 2x only from the input.</summary>
    private sealed class Square : ElementwiseLayer<double>
    {
        public override bool CanRunInPlace => false;

        protected override void Compute(ReadOnlySpan<double> x, Span<double> y)
        {
            for (var i = 0; i < x.Length; i++)
                y[i] = x[i] * x[i];
        }

        protected override void ComputeGradient(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> dy,
            Span<double> dx)
        {
            for (var i = 0; i < x.Length; i++)
                dx[i] = dy[i] * 2 * x[i];
        }
    }

    [Test]
    public void Every_element_is_computed_once_in_a_large_blob()
    {
        var x = LayerRun.Normal<double>("x", 3, 41, 1000);
        var values = x.Data.ToArray();
        var run = new LayerRun<double>(new Square(), x);
        Assert.That(run.Top.Shape, Is.EqualTo(x.Shape));
        Assert.That(run.Forward().SequenceEqual(values.Select(value => value * value)));
        Assert.That(run.Backward(values).SequenceEqual(values.Select(value => value * 2 * value)));
    }

    [Test]
    public void Nothing_is_written_where_no_gradient_is_wanted()
    {
        var run = new LayerRun<double>(new Square(), new Blob<double>("x", [2], [3, 4]));
        run.Forward();
        run.Top.Diff.Fill(1);
        run.Bottoms[0].Diff.Fill(5);
        run.Layer.Backward(run.Tops, [false], run.Bottoms);
        Assert.That(run.Bottoms[0].Diff.ToArray(), Is.All.EqualTo(5));
    }

    [Test]
    public void An_empty_blob_is_allowed() =>
        Assert.That(new LayerRun<double>(new Square(), new Blob<double>("x", [0, 3])).Forward(), Is.Empty);

    [Test]
    public void One_that_cannot_run_in_place_refuses_to() => Assert.That(
        () => LayerRun<double>.InPlace(new Square { Name = "square" }, new Blob<double>("x", [2])),
        Throws.TypeOf<ShapeException>()
            .With.Message.EqualTo("layer 'square' (Square): received the blob 'x' as bottom and "
            + "as top, allowed: a top of its own: with its type and options, the layer cannot run in place"));
}
