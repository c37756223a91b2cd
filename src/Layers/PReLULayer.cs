using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="PReLULayer{T}"/>.</summary>
public sealed record PReLUOptions : LayerOptions
{
    /// <summary>How the slopes start.</summary>
    public Filler Filler { get; init; } = new ConstantFiller { Value = 0.25 };

    /// <summary>Whether all channels have one slope.</summary>
    public bool ChannelShared { get; init; }
}

/// <summary>
/// Rectified linear unit whose slope below 0 is learned: y = max(0, x) + a_c · min(0, x), for each channel c, the
/// second axis.
/// <para>Bottom: N×C or N×C×…. Top: the same. Parameter: a, C values, or a scalar with <c>channel_shared</c>.</para>
/// <para>Backward: ∂L/∂x = ∂L/∂y where x &gt; 0, a_c · ∂L/∂y elsewhere, 0 included;
/// ∂L/∂a_c += Σ ∂L/∂y · min(0, x).</para>
/// <para>Source: Caffe's <c>PReLU</c> (He et al. 2015). Caffe also runs it in place, with a copy of x.</para>
/// </summary>
[LayerType("PReLU")]
public sealed class PReLULayer<T>(PReLUOptions options) : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Blob<T> product = new([0]);
    private BroadcastMap map = BroadcastMap.Of(Shape.Scalar, Shape.Scalar);

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    private Parameter<T> Slope => Parameters[0];

    /// <inheritdoc/>
    public override void SetUp(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        RequireBlobCounts(bottom.Count, top.Count);
        AddParameter(SlopeShape(bottom[0]), options.Filler);
        base.SetUp(bottom, top);
    }

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var shape = bottom[0].Shape;
        if (!SlopeShape(bottom[0]).Equals(Slope.Shape))
            throw ShapeError($"the bottom {bottom[0]}", $"{Slope.Count} channels, for which the slopes were made");
        map = BroadcastMap.Of(options.ChannelShared
            ? Shape.Scalar : [Slope.Count, .. Enumerable.Repeat(1, shape.Rank - 2)], shape);
        product.Reshape(shape);
        top[0].Reshape(shape);
    }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        map.Apply<T, SlopeOperator>(bottom[0].Data, Slope.Data, top[0].Data);
        TensorPrimitives.Multiply(bottom[0].Data, top[0].Data, top[0].Data);
    }

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        var x = bottom[0].Data;
        var dy = top[0].Diff;
        if (Slope.NeedsGradient)
        {
            TensorPrimitives.Min(x, T.Zero, product.Data);
            TensorPrimitives.Multiply(product.Data, dy, product.Data);
            map.AddSums(product.Data, Slope.Diff);
        }
        if (!propagateDown[0])
            return;
        var dx = bottom[0].Diff;
        map.Apply<T, SlopeOperator>(x, Slope.Data, dx);
        TensorPrimitives.Multiply(dy, dx, dx);
    }

    private Shape SlopeShape(Blob<T> bottom)
    {
        if (bottom.Shape.Rank < 2)
            throw ShapeError($"the bottom {bottom}", "samples × channels, or more axes");
        return options.ChannelShared ? Shape.Scalar : [bottom.Shape[1]];
    }

    /// <summary>dy/dx: 1 above 0, a elsewhere.</summary>
    private readonly struct SlopeOperator : IBroadcastOperator<T>
    {
        public static void Apply(ReadOnlySpan<T> x, ReadOnlySpan<T> a, Span<T> result) =>
            VectorKernel.Apply(new SlopeKernel(), x, a, result);

        public static void Apply(ReadOnlySpan<T> x, T a, Span<T> result) =>
            VectorKernel.Apply(new OneSlopeKernel(a), x, x, result);
    }

    private readonly struct SlopeKernel : IPairKernel<T>
    {
        public Vector<T> Of(Vector<T> x, Vector<T> a) =>
            Vector.ConditionalSelect(Vector.GreaterThan(x, Vector<T>.Zero), Vector<T>.One, a);
    }

    private readonly struct OneSlopeKernel(T a) : IPairKernel<T>
    {
        private readonly Vector<T> a = new(a);

        public Vector<T> Of(Vector<T> x, Vector<T> unused) => new SlopeKernel().Of(x, a);
    }
}
