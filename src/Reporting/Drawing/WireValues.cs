using System.Numerics;

namespace NeuralFramework.Reporting;

/// <summary>
/// What the wires of a net carry in one forward and one backward pass. It is noted while the passes run: a layer that
/// runs in place overwrites the values of the wire before it, and its backward pass the gradients of the wire behind.
/// </summary>
internal sealed class WireValues
{
    private readonly Dictionary<(int Node, int Top), string[]> values = [];
    private readonly Dictionary<(int Node, int Bottom), string[]> gradients = [];
    private readonly Dictionary<(int Node, int Top), string[]> outputGradients = [];

    private WireValues()
    {
    }

    /// <summary>Runs a net forward and backward once, the gradients of its inputs included. In a net without a loss the
    /// gradients are those of the sum of its outputs. The parameters' gradients are overwritten.</summary>
    public static WireValues Run<T>(Net<T> net) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var wires = new WireValues();
        var forced = net.ForceBackward;
        try
        {
            net.ForceBackward = true;
            net.ClearGradients();
            wires.RunForward(net);
            wires.RunBackward(net);
        }
        finally
        {
            net.ForceBackward = forced;
        }
        return wires;
    }

    /// <summary>The values that a node's top has carried.</summary>
    public IReadOnlyList<string> Of(int node, int top) => values[(node, top)];

    /// <summary>The gradients that came back from a node along the wire of a bottom; none where none does.</summary>
    public IReadOnlyList<string> GradientsFrom(int node, int bottom) => gradients.GetValueOrDefault((node, bottom), []);

    /// <summary>The gradients with which the backward pass began at an output; none where it passes the output by.</summary>
    public IReadOnlyList<string> GradientsOfOutput(int node, int top) => outputGradients.GetValueOrDefault((node, top), []);

    private void RunForward<T>(Net<T> net) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < net.Nodes.Count; i++)
        {
            net.ForwardNode(i);
            var tops = net.Nodes[i].Top;
            for (var top = 0; top < tops.Count; top++)
                values[(i, top)] = BlobSummary.Of<T>(tops[top].Shape, tops[top].Data);
        }
    }

    private void RunBackward<T>(Net<T> net) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        StartFromOutputs(net);
        for (var i = net.Nodes.Count - 1; i >= 0; i--)
        {
            net.BackwardNode(i);
            var node = net.Nodes[i];
            for (var bottom = 0; bottom < node.Bottom.Count && node.NeedsBackward; bottom++)
                if (node.PropagateDown[bottom])
                    gradients[(i, bottom)] = BlobSummary.Of<T>(node.Bottom[bottom].Shape, node.Bottom[bottom].Diff);
        }
    }

    // The last maker of an output counts: in place, earlier ones have made the same blob.
    private void StartFromOutputs<T>(Net<T> net) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var outputs = net.Outputs.ToHashSet();
        for (var i = net.Nodes.Count - 1; i >= 0; i--)
        {
            var node = net.Nodes[i];
            for (var top = 0; top < node.Top.Count; top++)
            {
                if (!outputs.Remove(node.Top[top]) || !node.NeedsBackward)
                    continue;
                var diff = node.Top[top].Diff;
                diff.Fill(net.HasLoss ? T.CreateTruncating(node.LossWeights[top]) : T.One);
                outputGradients[(i, top)] = BlobSummary.Of<T>(node.Top[top].Shape, diff);
            }
        }
    }
}
