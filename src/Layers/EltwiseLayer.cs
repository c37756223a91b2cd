using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>How <see cref="EltwiseLayer{T}"/> combines its bottoms.</summary>
public enum EltwiseOperation
{
    /// <summary>Their product.</summary>
    Prod,

    /// <summary>Their sum, each multiplied by its coefficient.</summary>
    Sum,

    /// <summary>The largest.</summary>
    Max,
}

/// <summary>The options of <see cref="EltwiseLayer{T}"/>.</summary>
public sealed record EltwiseOptions : LayerOptions
{
    /// <summary>How the bottoms are combined.</summary>
    public EltwiseOperation Operation { get; init; } = EltwiseOperation.Sum;

    /// <summary>For a sum, the coefficient of each bottom; 1 when left out.</summary>
    public OneOrMany<double>? Coeff { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (Coeff is not null && Operation != EltwiseOperation.Sum)
            yield return $"member 'coeff': received {Coeff.Count} for the operation "
                + $"{Operation.ToString().ToLowerInvariant()}, allowed: with the operation sum alone";
    }
}

/// <summary>
/// Combines bottoms of one shape, element by element: y = Σ coeff_i · x_i, Π x_i or max x_i.
/// <para>Bottoms: two or more of the same, any, shape. Top: the same.</para>
/// <para>Backward: ∂L/∂x_i = coeff_i · ∂L/∂y; ∂L/∂y · Π_{j≠i} x_j; ∂L/∂y to the largest, of equal ones the first, and
/// 0 to the others.</para>
/// <para>Source: Caffe's <c>Eltwise</c>. A product's gradient is always the product of the others (Caffe's
/// <c>stable_prod_grad</c>). Caffe gives a tie to the second of two.</para>
/// </summary>
[LayerType("Eltwise")]
public sealed class EltwiseLayer<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // How many elements of a part are worth waking a thread for.
    private const int Grain = WorkPool.ElementGrain;

    private readonly OneOrMany<double>? coefficients;
    private readonly Layer<T>? gate;

    /// <summary>Creates the layer.</summary>
    public EltwiseLayer(EltwiseOptions options)
    {
        coefficients = options.Coeff;
        gate = options.Operation switch
        {
            EltwiseOperation.Prod => new MultiplyLayer<T>(),
            EltwiseOperation.Max => new MaxLayer<T>(),
            _ => null,
        };
    }

    /// <inheritdoc/>
    public override BlobCount Bottoms => BlobCount.AtLeast(2);

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        if (bottom.Any(blob => !blob.Shape.Equals(bottom[0].Shape)))
            throw ShapeError($"the bottoms {string.Join(", ", bottom)}", "bottoms of one shape");
        if (coefficients is not null && coefficients.Count != bottom.Count)
            throw ShapeError($"{coefficients.Count} coefficients in coeff", $"{bottom.Count}, one a bottom");
        top[0].Reshape(bottom[0].Shape);
        gate?.Reshape(bottom, top);
    }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        if (gate is not null)
        {
            gate.Forward(bottom, top);
            return;
        }
        var work = new SumWork(this, bottom, top[0].Data);
        WorkPool.For(top[0].Count, Grain, ref work);
    }

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        if (gate is not null)
        {
            gate.Backward(top, propagateDown, bottom);
            return;
        }
        for (var i = 0; i < bottom.Count; i++)
        {
            if (!propagateDown[i])
                continue;
            var work = new ShareWork(top[0].Diff, Coefficient(i), bottom[i].Diff);
            WorkPool.For(top[0].Count, Grain, ref work);
        }
    }

    private T Coefficient(int index) => coefficients is null ? T.One : T.CreateTruncating(coefficients[index]);

    // All bottoms part by part: the part of the sum stays in the cache.
    private readonly ref struct SumWork(EltwiseLayer<T> layer, IReadOnlyList<Blob<T>> bottom, Span<T> y) : IRangeWork
    {
        private readonly Span<T> y = y;

        public void Run(int from, int to)
        {
            var sum = y[from..to];
            var first = bottom[0].Data[from..to];
            var second = bottom[1].Data[from..to];
            if (layer.coefficients is null)
                TensorPrimitives.Add(first, second, sum);
            else
            {
                TensorPrimitives.Multiply(first, layer.Coefficient(0), sum);
                TensorPrimitives.MultiplyAdd(second, layer.Coefficient(1), sum, sum);
            }
            for (var i = 2; i < bottom.Count; i++)
                TensorPrimitives.MultiplyAdd(bottom[i].Data[from..to], layer.Coefficient(i), sum, sum);
        }
    }

    private readonly ref struct ShareWork(ReadOnlySpan<T> dy, T factor, Span<T> dx) : IRangeWork
    {
        private readonly ReadOnlySpan<T> dy = dy;
        private readonly Span<T> dx = dx;

        public void Run(int from, int to) => TensorPrimitives.Multiply(dy[from..to], factor, dx[from..to]);
    }
}
