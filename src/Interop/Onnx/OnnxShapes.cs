using NeuralFramework.Layers;

namespace NeuralFramework.Interop;

/// <summary>
/// The shapes of a net's blobs, and which of their axes may have other extents: found by giving the inputs one sample
/// more, and one step of time more where the net is recurrent, and looking at what the layers make of it.
/// </summary>
internal sealed class OnnxShapes
{
    private readonly Net<float> net;
    private readonly IReadOnlyList<Blob<float>> inputs;
    private readonly List<(string Name, int From, Dictionary<Blob<float>, Shape> Shapes)> variants = [];

    public OnnxShapes(Net<float> net, IReadOnlyList<Blob<float>> inputs)
    {
        (this.net, this.inputs) = (net, inputs);
        var sequences = Reaching([0, 1]);
        var states = Reaching([2, 3]);
        Try("batch", blob => sequences.Contains(blob) || states.Contains(blob) ? 1 : 0);
        if (sequences.Count > 0)
            Try("time", blob => sequences.Contains(blob) ? 0 : -1);
    }

    /// <summary>Why the batch, or the time, cannot be left open; empty when they can.</summary>
    public List<string> Problems { get; } = [];

    public bool IsFixed(Blob<float> blob, int axis) =>
        variants.TrueForAll(variant => variant.Shapes[blob][axis] == blob.Shape[axis]);

    /// <summary>Whether two axes have one extent, whatever the inputs' are.</summary>
    public bool AreSame(Blob<float> one, int axis, Blob<float> other, int otherAxis) =>
        one.Shape[axis] == other.Shape[otherAxis]
        && variants.TrueForAll(variant => variant.Shapes[one][axis] == variant.Shapes[other][otherAxis]);

    /// <summary>The extents of a blob, with names for those that are open.</summary>
    public IReadOnlyList<OnnxDim> DimsOf(Blob<float> blob, string name) =>
        [.. Enumerable.Range(0, blob.Shape.Rank).Select(axis => DimOf(blob, axis, name))];

    private OnnxDim DimOf(Blob<float> blob, int axis, string name)
    {
        if (IsFixed(blob, axis))
            return blob.Shape[axis];
        foreach (var variant in variants)
            if (blob.Shape[axis] == variant.From && variant.Shapes[blob][axis] == variant.From + 1)
                return variant.Name;
        return $"{name}_{axis}";
    }

    // The inputs from which a bottom of a recurrent layer is made.
    private HashSet<Blob<float>> Reaching(int[] bottoms)
    {
        var found = new HashSet<Blob<float>>();
        foreach (var node in net.Nodes.Reverse())
        {
            if (node.Layer is RecurrentLayer<float>)
                found.UnionWith(node.Bottom.Where((_, i) => bottoms.Contains(i)));
            else if (node.Top.Any(found.Contains))
                found.UnionWith(node.Bottom);
        }
        return found;
    }

    private void Try(string name, Func<Blob<float>, int> axisOf)
    {
        var before = inputs.ToDictionary(blob => blob, blob => blob.Shape);
        var changed = inputs.Where(blob => axisOf(blob) is var axis and >= 0 && axis < blob.Shape.Rank).ToList();
        if (changed.Count == 0)
            return;
        var extents = changed.Select(blob => blob.Shape[axisOf(blob)]).Distinct().ToList();
        if (extents.Count > 1)
        {
            Problems.Add($"the {name} is fixed: the inputs {string.Join(", ", changed)} have different ones");
            return;
        }
        try
        {
            foreach (var blob in changed)
                blob.Reshape([.. blob.Shape.Select((extent, axis) => axis == axisOf(blob) ? extent + 1 : extent)]);
            Reshape();
            variants.Add((name, extents[0], net.Nodes.SelectMany(node => node.Bottom.Concat(node.Top)).Distinct()
                .ToDictionary(blob => blob, blob => blob.Shape)));
        }
        catch (ShapeException error)
        {
            Problems.Add($"the {name} is fixed at {extents[0]}: with one more, {error.Message}");
        }
        finally
        {
            foreach (var (blob, shape) in before)
                blob.Reshape(shape);
            Reshape();
        }
    }

    private void Reshape()
    {
        foreach (var node in net.Nodes)
            if (node.Bottom.Count > 0)
                node.Layer.Reshape(node.Bottom, node.Top);
    }
}
