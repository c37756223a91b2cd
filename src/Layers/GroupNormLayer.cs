using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="GroupNormLayer{T}"/>.</summary>
public sealed record GroupNormOptions : LayerOptions
{
    /// <summary>Into how many groups of neighbouring channels the channels are divided. 1 normalises all channels
    /// together; as many as there are channels, each alone (instance normalisation).</summary>
    [Range(1, int.MaxValue)]
    public int Groups { get; init; } = 32;

    /// <summary>Whether γ and β are learned; without them y = x̂.</summary>
    public bool ScaleBias { get; init; } = true;

    /// <summary>How γ starts.</summary>
    public Filler ScaleFiller { get; init; } = new ConstantFiller { Value = 1 };

    /// <summary>How β starts.</summary>
    public Filler BiasFiller { get; init; } = new ConstantFiller();

    /// <summary>What is added to the variance, so that nothing is divided by 0.</summary>
    [Range(0.0, double.MaxValue)]
    public double Eps { get; init; } = 1e-5;
}

/// <summary>
/// Group normalisation: x̂ = (x − μ) / √(σ² + eps), y = γ · x̂ + β, where μ and σ² are mean and (biased) variance of
/// the values of one sample in one group of channels, γ and β those of the channel. Training and test are the same.
/// <para>Bottom: N×C or N×C×…, such as N×C×H×W, with C a multiple of <c>groups</c>. Top: the same. Parameters, with
/// <c>scale_bias</c>: γ and β, C each.</para>
/// <para>Backward: ∂L/∂β += Σ ∂L/∂y and ∂L/∂γ += Σ ∂L/∂y · x̂ over samples and places; with g = γ · ∂L/∂y and the means
/// over the group, ∂L/∂x = (g − mean of g − x̂ · mean of g · x̂) / √(σ² + eps).</para>
/// <para>Source: Wu and He 2018; Caffe has none.</para>
/// </summary>
[LayerType("GroupNorm")]
public sealed class GroupNormLayer<T>(GroupNormOptions options) : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Blob<T> normalized = new([0]);
    private readonly Blob<T> product = new([0]);
    private readonly Blob<T> inverses = new([0]);
    private readonly T eps = T.CreateTruncating(options.Eps);
    private BroadcastMap map = BroadcastMap.Of(Shape.Scalar, Shape.Scalar);
    private int channels;
    private int columns;

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    private Parameter<T> Gamma => Parameters[0];

    private Parameter<T> Beta => Parameters[1];

    /// <inheritdoc/>
    public override void SetUp(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        RequireBlobCounts(bottom.Count, top.Count);
        channels = ChannelsOf(bottom[0]);
        if (options.ScaleBias)
        {
            AddParameter([channels], options.ScaleFiller);
            AddParameter([channels], options.BiasFiller);
        }
        base.SetUp(bottom, top);
    }

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var shape = bottom[0].Shape;
        if (ChannelsOf(bottom[0]) != channels)
            throw ShapeError($"the bottom {bottom[0]}", $"{channels} channels, for which the parameters were made");
        columns = channels / options.Groups * shape.SizeOf(2);
        map = BroadcastMap.Of([channels, .. Enumerable.Repeat(1, shape.Rank - 2)], shape);
        normalized.Reshape(shape);
        product.Reshape(shape);
        inverses.Reshape([shape[0] * options.Groups]);
        top[0].Reshape(shape);
    }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var work = new ForwardWork(this, bottom[0].Data);
        WorkPool.For(inverses.Count, RowNormalization<T>.RowsPerPart(columns), ref work);
        var y = top[0].Data;
        if (options.ScaleBias)
        {
            map.Apply<T, MultiplyOperator<T>>(normalized.Data, Gamma.Data, y);
            map.Apply<T, AddOperator<T>>(y, Beta.Data, y);
        }
        else
            normalized.Data.CopyTo(y);
    }

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        var dy = top[0].Diff;
        if (options.ScaleBias && Beta.NeedsGradient)
            map.AddSums(dy, Beta.Diff);
        if (options.ScaleBias && Gamma.NeedsGradient)
        {
            TensorPrimitives.Multiply(dy, normalized.Data, product.Data);
            map.AddSums(product.Data, Gamma.Diff);
        }
        if (!propagateDown[0])
            return;
        var dx = bottom[0].Diff;
        if (options.ScaleBias)
            map.Apply<T, MultiplyOperator<T>>(dy, Gamma.Data, dx);
        else
            dy.CopyTo(dx);
        var work = new BackwardWork(this, dx);
        WorkPool.For(inverses.Count, RowNormalization<T>.RowsPerPart(columns), ref work);
    }

    private int ChannelsOf(Blob<T> bottom)
    {
        if (bottom.Shape.Rank < 2)
            throw ShapeError($"the bottom {bottom}", "samples × channels, or more axes");
        return bottom.Shape[1] % options.Groups == 0
            ? bottom.Shape[1]
            : throw ShapeError($"the bottom {bottom}", $"a multiple of the groups {options.Groups} as channels");
    }

    private readonly ref struct ForwardWork(GroupNormLayer<T> layer, ReadOnlySpan<T> x) : IRangeWork
    {
        private readonly ReadOnlySpan<T> x = x;

        public void Run(int from, int to)
        {
            var columns = layer.columns;
            for (var row = from; row < to; row++)
            {
                var result = layer.normalized.Data.Slice(row * columns, columns);
                var variance = RowNormalization<T>.Center(x.Slice(row * columns, columns), result);
                var inverse = T.One / T.Sqrt(variance + layer.eps);
                layer.inverses.Data[row] = inverse;
                TensorPrimitives.Multiply(result, inverse, result);
            }
        }
    }

    private readonly ref struct BackwardWork(GroupNormLayer<T> layer, Span<T> dx) : IRangeWork
    {
        private readonly Span<T> dx = dx;

        public void Run(int from, int to)
        {
            var columns = layer.columns;
            for (var row = from; row < to; row++)
            {
                var gradient = dx.Slice(row * columns, columns);
                RowNormalization<T>.Backward(gradient, layer.normalized.Data.Slice(row * columns, columns),
                    layer.inverses.Data[row], T.One, gradient);
            }
        }
    }
}
