using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="LayerNormLayer{T}"/>.</summary>
public sealed record LayerNormOptions : LayerOptions
{
    /// <summary>The first of the axes that are normalised together, all up to the last; -1 is the last.</summary>
    public int Axis { get; init; } = -1;

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
/// Layer normalisation: x̂ = (x − μ) / √(σ² + eps), y = γ · x̂ + β, where μ and σ² are mean and (biased) variance of
/// the values from <c>axis</c> on, for each place of the axes before it. Training and test are the same.
/// <para>Bottom: any shape that has the axis. Top: the same. Parameters, with <c>scale_bias</c>: γ and β, of the
/// extents from <c>axis</c> on.</para>
/// <para>Backward: ∂L/∂β += Σ ∂L/∂y and ∂L/∂γ += Σ ∂L/∂y · x̂ over the rows; with g = γ · ∂L/∂y,
/// ∂L/∂x = (g − mean of g − x̂ · mean of g · x̂) / √(σ² + eps).</para>
/// <para>Source: Ba et al. 2016; Caffe has none.</para>
/// </summary>
[LayerType("LayerNorm")]
public sealed class LayerNormLayer<T>(LayerNormOptions options) : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Blob<T> normalized = new([0]);
    private readonly Blob<T> product = new([0]);
    private readonly Blob<T> inverses = new([0]);
    private readonly T eps = T.CreateTruncating(options.Eps);
    private BroadcastMap map = BroadcastMap.Of(Shape.Scalar, Shape.Scalar);
    private int columns;

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    private Parameter<T> Gamma => Parameters[0];

    private Parameter<T> Beta => Parameters[1];

    /// <inheritdoc/>
    public override void SetUp(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        RequireBlobCounts(bottom.Count, top.Count);
        if (options.ScaleBias)
        {
            AddParameter(RowShape(bottom[0]), options.ScaleFiller);
            AddParameter(RowShape(bottom[0]), options.BiasFiller);
        }
        base.SetUp(bottom, top);
    }

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var shape = bottom[0].Shape;
        var row = RowShape(bottom[0]);
        if (options.ScaleBias && !row.Equals(Gamma.Shape))
            throw ShapeError($"the bottom {bottom[0]}",
                $"the extents {Gamma.Shape} from axis {options.Axis} on, for which the parameters were made");
        columns = row.Size;
        map = BroadcastMap.Of(row, shape);
        normalized.Reshape(shape);
        product.Reshape(shape);
        inverses.Reshape([shape.SizeOf(0, shape.Rank - row.Rank)]);
        top[0].Reshape(shape);
    }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var work = new ForwardWork(this, bottom[0].Data, normalized.Data, inverses.Data);
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
        var work = new BackwardWork(columns, normalized.Data, inverses.Data, dx);
        WorkPool.For(inverses.Count, RowNormalization<T>.RowsPerPart(columns), ref work);
    }

    private Shape RowShape(Blob<T> bottom) => [.. bottom.Shape.Skip(AxisOf(bottom, options.Axis))];

    private readonly ref struct ForwardWork(LayerNormLayer<T> layer, ReadOnlySpan<T> x, Span<T> xHat, Span<T> inverses)
        : IRangeWork
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly Span<T> xHat = xHat;
        private readonly Span<T> inverses = inverses;

        public void Run(int from, int to)
        {
            for (var row = from; row < to; row++)
            {
                var result = xHat.Slice(row * layer.columns, layer.columns);
                var variance = RowNormalization<T>.Center(x.Slice(row * layer.columns, layer.columns), result);
                inverses[row] = T.One / T.Sqrt(variance + layer.eps);
                TensorPrimitives.Multiply(result, inverses[row], result);
            }
        }
    }

    private readonly ref struct BackwardWork(int columns, ReadOnlySpan<T> xHat, ReadOnlySpan<T> inverses, Span<T> dx)
        : IRangeWork
    {
        private readonly ReadOnlySpan<T> xHat = xHat;
        private readonly ReadOnlySpan<T> inverses = inverses;
        private readonly Span<T> dx = dx;

        public void Run(int from, int to)
        {
            for (var row = from; row < to; row++)
            {
                var gradient = dx.Slice(row * columns, columns);
                RowNormalization<T>.Backward(gradient, xHat.Slice(row * columns, columns), inverses[row], T.One,
                    gradient);
            }
        }
    }
}
