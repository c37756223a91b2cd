using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="EmbedLayer{T}"/>.</summary>
public sealed record EmbedOptions : LayerOptions
{
    /// <summary>How many things K there are: indices are 0 … K − 1.</summary>
    [Range(1, int.MaxValue)]
    public required int InputDim { get; init; }

    /// <summary>How many numbers N stand for each.</summary>
    [Range(1, int.MaxValue)]
    public required int NumOutput { get; init; }

    /// <summary>Whether a bias is added.</summary>
    public bool BiasTerm { get; init; } = true;

    /// <summary>Whether an update touches only the rows that a batch has looked up, so that it costs no more with a
    /// million things than with a thousand. Momentum and weight decay are lazy then: see
    /// <see cref="Parameter{T}.TrackRows"/>.</summary>
    public bool SparseGradient { get; init; }

    /// <summary>How the weights start. Caffe's default is the constant 0, with which all things are the same at first;
    /// here it is a normal distribution with the variance 1, as in PyTorch.</summary>
    public Filler WeightFiller { get; init; } = new GaussianFiller();

    /// <summary>How the bias starts: the constant 0, as in Caffe.</summary>
    public Filler BiasFiller { get; init; } = new ConstantFiller();
}

/// <summary>
/// Looks up a row of numbers for each index, such as that of a word: y = W[x] + b. The same as the product of W with x
/// as a vector of zeros and a one at the index.
/// <para>Bottom: indices, whole numbers from 0 to <c>input_dim</c> − 1, of any shape, such as T×N. Top: that shape,
/// then <c>num_output</c> = N. Parameters: W of K×N, b of N.</para>
/// <para>Backward: ∂L/∂W[x] += ∂L/∂y and ∂L/∂b += ∂L/∂y, over all indices in order. None goes to the indices.
/// With <c>sparse_gradient</c> an update moves only the rows that were looked up.</para>
/// <para>Source: Caffe's <c>Embed</c>. It differs in the default of <c>weight_filler</c>.</para>
/// </summary>
[LayerType("Embed")]
public sealed class EmbedLayer<T>(EmbedOptions options) : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private int[] indices = [];
    private int count;

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    private int Outputs => options.NumOutput;

    private int Grain => Math.Max(1, WorkPool.ElementGrain / Outputs);

    /// <inheritdoc/>
    public override bool PropagatesTo(int bottomIndex) => false;

    /// <inheritdoc/>
    public override void SetUp(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var weights = AddParameter([options.InputDim, Outputs], options.WeightFiller);
        if (options.SparseGradient)
            weights.TrackRows();
        if (options.BiasTerm)
            AddParameter([Outputs], options.BiasFiller);
        base.SetUp(bottom, top);
    }

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        count = bottom[0].Count;
        if (indices.Length < count)
            indices = new int[count];
        top[0].Reshape([.. bottom[0].Shape, Outputs]);
    }

    /// <inheritdoc/>
    /// <exception cref="DataException">An index is not a whole number within the limits.</exception>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        Read(bottom[0]);
        var work = new LookUp(this, Parameters[0].Data, options.BiasTerm ? Parameters[1].Data : [], top[0].Data);
        WorkPool.For(count, Grain, ref work);
    }

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        var grain = Math.Max(64, WorkPool.ElementGrain / Math.Max(1, count));
        if (Parameters[0].NeedsGradient)
        {
            if (Parameters[0].TouchedRows is { } touched)
                foreach (var index in indices.AsSpan(0, count))
                    touched.Add(index);
            var work = new AddRows(this, top[0].Diff, Parameters[0].Diff, true);
            WorkPool.For(Outputs, grain, ref work);
        }
        if (options.BiasTerm && Parameters[1].NeedsGradient)
        {
            var work = new AddRows(this, top[0].Diff, Parameters[1].Diff, false);
            WorkPool.For(Outputs, grain, ref work);
        }
    }

    private void Read(Blob<T> blob)
    {
        var given = blob.Data;
        for (var i = 0; i < given.Length; i++)
        {
            var index = int.CreateTruncating(given[i]);
            if (T.CreateTruncating(index) != given[i] || (uint)index >= (uint)options.InputDim)
                throw new DataException($"{this}: received the index {given[i]} as element {i} of the blob "
                    + $"'{blob.Name}', allowed: whole numbers from 0 to {options.InputDim - 1}");
            indices[i] = index;
        }
    }

    private readonly ref struct LookUp(EmbedLayer<T> layer, ReadOnlySpan<T> weights, ReadOnlySpan<T> bias, Span<T> y)
        : IRangeWork
    {
        private readonly ReadOnlySpan<T> weights = weights;
        private readonly ReadOnlySpan<T> bias = bias;
        private readonly Span<T> y = y;

        public void Run(int from, int to)
        {
            for (var i = from; i < to; i++)
            {
                var source = weights.Slice(layer.indices[i] * layer.Outputs, layer.Outputs);
                var target = y.Slice(i * layer.Outputs, layer.Outputs);
                if (bias.IsEmpty)
                    source.CopyTo(target);
                else
                    TensorPrimitives.Add(source, bias, target);
            }
        }
    }

    /// <summary>Adds the rows to those of their indices, or all to one, for a range of columns: cut by columns, each
    /// sum runs over the rows in order however many threads there are.</summary>
    private readonly ref struct AddRows(EmbedLayer<T> layer, ReadOnlySpan<T> dy, Span<T> sums, bool byIndex)
        : IRangeWork
    {
        private readonly ReadOnlySpan<T> dy = dy;
        private readonly Span<T> sums = sums;

        public void Run(int from, int to)
        {
            var length = to - from;
            for (var i = 0; i < layer.count; i++)
            {
                var sum = sums.Slice((byIndex ? layer.indices[i] : 0) * layer.Outputs + from, length);
                TensorPrimitives.Add(sum, dy.Slice(i * layer.Outputs + from, length), sum);
            }
        }
    }
}
