using System.Numerics;

namespace NeuralFramework;

/// <summary>Finds out what the backward pass of a net has to do, so that layers whose gradient nobody needs are left
/// out of it.</summary>
internal static class GradientNeeds
{
    /// <summary>Forwards: which blobs and layers somebody needs a gradient of. Backwards: which of them a loss depends
    /// on. A net without a loss counts all of its outputs as such, so that their gradients can be given from outside.</summary>
    /// <param name="nodes">The net, in the order in which it runs. What is found is written into them.</param>
    /// <param name="forInputs">Whether the gradients of the net's inputs are needed too.</param>
    /// <returns>The blobs that get a gradient.</returns>
    public static IReadOnlySet<Blob<T>> Find<T>(IReadOnlyList<NetNode<T>> nodes, bool forInputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        FindNeeded(nodes, forInputs);
        FindUnderLoss(nodes);
        return FindWritten(nodes);
    }

    private static void FindNeeded<T>(IReadOnlyList<NetNode<T>> nodes, bool forInputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var needed = new HashSet<Blob<T>>();
        foreach (var node in nodes)
        {
            node.PropagateDown = [.. node.Bottom.Select((blob, i) => node.Layer.PropagatesTo(i)
                && (forInputs || needed.Contains(blob)))];
            node.NeedsBackward = node.Layer.Parameters.Any(parameter => parameter.NeedsGradient)
                || node.PropagateDown.Contains(true);
            if (node.NeedsBackward)
                needed.UnionWith(node.Top);
            else
                needed.ExceptWith(node.Top);
        }
    }

    private static void FindUnderLoss<T>(IReadOnlyList<NetNode<T>> nodes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var hasLoss = nodes.Any(node => node.IsLoss);
        var underLoss = new HashSet<Blob<T>>();
        foreach (var node in nodes.Reverse())
        {
            var isUnder = !hasLoss || node.IsLoss || node.Top.Any(underLoss.Contains);
            node.NeedsBackward &= isUnder;
            for (var i = 0; i < node.Bottom.Count && isUnder; i++)
                if (node.Layer.PropagatesTo(i))
                    underLoss.Add(node.Bottom[i]);
        }
    }

    private static HashSet<Blob<T>> FindWritten<T>(IReadOnlyList<NetNode<T>> nodes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var written = new HashSet<Blob<T>>();
        foreach (var node in nodes.Reverse())
        {
            node.GradientArrives = [.. node.Top.Select(written.Contains)];
            if (node.NeedsBackward)
                written.UnionWith(node.Bottom.Where((_, i) => node.PropagateDown[i]));
        }
        return written;
    }
}
