using System.Numerics;
using System.Numerics.Tensors;
using System.Security.Cryptography;
using System.Runtime.InteropServices;

namespace NeuralFramework;

/// <summary>
/// A directed acyclic graph of layers, run forward in the order of its definition and backward in the reverse order.
/// The source is Caffe's <c>Net</c>.
/// </summary>
/// <typeparam name="T">float to train, double to check gradients.</typeparam>
public sealed class Net<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private IReadOnlySet<Blob<T>> withGradient = new HashSet<Blob<T>>();

    internal Net(NetConfig config, NetContext context, IReadOnlyList<NetNode<T>> nodes, BlobCollection<T> blobs)
    {
        Config = config;
        Context = context;
        Nodes = nodes;
        Blobs = blobs;
        Layers = [.. nodes.Select(node => node.Layer)];
        Parameters = ParametersOfLayers();
        Outputs = FindOutputs(nodes);
        HasLoss = nodes.Any(node => node.IsLoss);
        ForceBackward = config.ForceBackward;
    }

    /// <summary>The definition.</summary>
    public NetConfig Config { get; }

    /// <summary>Phase, seed and iteration.</summary>
    public NetContext Context { get; }

    /// <summary>The layers in their places, in the order in which they run, inserted splits among them.</summary>
    public IReadOnlyList<NetNode<T>> Nodes { get; }

    /// <summary>The layers in the order in which they run.</summary>
    public IReadOnlyList<Layer<T>> Layers { get; }

    /// <summary>The blobs by name. After an in-place layer its top's and its bottom's name mean the same blob.</summary>
    public BlobCollection<T> Blobs { get; }

    /// <summary>What is learned, each parameter once, however many layers share it.</summary>
    public IReadOnlyList<Parameter<T>> Parameters { get; private set; }

    /// <summary>The blobs that no layer reads, in the order in which they are made.</summary>
    public IReadOnlyList<Blob<T>> Outputs { get; }

    /// <summary>Whether a top counts in the loss.</summary>
    public bool HasLoss { get; }

    /// <summary>Whether the backward pass computes the gradients of the net's inputs too.</summary>
    public bool ForceBackward
    {
        get;
        set
        {
            field = value;
            withGradient = GradientNeeds.Find(Nodes, value);
        }
    }

    /// <summary>Builds a net from a net file or a model's folder.</summary>
    /// <param name="path">The file, or a folder with <c>net.json</c>.</param>
    /// <param name="phase">What the net is for.</param>
    /// <param name="seed">The seed of all random numbers.</param>
    /// <exception cref="ConfigException">The file has problems; all of them are named.</exception>
    /// <exception cref="ShapeException">Shapes do not fit; the message traces them up to the failing layer.</exception>
    public static Net<T> Load(string path, Phase phase, long seed = 1) => FromConfig(NetConfig.Load(path), phase, seed);

    /// <summary>Builds a net from its definition.</summary>
    /// <inheritdoc cref="Load" path="/exception"/>
    public static Net<T> FromConfig(NetConfig config, Phase phase, long seed = 1) =>
        NetBuilder<T>.Build(config, new NetContext { Phase = phase, Seed = seed });

    /// <summary>The layer of a name.</summary>
    /// <exception cref="ConfigException">There is none of that name and class.</exception>
    public TLayer Layer<TLayer>(string name) where TLayer : Layer<T> =>
        Layers.FirstOrDefault(layer => layer.Name == name) as TLayer
        ?? throw new ConfigException($"layer: received '{name}' of type {typeof(TLayer).Name.Split('`')[0]}, allowed: "
            + string.Join(", ", Layers.Select(layer => $"{layer.Name} ({layer.Type})")));

    /// <summary>Runs every layer and returns the loss: the sum of the tops' elements times their loss weights.</summary>
    public T Forward() => ForwardFrom(0);

    /// <summary>As <see cref="Forward"/>, from a node on: the blobs made before it keep their values.</summary>
    public T ForwardFrom(int first)
    {
        var loss = T.Zero;
        for (var i = 0; i < Nodes.Count; i++)
        {
            if (i >= first)
                ForwardNode(i);
            var node = Nodes[i];
            for (var top = 0; top < node.Top.Count; top++)
                if (node.LossWeights[top] != 0)
                    loss += T.CreateTruncating(node.LossWeights[top]) * TensorPrimitives.Sum<T>(node.Top[top].Data);
        }
        return loss;
    }

    /// <summary>Runs one layer.</summary>
    public void ForwardNode(int index)
    {
        var node = Nodes[index];
        node.ReshapeIfNeeded();
        node.Layer.Forward(node.Bottom, node.Top);
    }

    /// <summary>Runs the layers in reverse: overwrites the blobs' gradients and adds to the parameters'. In a net
    /// without a loss, set <see cref="Blob{T}.Diff"/> of the outputs first.</summary>
    public void Backward()
    {
        for (var i = Nodes.Count - 1; i >= 0; i--)
            BackwardNode(i);
    }

    /// <summary>Runs one layer's backward pass, if anybody needs it. A loss's own gradient is its weight.</summary>
    public void BackwardNode(int index)
    {
        var node = Nodes[index];
        if (!node.NeedsBackward)
            return;
        for (var top = 0; top < node.Top.Count; top++)
            if (node.LossWeights[top] != 0)
                AddLossGradient(node, top);
        node.Layer.Backward(node.Top, node.PropagateDown, node.Bottom);
    }

    private static void AddLossGradient(NetNode<T> node, int top)
    {
        var diff = node.Top[top].Diff;
        var weight = T.CreateTruncating(node.LossWeights[top]);
        if (node.GradientArrives[top])
            TensorPrimitives.Add(diff, weight, diff);
        else
            diff.Fill(weight);
    }

    /// <summary>Whether the backward pass computes the gradient of a blob.</summary>
    public bool IsGradientComputed(Blob<T> blob) => withGradient.Contains(blob);

    /// <summary>Sets the gradients of all parameters to zero. Backward passes add to them.</summary>
    public void ClearGradients()
    {
        // By index: an enumerator of the interface would be allocated each time.
        for (var i = 0; i < Parameters.Count; i++)
            Parameters[i].ClearGradient();
    }

    /// <summary>What layers carry over from one forward pass to the next, layer by layer.</summary>
    public IEnumerable<Blob<T>> State => Layers.OfType<IStatefulLayer<T>>().SelectMany(layer => layer.State);

    /// <summary>Sets what layers carry over to zero: the next forward pass is as the first.</summary>
    public void ClearState()
    {
        foreach (var blob in State)
            blob.Data.Clear();
    }

    /// <summary>Lets this net read the parameters of another, layer by name: what one learns, the other has.</summary>
    /// <exception cref="ShapeException">A layer of both has parameters of other shapes.</exception>
    public void ShareWeights(Net<T> source)
    {
        foreach (var layer in Layers)
            if (source.Layers.FirstOrDefault(other => other.Name == layer.Name) is { } teacher)
                for (var i = 0; i < Math.Min(layer.Parameters.Count, teacher.Parameters.Count); i++)
                    layer.ShareParameter(i, teacher.Parameters[i]);
        Parameters = ParametersOfLayers();
    }

    /// <summary>Writes the parameters to a safetensors file, as <c>param/&lt;layer&gt;/&lt;i&gt;</c>. Whole or not at all.</summary>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public void SaveWeights(string path) => Weights.Save(this, path);

    /// <summary>Reads the parameters from a safetensors file, layer by name.</summary>
    /// <exception cref="DataException">The file is missing, damaged, or lacks a parameter or has it in another shape;
    /// all of them are named, and no parameter is changed.</exception>
    public void LoadWeights(string path) => Weights.Load(this, path);

    /// <summary>Reads the parameters of the layers that a safetensors file has, by their names, to train on from them:
    /// the other layers stay as they are. Caffe's <c>CopyTrainedLayersFrom</c>.</summary>
    /// <returns>The layers that have parameters and are not in the file.</returns>
    /// <exception cref="DataException">The file is missing, damaged, has no layer of the net, or has one in other shapes;
    /// all of them are named, and no parameter is changed.</exception>
    public IReadOnlyList<string> LoadKnownWeights(string path) => Weights.LoadKnown(this, path);

    /// <summary>Adds the parameters to a file that also holds other tensors.</summary>
    public void AddWeightsTo(SafeTensors file) => Weights.AddTo(file, this);

    /// <summary>Reads the parameters from a file in memory; <paramref name="source"/> names it in messages.</summary>
    /// <inheritdoc cref="LoadWeights" path="/exception"/>
    public void ReadWeights(SafeTensors file, string source) => Weights.Read(file, this, source);

    /// <summary>SHA-256 over the bits of all parameters in order, in lower-case hexadecimal.</summary>
    public string WeightsHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var parameter in Parameters)
            hash.AppendData(MemoryMarshal.AsBytes(parameter.Data));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The first layer and blob with a value that is not finite, in the order in which layers run; null when
    /// all are finite. Looks at parameters, then at tops.</summary>
    public string? FindNonFinite()
    {
        foreach (var node in Nodes)
        {
            foreach (var parameter in node.Layer.Parameters)
                if (FirstNonFinite(parameter, parameter.Data) is { } found)
                    return $"{node.Layer}, parameter {found}";
            foreach (var blob in node.Top)
                if (FirstNonFinite(blob, blob.Data) is { } found)
                    return $"{node.Layer}, blob {found}";
        }
        return null;
    }

    /// <summary>The first parameter, in the order in which layers run, whose gradient is not finite; null when all are.
    /// Looks on all threads and allocates nothing, so that it can be asked in every step.</summary>
    public string? FindNonFiniteGradient()
    {
        for (var i = 0; i < Parameters.Count; i++)
            if (Parameters[i] is { NeedsGradient: true } parameter && !FiniteWork<T>.AreAllFinite(parameter))
                return $"{Layers.First(layer => layer.Parameters.Contains(parameter))}, gradient of parameter "
                    + FirstNonFinite(parameter, parameter.Diff);
        return null;
    }

    private List<Parameter<T>> ParametersOfLayers() => [.. Layers.SelectMany(layer => layer.Parameters).Distinct()];

    // In order: what a layer makes in place is an output although it has read the same blob.
    private static List<Blob<T>> FindOutputs(IEnumerable<NetNode<T>> nodes)
    {
        var unread = new List<Blob<T>>();
        foreach (var node in nodes)
        {
            unread.RemoveAll(node.Bottom.Contains);
            unread.AddRange(node.Top);
        }
        return unread;
    }

    private static string? FirstNonFinite(Blob<T> blob, ReadOnlySpan<T> numbers)
    {
        for (var i = 0; i < numbers.Length; i++)
            if (!T.IsFinite(numbers[i]))
                return $"'{blob.Name}' ({blob.Shape}): element {i} is {numbers[i]}";
        return null;
    }
}
