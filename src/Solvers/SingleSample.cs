using System.Numerics;

namespace NeuralFramework.Solvers;

/// <summary>A layer run on one sample of a batch, to find out which sample makes a number that belongs to
/// all.</summary>
internal sealed class SingleSample<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NetNode<T> node;
    private readonly Blob<T>[] bottom;
    private readonly Blob<T>[] top;

    private SingleSample(NetNode<T> node, int sample, int count)
    {
        this.node = node;
        bottom = [.. node.Bottom.Select(blob => Part(blob, sample, count))];
        top = [.. node.Top.Select(blob => Part(blob, sample, count))];
    }

    /// <summary>Runs the layer forward, and backward if the net does; null when it cannot run on one sample.</summary>
    public static SingleSample<T>? TryRun(NetNode<T> node, int sample, int count)
    {
        var one = new SingleSample<T>(node, sample, count);
        try
        {
            node.Layer.Reshape(one.bottom, one.top);
            node.Layer.Forward(one.bottom, one.top);
            foreach (var parameter in node.Layer.Parameters)
                parameter.Diff.Clear();
            if (node.NeedsBackward)
                node.Layer.Backward(one.top, node.PropagateDown, one.bottom);
            return one;
        }
        catch (NeuralFrameworkException)
        {
            // A layer whose options hold the batch's extent, such as Reshape: the sample stays unknown.
            return null;
        }
    }

    /// <summary>The largest size of a value that was made; not finite when one is not.</summary>
    public double WorstValue() => top.Max(blob => Worst(blob.Data));

    /// <summary>The largest size of a gradient that was made; not finite when one is not.</summary>
    public double WorstGradient() => Math.Max(
        bottom.Where((_, i) => node.PropagateDown[i]).Select(blob => Worst(blob.Diff)).DefaultIfEmpty(0).Max(),
        node.Layer.Parameters.Where(parameter => parameter.NeedsGradient).Select(parameter => Worst(parameter.Diff))
            .DefaultIfEmpty(0).Max());

    private static double Worst(ReadOnlySpan<T> numbers)
    {
        var worst = 0.0;
        foreach (var number in numbers)
        {
            if (!T.IsFinite(number))
                return double.PositiveInfinity;
            worst = Math.Max(worst, Math.Abs(double.CreateTruncating(number)));
        }
        return worst;
    }

    private static Blob<T> Part(Blob<T> blob, int sample, int count)
    {
        if (blob.Shape.Rank == 0 || blob.Shape[0] != count)
            return Copy(blob, blob.Shape, 0);
        return Copy(blob, [1, .. blob.Shape.Skip(1)], sample);
    }

    private static Blob<T> Copy(Blob<T> blob, Shape shape, int part)
    {
        var copy = new Blob<T>(blob.Name, shape, blob.Data.Slice(part * shape.Size, shape.Size));
        blob.Diff.Slice(part * shape.Size, shape.Size).CopyTo(copy.Diff);
        return copy;
    }
}
