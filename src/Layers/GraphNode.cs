using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>A node of a <see cref="Graph{T}"/>: an input, or a gate that computes its value from other nodes.</summary>
public sealed class GraphNode<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal GraphNode(Graph<T> graph, string name, IReadOnlyList<GraphNode<T>> inputs) =>
        (Graph, Name, Inputs) = (graph, name, inputs);

    /// <summary>The graph.</summary>
    public Graph<T> Graph { get; }

    /// <summary>The name, which is also that of the blob.</summary>
    public string Name { get; }

    /// <summary>The nodes that it reads.</summary>
    public IReadOnlyList<GraphNode<T>> Inputs { get; }

    /// <summary>The blob with values and gradients.</summary>
    public Blob<T> Blob => Graph.Net.Blobs[Name];

    /// <summary>The value of a scalar node. Setting it is for inputs.</summary>
    /// <exception cref="ShapeException">The node is not a scalar.</exception>
    public T Value
    {
        get => RequireScalar().Data[0];
        set => RequireScalar().Data[0] = value;
    }

    /// <summary>∂output/∂node of a scalar node, after <see cref="Graph{T}.Backward"/>.</summary>
    /// <exception cref="ShapeException">The node is not a scalar.</exception>
    public T Gradient => RequireScalar().Diff[0];

    /// <summary>
    /// The local gradient: how the node itself depends on one of its inputs, ∂node/∂input, whatever the rest of the graph
    /// does with it. Multiplied by the node's own gradient, the upstream one, it is what the node sends to that input.
    /// For tensors, the gradient of the sum of the node's elements.
    /// </summary>
    /// <param name="input">Which of <see cref="Inputs"/>.</param>
    /// <returns>The values, as many as the input has.</returns>
    public T[] LocalGradient(int input)
    {
        var node = Graph.Net.Nodes[IndexInNet];
        var gradients = node.Bottom.Append(node.Top[0]).ToDictionary(blob => blob, blob => blob.Diff.ToArray());
        node.Top[0].Diff.Fill(T.One);
        node.Layer.Backward(node.Top, [.. node.Bottom.Select((_, i) => i == input)], node.Bottom);
        var local = node.Bottom[input].Diff.ToArray();
        foreach (var (blob, gradient) in gradients)
            gradient.CopyTo(blob.Diff);
        return local;
    }

    /// <summary>The sum; shapes broadcast.</summary>
    public static GraphNode<T> operator +(GraphNode<T> x, GraphNode<T> y) => x.Graph.Add(x, y);

    /// <summary>The difference; shapes broadcast.</summary>
    public static GraphNode<T> operator -(GraphNode<T> x, GraphNode<T> y) => x.Graph.Subtract(x, y);

    /// <summary>The product, element by element; shapes broadcast.</summary>
    public static GraphNode<T> operator *(GraphNode<T> x, GraphNode<T> y) => x.Graph.Multiply(x, y);

    /// <summary>The quotient; shapes broadcast.</summary>
    public static GraphNode<T> operator /(GraphNode<T> x, GraphNode<T> y) => x.Graph.Divide(x, y);

    /// <summary>The negative.</summary>
    public static GraphNode<T> operator -(GraphNode<T> x) => x.Graph.Negate(x);

    /// <summary>Such as <c>Add1 = 3, gradient -4</c>; a tensor shows its shape.</summary>
    public override string ToString() =>
        Blob.Count == 1 ? $"{Name} = {Value}, gradient {Blob.Diff[0]}" : $"{Name} ({Blob.Shape})";

    internal int IndexInNet
    {
        get
        {
            for (var i = 0; i < Graph.Net.Nodes.Count; i++)
                if (Graph.Net.Nodes[i].Layer.Name == Name)
                    return i;
            throw new InvalidOperationException($"node '{Name}' is not in its net");
        }
    }

    private Blob<T> RequireScalar() => Blob.Count == 1
        ? Blob
        : throw new ShapeException($"node '{Name}': received the shape {Blob.Shape}, allowed: one element; use Blob");
}
