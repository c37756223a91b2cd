using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="EmbedBagLayer{T}"/>.</summary>
public sealed record EmbedBagOptions : LayerOptions
{
    /// <summary>How many things K there are: indices are 0 … K − 1.</summary>
    [Range(1, int.MaxValue)]
    public required int InputDim { get; init; }

    /// <summary>How many numbers D stand for each.</summary>
    [Range(1, int.MaxValue)]
    public required int NumOutput { get; init; }

    /// <summary>Whether an update touches only the rows that a batch has looked up; see
    /// <see cref="EmbedOptions.SparseGradient"/>.</summary>
    public bool SparseGradient { get; init; }

    /// <summary>How the weights start: a normal distribution with the variance 1, as in PyTorch.</summary>
    public Filler WeightFiller { get; init; } = new GaussianFiller();
}

/// <summary>
/// The mean of the rows of several indices, such as those of the words around a place: y_n = 1/m_n · Σ W[x_nj] over the
/// m_n indices of sample n that are not −1; 0 where all are.
/// <para>Bottom: indices, N×M: whole numbers from 0 to <c>input_dim</c> − 1, or −1 for none. Top: N×<c>num_output</c>.
/// Parameter: W of <c>input_dim</c>×<c>num_output</c>.</para>
/// <para>Backward: ∂L/∂W[x_nj] += 1/m_n · ∂L/∂y_n, in order. None goes to the indices.</para>
/// <para>Source: PyTorch's <c>EmbeddingBag</c> in the mode mean, with −1 as its padding_idx. Caffe has none.</para>
/// </summary>
[LayerType("EmbedBag")]
public sealed class EmbedBagLayer<T>(EmbedBagOptions options) : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int None = -1;

    private int[] indices = [];
    private T[] shares = [];
    private int samples;
    private int perSample;

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    private int Outputs => options.NumOutput;

    /// <inheritdoc/>
    public override bool PropagatesTo(int bottomIndex) => false;

    /// <inheritdoc/>
    public override void SetUp(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var weights = AddParameter([options.InputDim, Outputs], options.WeightFiller);
        if (options.SparseGradient)
            weights.TrackRows();
        base.SetUp(bottom, top);
    }

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        samples = bottom[0].Shape[AxisOf(bottom[0], 0)];
        perSample = bottom[0].Shape.SizeOf(1);
        if (indices.Length < bottom[0].Count)
            indices = new int[bottom[0].Count];
        if (shares.Length < samples)
            shares = new T[samples];
        top[0].Reshape([samples, Outputs]);
    }

    /// <inheritdoc/>
    /// <exception cref="DataException">An index is not a whole number within the limits.</exception>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        Read(bottom[0]);
        var work = new MeanWork(this, Parameters[0].Data, top[0].Data);
        WorkPool.For(samples, Math.Max(1, WorkPool.ElementGrain / Math.Max(1, perSample * Outputs)), ref work);
    }

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        if (!Parameters[0].NeedsGradient)
            return;
        if (Parameters[0].TouchedRows is { } touched)
            foreach (var index in indices.AsSpan(0, bottom[0].Count))
                if (index != None)
                    touched.Add(index);
        var work = new AddWork(this, top[0].Diff, Parameters[0].Diff);
        WorkPool.For(Outputs, Math.Max(64, WorkPool.ElementGrain / Math.Max(1, bottom[0].Count)), ref work);
    }

    private void Read(Blob<T> blob)
    {
        var given = blob.Data;
        for (var n = 0; n < samples; n++)
        {
            var count = 0;
            for (var i = n * perSample; i < (n + 1) * perSample; i++)
            {
                var index = int.CreateTruncating(given[i]);
                if (T.CreateTruncating(index) != given[i] || index < None || index >= options.InputDim)
                    throw new DataException($"{this}: received the index {given[i]} as element {i} of the blob "
                        + $"'{blob.Name}', allowed: whole numbers from 0 to {options.InputDim - 1}, or -1 for none");
                indices[i] = index;
                count += index == None ? 0 : 1;
            }
            shares[n] = T.One / T.CreateTruncating(Math.Max(1, count));
        }
    }

    private readonly ref struct MeanWork(EmbedBagLayer<T> layer, ReadOnlySpan<T> weights, Span<T> y) : IRangeWork
    {
        private readonly ReadOnlySpan<T> weights = weights;
        private readonly Span<T> y = y;

        public void Run(int from, int to)
        {
            var width = layer.Outputs;
            for (var n = from; n < to; n++)
            {
                var mean = y.Slice(n * width, width);
                mean.Clear();
                foreach (var index in layer.indices.AsSpan(n * layer.perSample, layer.perSample))
                    if (index != None)
                        TensorPrimitives.Add(mean, weights.Slice(index * width, width), mean);
                TensorPrimitives.Multiply(mean, layer.shares[n], mean);
            }
        }
    }

    /// <summary>Adds for a range of columns, over all samples in order: the same sums for any number of
    /// threads.</summary>
    private readonly ref struct AddWork(EmbedBagLayer<T> layer, ReadOnlySpan<T> dy, Span<T> sums) : IRangeWork
    {
        private readonly ReadOnlySpan<T> dy = dy;
        private readonly Span<T> sums = sums;

        public void Run(int from, int to)
        {
            var (width, length) = (layer.Outputs, to - from);
            for (var i = 0; i < layer.samples * layer.perSample; i++)
            {
                if (layer.indices[i] == None)
                    continue;
                var n = i / layer.perSample;
                var sum = sums.Slice(layer.indices[i] * width + from, length);
                TensorPrimitives.MultiplyAdd(dy.Slice(n * width + from, length), layer.shares[n], sum, sum);
            }
        }
    }
}
