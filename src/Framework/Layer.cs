using System.Numerics;

namespace NeuralFramework;

/// <summary>
/// One step of a net: computes its tops from its bottoms (<see cref="Forward"/>) and the gradients of its bottoms and
/// parameters from those of its tops (<see cref="Backward"/>). The source is Caffe's <c>Layer</c>.
/// </summary>
/// <remarks>
/// A new layer overrides <see cref="Reshape"/>, <see cref="Forward"/> and <see cref="Backward"/>; one with parameters
/// also overrides <see cref="SetUp"/>, creates them there and then calls the base. See docs/adding-a-layer.md.
/// </remarks>
/// <typeparam name="T">float to train, double to check gradients.</typeparam>
public abstract class Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<Parameter<T>> parameters = [];

    /// <summary>The name, unique in a net.</summary>
    public string Name { get; set; } = "";

    /// <summary>The type under which the layer is registered, such as <c>InnerProduct</c>; the class name for a layer
    /// that is not registered.</summary>
    public string Type => LayerTypeAttribute.NameOf(GetType());

    /// <summary>What is learned. Empty before <see cref="SetUp"/>.</summary>
    public IReadOnlyList<Parameter<T>> Parameters => parameters;

    /// <summary>Seed, phase and iteration of the net that holds the layer.</summary>
    public NetContext Context { get; set; } = new();

    /// <summary>How many bottoms the layer takes.</summary>
    public virtual BlobCount Bottoms => BlobCount.Exactly(1);

    /// <summary>How many tops the layer makes.</summary>
    public virtual BlobCount Tops => BlobCount.Exactly(1);

    /// <summary>Whether the first top is a loss: a number that training makes smaller. Its weight is 1 unless
    /// <c>loss_weight</c> says otherwise.</summary>
    public virtual bool IsLoss => false;

    /// <summary>Whether top 0 may be the same blob as bottom 0.</summary>
    public virtual bool CanRunInPlace => false;

    /// <summary>Whether <see cref="Backward"/> reads the values of the tops. A layer behind such a layer does not get
    /// its values overwritten in place.</summary>
    public virtual bool BackwardReadsTopData => true;

    /// <summary>Whether a gradient with respect to this bottom exists: false for labels.</summary>
    public virtual bool PropagatesTo(int bottomIndex) => true;

    /// <summary>
    /// Done once: checks the number of blobs and sizes the tops. A layer with parameters overrides it, creates them by
    /// <see cref="AddParameter"/> and then calls the base.
    /// </summary>
    /// <exception cref="ShapeException">The number of blobs or their shapes do not fit.</exception>
    public virtual void SetUp(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        RequireBlobCounts(bottom.Count, top.Count);
        if (!CanRunInPlace && bottom.Count > 0 && top.Count > 0 && ReferenceEquals(bottom[0], top[0]))
            throw ShapeError($"the blob '{top[0].Name}' as bottom and as top",
                "a top of its own: with its type and options, the layer cannot run in place");
        Reshape(bottom, top);
    }

    /// <summary>Sizes the tops for the bottoms' shapes. Called again whenever a bottom's shape has changed.</summary>
    /// <exception cref="ShapeException">The bottoms' shapes do not fit.</exception>
    public abstract void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top);

    /// <summary>Computes the values of the tops. Overwrites them.</summary>
    public abstract void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top);

    /// <summary>
    /// Computes gradients from those of the tops: <em>overwrites</em> <see cref="Blob{T}.Diff"/> of every bottom whose
    /// entry in <paramref name="propagateDown"/> is true, and <em>adds</em> to that of every parameter that
    /// <see cref="Parameter{T}.NeedsGradient"/>.
    /// </summary>
    public abstract void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom);

    /// <summary>Creates parameter number <see cref="Parameters"/>.Count and fills it.</summary>
    protected Parameter<T> AddParameter(Shape shape, Filler filler)
    {
        var parameter = new Parameter<T>($"{Name}/{parameters.Count}", shape);
        filler.Fill(parameter, RandomStream.Create(Context.Seed, parameter.Name));
        parameters.Add(parameter);
        return parameter;
    }

    /// <summary>Makes a parameter that another layer owns this layer's own, so that both learn it together.</summary>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public void ShareParameter(int index, Parameter<T> shared)
    {
        if (!parameters[index].Shape.Equals(shared.Shape))
            throw new ShapeException($"{this}: parameter {index} has the shape {parameters[index].Shape} and cannot be "
                + $"shared with {shared}; allowed: the same shape");
        // The gradient is sparse only if every layer that adds to it says where.
        if (parameters[index].TouchedRows is null)
            shared.TrackAll();
        parameters[index] = shared;
    }

    /// <summary>An error of shapes, with this layer as the place.</summary>
    protected ShapeException ShapeError(string received, string allowed) =>
        new($"{this}: received {received}, allowed: {allowed}");

    /// <summary>Turns an axis of a bottom that may count from the end (-1 is the last) into one that counts from
    /// 0.</summary>
    /// <exception cref="ShapeException">The bottom has no such axis; the message names layer and bottom.</exception>
    protected int AxisOf(Blob<T> bottom, int axis)
    {
        var rank = bottom.Shape.Rank;
        if (axis < -rank || axis >= rank)
            throw ShapeError($"the axis {axis} for the bottom {bottom}",
                rank == 0 ? "a bottom with axes" : $"{-rank} to {rank - 1}");
        return bottom.Shape.CanonicalAxis(axis);
    }

    /// <summary>The layer as messages name it: <c>layer 'fc1' (InnerProduct)</c>.</summary>
    public override string ToString() => $"layer '{Name}' ({Type})";

    /// <summary>Refuses numbers of blobs that the layer does not allow. <see cref="SetUp"/> does it; one that looks at
    /// its bottoms before it calls the base does it first.</summary>
    /// <exception cref="ShapeException">The layer takes or makes another number of blobs.</exception>
    protected void RequireBlobCounts(int bottoms, int tops)
    {
        if (!Bottoms.Allows(bottoms))
            throw ShapeError($"{bottoms} bottom blob{(bottoms == 1 ? "" : "s")}", Bottoms.ToString());
        if (!Tops.Allows(tops))
            throw ShapeError($"{tops} top blob{(tops == 1 ? "" : "s")}", Tops.ToString());
    }
}
