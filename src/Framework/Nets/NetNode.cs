using System.Numerics;

namespace NeuralFramework;

/// <summary>A layer in its place in a net: the blobs it reads and makes, and what its backward pass has to do.</summary>
public sealed class NetNode<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal NetNode(LayerConfig config, Layer<T> layer, Blob<T>[] bottom, Blob<T>[] top)
    {
        Config = config;
        Layer = layer;
        Bottom = bottom;
        Top = top;
        PropagateDown = new bool[bottom.Length];
        LossWeights = new double[top.Length];
        SeenShapes = [.. bottom.Select(blob => blob.Shape)];
    }

    /// <summary>The definition.</summary>
    public LayerConfig Config { get; }

    /// <summary>The layer.</summary>
    public Layer<T> Layer { get; }

    /// <summary>The blobs that the layer reads.</summary>
    public IReadOnlyList<Blob<T>> Bottom { get; }

    /// <summary>The blobs that the layer makes.</summary>
    public IReadOnlyList<Blob<T>> Top { get; }

    /// <summary>For each bottom, whether its gradient is computed.</summary>
    public IReadOnlyList<bool> PropagateDown { get; internal set; }

    /// <summary>For each top, its weight in the loss.</summary>
    public IReadOnlyList<double> LossWeights { get; internal set; }

    /// <summary>Whether a top counts in the loss.</summary>
    public bool IsLoss => LossWeights.Any(weight => weight != 0);

    /// <summary>Whether the backward pass runs this layer: somebody needs a gradient of it, and a loss depends on it.</summary>
    public bool NeedsBackward { get; internal set; }

    /// <summary>For each top, whether the backward pass of a layer behind writes its gradient.</summary>
    internal IReadOnlyList<bool> GradientArrives { get; set; } = [];

    /// <summary>Whether the net has inserted the layer by itself: a split where a blob branches.</summary>
    public bool IsInserted { get; internal init; }

    /// <summary>The bottoms' shapes for which the layer has sized its tops.</summary>
    internal Shape[] SeenShapes { get; }

    /// <summary>Sizes the tops again if a bottom's shape has changed since the last time.</summary>
    internal void ReshapeIfNeeded()
    {
        var changed = false;
        for (var i = 0; i < SeenShapes.Length; i++)
        {
            changed |= !SeenShapes[i].Equals(Bottom[i].Shape);
            SeenShapes[i] = Bottom[i].Shape;
        }
        if (changed)
            Reshape();
    }

    private void Reshape()
    {
        try
        {
            Layer.Reshape(Bottom, Top);
        }
        catch (ShapeException error)
        {
            throw new ShapeException($"{Config.Place}: {Named(error.Message)}", error);
        }
    }

    /// <summary>A message with the layer's name in front, which those of shapes and blobs do not have by
    /// themselves.</summary>
    internal string Named(string message) =>
        message.StartsWith(Layer.ToString(), StringComparison.Ordinal) ? message : $"{Layer}: {message}";

    /// <summary>A line of the trace of shapes: <c>fc1 InnerProduct  data 100×3072 -> fc1 100×10</c>.</summary>
    public override string ToString()
    {
        static string List(IReadOnlyList<Blob<T>> blobs) => string.Join(", ", blobs.Select(blob => $"{blob.Name} {blob.Shape}"));
        return $"{Layer.Name} ({Layer.Type}): {(Bottom.Count > 0 ? List(Bottom) + " -> " : "")}{List(Top)}";
    }
}
