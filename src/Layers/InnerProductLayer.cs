using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="InnerProductLayer{T}"/>.</summary>
public sealed record InnerProductOptions : LayerOptions
{
    /// <summary>The number of outputs N.</summary>
    [Range(1, int.MaxValue)]
    public required int NumOutput { get; init; }

    /// <summary>Whether a bias is added.</summary>
    public bool BiasTerm { get; init; } = true;

    /// <summary>How the weights start. Caffe's default is the constant 0, with which every output of a layer, and every
    /// gradient, stays the same as its neighbour's; here it is <c>xavier</c>.</summary>
    public Filler WeightFiller { get; init; } = new XavierFiller();

    /// <summary>How the bias starts: the constant 0, as in Caffe.</summary>
    public Filler BiasFiller { get; init; } = new ConstantFiller();

    /// <summary>The first axis that belongs to the inputs of one product; the axes before it count the products. -1 is
    /// the last.</summary>
    public int Axis { get; init; } = 1;

    /// <summary>Whether the weights are stored as K×N rather than N×K.</summary>
    public bool Transpose { get; init; }
}

/// <summary>
/// Fully connected: y = x·Wᵀ + b, or y = x·W + b with <c>transpose</c>.
/// <para>Bottom: M×K, where M is the product of the axes before <c>axis</c> and K that of the others. Top: the axes
/// before <c>axis</c>, then <c>num_output</c> = N. Parameters: W of N×K (<c>transpose</c>: K×N), b of N.</para>
/// <para>Backward: ∂L/∂x = ∂L/∂y·W; ∂L/∂W += (∂L/∂y)ᵀ·x; ∂L/∂b += Σ over the M rows of ∂L/∂y.</para>
/// <para>Source: Caffe's <c>InnerProduct</c>. It differs in the default of <c>weight_filler</c>.</para>
/// </summary>
[LayerType("InnerProduct")]
public sealed class InnerProductLayer<T>(InnerProductOptions options) : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // How many elements of a part are worth waking a thread for.
    private const int Grain = WorkPool.ElementGrain;

    private int rows;
    private int inputs;

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    private int Outputs => options.NumOutput;

    private Parameter<T> Weights => Parameters[0];

    private Parameter<T> Bias => Parameters[1];

    /// <inheritdoc/>
    public override void SetUp(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        RequireBlobCounts(bottom.Count, top.Count);
        inputs = bottom[0].Shape.SizeOf(AxisOf(bottom[0], options.Axis));
        if (inputs == 0)
            throw ShapeError($"the bottom {bottom[0]}, 0 inputs from axis {options.Axis} on", "1 or more");
        AddParameter(options.Transpose ? [inputs, Outputs] : [Outputs, inputs], options.WeightFiller);
        if (options.BiasTerm)
            AddParameter([Outputs], options.BiasFiller);
        base.SetUp(bottom, top);
    }

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var shape = bottom[0].Shape;
        var axis = AxisOf(bottom[0], options.Axis);
        if (shape.SizeOf(axis) != inputs)
            throw ShapeError($"the bottom {bottom[0]}, {shape.SizeOf(axis)} inputs from axis {options.Axis} on",
                $"{inputs}, for which the weights were made");
        rows = shape.SizeOf(0, axis);
        top[0].Reshape([.. shape.Take(axis), Outputs]);
    }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        Blas.Gemm(false, !options.Transpose, rows, Outputs, inputs, T.One, bottom[0].Data, Weights.Data, T.Zero,
            top[0].Data);
        if (!options.BiasTerm)
            return;
        var work = new AddBias(top[0].Data, Bias.Data);
        WorkPool.For(rows, Math.Max(1, Grain / Outputs), ref work);
    }

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        if (Weights.NeedsGradient)
            AddWeightGradient(top[0].Diff, bottom[0].Data);
        if (options.BiasTerm && Bias.NeedsGradient)
        {
            var work = new SumRows(top[0].Diff, Bias.Diff, rows);
            WorkPool.For(Outputs, Math.Max(64, Grain / Math.Max(1, rows)), ref work);
        }
        if (propagateDown[0])
            Blas.Gemm(false, options.Transpose, rows, inputs, Outputs, T.One, top[0].Diff, Weights.Data, T.Zero,
                bottom[0].Diff);
    }

    private void AddWeightGradient(ReadOnlySpan<T> dy, ReadOnlySpan<T> x)
    {
        if (options.Transpose)
            Blas.Gemm(true, false, inputs, Outputs, rows, T.One, x, dy, T.One, Weights.Diff);
        else
            Blas.Gemm(true, false, Outputs, inputs, rows, T.One, dy, x, T.One, Weights.Diff);
    }

    private readonly ref struct AddBias(Span<T> y, ReadOnlySpan<T> bias) : IRangeWork
    {
        private readonly Span<T> y = y;
        private readonly ReadOnlySpan<T> bias = bias;

        public void Run(int from, int to)
        {
            for (var row = from; row < to; row++)
            {
                var values = y.Slice(row * bias.Length, bias.Length);
                TensorPrimitives.Add(values, bias, values);
            }
        }
    }

    /// <summary>Adds the rows to the sum, for a range of columns: cut by columns, each sum runs over the rows in order
    /// however many threads there are.</summary>
    private readonly ref struct SumRows(ReadOnlySpan<T> dy, Span<T> sum, int rows) : IRangeWork
    {
        private readonly ReadOnlySpan<T> dy = dy;
        private readonly Span<T> sum = sum;

        public void Run(int from, int to)
        {
            var part = sum[from..to];
            for (var row = 0; row < rows; row++)
                TensorPrimitives.Add(part, dy.Slice(row * sum.Length + from, part.Length), part);
        }
    }
}
