using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>
/// A computational graph written in code, node by node, as the CS231n notes draw them. It is a net under construction:
/// each node is a layer, and <see cref="Forward"/> and <see cref="Backward"/> are those of <see cref="Net{T}"/>.
/// </summary>
/// <example><code>
/// var g = new Graph&lt;double&gt;();
/// var (x, y, z) = (g.Input("x", -2), g.Input("y", 5), g.Input("z", -4));
/// var f = (x + y) * z;
/// g.Backward(f);          // f.Value is -12, x.Gradient -4, z.Gradient 3
/// </code></example>
/// <typeparam name="T">double, or float.</typeparam>
public sealed class Graph<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<LayerConfig> layers = [];
    private readonly List<GraphNode<T>> nodes = [];
    private Net<T>? net;

    /// <summary>The nodes in the order in which they were made, which is a topological one.</summary>
    public IReadOnlyList<GraphNode<T>> Nodes => nodes;

    /// <summary>The net that the graph is so far, built, and run forward, when first asked for. A node added later makes it another net;
    /// the inputs keep their values.</summary>
    public Net<T> Net
    {
        get
        {
            if (net is null)
            {
                net = Build();
                net.Forward();
            }
            return net;
        }
    }

    /// <summary>A scalar input.</summary>
    public GraphNode<T> Input(string name, double value) => Input(name, Shape.Scalar, value);

    /// <summary>An input of any shape, its values row by row.</summary>
    /// <exception cref="ConfigException">The number of values is not that of the shape, or the name is taken.</exception>
    public GraphNode<T> Input(string name, Shape shape, params ReadOnlySpan<double> values) =>
        Apply(new LayerConfig(name, new InputOptions { Shape = shape, Values = values.ToArray() }));

    /// <summary>x + y; shapes broadcast.</summary>
    public GraphNode<T> Add(GraphNode<T> x, GraphNode<T> y) => Apply("Add", x, y);

    /// <summary>x − y; shapes broadcast.</summary>
    public GraphNode<T> Subtract(GraphNode<T> x, GraphNode<T> y) => Apply("Subtract", x, y);

    /// <summary>x · y, element by element; shapes broadcast.</summary>
    public GraphNode<T> Multiply(GraphNode<T> x, GraphNode<T> y) => Apply("Multiply", x, y);

    /// <summary>x / y; shapes broadcast.</summary>
    public GraphNode<T> Divide(GraphNode<T> x, GraphNode<T> y) => Apply("Divide", x, y);

    /// <summary>The larger of x and y; shapes broadcast.</summary>
    public GraphNode<T> Max(GraphNode<T> x, GraphNode<T> y) => Apply("Max", x, y);

    /// <summary>−x.</summary>
    public GraphNode<T> Negate(GraphNode<T> x) => Apply("Negate", x);

    /// <summary>1 / x.</summary>
    public GraphNode<T> Reciprocal(GraphNode<T> x) => Apply("Reciprocal", x);

    /// <summary>eˣ.</summary>
    public GraphNode<T> Exp(GraphNode<T> x) => Apply("Exp", x);

    /// <summary>ln x.</summary>
    public GraphNode<T> Log(GraphNode<T> x) => Apply("Log", x);

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public GraphNode<T> Sigmoid(GraphNode<T> x) => Apply("Sigmoid", x);

    /// <summary>The product of two matrices, or of a matrix and a vector.</summary>
    public GraphNode<T> MatMul(GraphNode<T> x, GraphNode<T> y) => Apply("MatMul", x, y);

    /// <summary>Σ x² over all elements.</summary>
    public GraphNode<T> SumOfSquares(GraphNode<T> x) => Apply("SumOfSquares", x);

    /// <summary>A node of any registered layer type with its options at their defaults. Its name is the type and a
    /// number.</summary>
    /// <exception cref="ConfigException">The type is unknown or has options without a default.</exception>
    public GraphNode<T> Apply(string type, params ReadOnlySpan<GraphNode<T>> inputs) =>
        Apply(new LayerConfig(NextName(type), type), inputs);

    /// <summary>A node of any layer that makes one top.</summary>
    /// <exception cref="ConfigException">An input belongs to another graph, or the name is taken.</exception>
    public GraphNode<T> Apply(LayerConfig layer, params ReadOnlySpan<GraphNode<T>> inputs)
    {
        var name = layer.Name ?? NextName(layer.Type);
        if (nodes.Any(node => node.Name == name))
            throw new ConfigException($"graph: received the name '{name}' twice, allowed: a name of its own");
        foreach (var input in inputs)
            if (input.Graph != this)
                throw new ConfigException($"graph: node '{name}': received the input '{input.Name}' of another graph, "
                    + "allowed: nodes of this one");
        var names = inputs.ToArray().Select(input => input.Name).ToArray();
        // What is differentiated is chosen by Backward: a loss layer is a node like any other.
        layers.Add(layer with { Name = name, LossWeight = 0, Bottom = names.Length > 0 ? new OneOrMany<string>(names) : null, Top = name });
        var added = new GraphNode<T>(this, name, [.. inputs]);
        nodes.Add(added);
        KeepInputs();
        net = null;
        return added;
    }

    /// <summary>Computes every node.</summary>
    public void Forward() => Net.Forward();

    /// <summary>Computes every node, then ∂output/∂node for every node: by the chain rule, from the output back to the
    /// inputs.</summary>
    /// <param name="output">What is differentiated; of a tensor, the sum of its elements.</param>
    public void Backward(GraphNode<T> output)
    {
        Forward();
        foreach (var node in Net.Nodes)
            foreach (var top in node.Top)
                top.Diff.Clear();
        Net.ClearGradients();
        output.Blob.Diff.Fill(T.One);
        // What comes behind the output does not depend on by how much it changes.
        for (var i = output.IndexInNet; i >= 0; i--)
            Net.BackwardNode(i);
    }

    private string NextName(string type) => $"{type}{layers.Count(layer => layer.Type == type) + 1}";

    private Net<T> Build() =>
        Net<T>.FromConfig(new NetConfig { Name = "graph", Layers = layers, ForceBackward = true }, Phase.Train);

    // The values that a program gave inputs live in the net, which is about to be replaced.
    private void KeepInputs()
    {
        if (net is null)
            return;
        for (var i = 0; i < layers.Count - 1; i++)
            if (layers[i].Options is InputOptions options)
            {
                var values = new double[net.Blobs[nodes[i].Name].Count];
                for (var j = 0; j < values.Length; j++)
                    values[j] = double.CreateTruncating(net.Blobs[nodes[i].Name].Data[j]);
                layers[i] = layers[i] with { Options = options with { Values = values } };
            }
    }
}
