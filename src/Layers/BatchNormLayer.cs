using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="BatchNormLayer{T}"/>.</summary>
public sealed record BatchNormOptions : LayerOptions
{
    /// <summary>Whether γ and β are learned; without them y = x̂, and the layer is Caffe's of that name.</summary>
    public bool ScaleBias { get; init; } = true;

    /// <summary>How γ starts.</summary>
    public Filler ScaleFiller { get; init; } = new ConstantFiller { Value = 1 };

    /// <summary>How β starts.</summary>
    public Filler BiasFiller { get; init; } = new ConstantFiller();

    /// <summary>What is added to the variance, so that nothing is divided by 0.</summary>
    [Range(0.0, double.MaxValue)]
    public double Eps { get; init; } = 1e-5;

    /// <summary>What a batch's statistics count for after the next batch, compared with that one's.</summary>
    [Range(0.0, 1.0)]
    public double MovingAverageFraction { get; init; } = 0.999;

    /// <summary>Whether the running statistics are used rather than the batch's; when left out, outside of
    /// training.</summary>
    public bool? UseGlobalStats { get; init; }
}

/// <summary>
/// Batch normalisation: x̂ = (x − μ) / √(σ² + eps), y = γ · x̂ + β, for each channel c, the second axis. In training, μ
/// and σ² are mean and (biased) variance of the channel's m values in the batch; otherwise the running ones.
/// <para>Bottom: N×C or N×C×…, such as N×C×H×W; m = N·H·W. Top: the same shape. Runs in place. Parameters: with
/// <c>scale_bias</c> γ and β, C each; then the running sums of mean and variance, C each, and the sum w of their
/// weights, 1 value. The last three have the learning-rate factor 0, whatever <c>lr_mult</c> is: solvers leave them
/// alone.</para>
/// <para>Each pass in training moves them: means ← f · means + μ, variances ← f · variances + σ² · m / (m − 1),
/// w ← f · w + 1, with f = moving_average_fraction. The running mean is means / w, the running variance variances / w:
/// averages of all batches, the latest weighing most, from the first batch on. With w = 0, before the first batch, the
/// running statistics are the stored values themselves: 0 and 1, or those of another framework.</para>
/// <para>Backward: ∂L/∂β += Σ ∂L/∂y; ∂L/∂γ += Σ ∂L/∂y · x̂; with the batch's statistics, ∂L/∂x = γ / √(σ² + eps) ·
/// (∂L/∂y − 1/m Σ ∂L/∂y − x̂ · 1/m Σ ∂L/∂y · x̂); with the running ones, ∂L/∂x = γ / √(σ² + eps) · ∂L/∂y.</para>
/// <para>Source: Caffe's <c>BatchNorm</c> followed by <c>Scale</c> (Ioffe and Szegedy 2015). To take over a net of
/// Caffe, either keep both: <c>{ "type": "BatchNorm", "scale_bias": false }</c> has Caffe's three blobs, <c>{ "type":
/// "Scale", "bias_term": true }</c> its two, each with the same meaning; or make them one: its parameters are the two
/// blobs of Caffe's Scale, γ and β, then the three of Caffe's BatchNorm. Where w is 0, Caffe has the statistics
/// 0.</para>
/// </summary>
[LayerType("BatchNorm")]
public sealed class BatchNormLayer<T>(BatchNormOptions options) : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly BatchNormKernel<T> kernel = new();

    // Run in place, the inputs, which backward needs again.
    private readonly Blob<T> inputs = new([0]);

    private readonly Blob<T> mean = new([0]);
    private readonly Blob<T> variance = new([0]);
    private readonly Blob<T> inverseDeviation = new([0]);
    private readonly Blob<T> factor = new([0]);
    private readonly Blob<T> shift = new([0]);
    private readonly Blob<T> sums = new([0]);
    private readonly Blob<T> dots = new([0]);
    private int channels;

    /// <inheritdoc/>
    public override bool CanRunInPlace => true;

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    private Parameter<T> Gamma => Parameters[0];

    private Parameter<T> Beta => Parameters[1];

    private Parameter<T> RunningMeans => Parameters[^3];

    private Parameter<T> RunningVariances => Parameters[^2];

    private Parameter<T> RunningWeight => Parameters[^1];

    private bool UsesBatch => !(options.UseGlobalStats ?? Context.Phase != Phase.Train);

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
        AddStatistic([channels], 0);
        AddStatistic([channels], 1);
        AddStatistic([1], 0);
        base.SetUp(bottom, top);
    }

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var shape = bottom[0].Shape;
        if (ChannelsOf(bottom[0]) != channels)
            throw ShapeError($"the bottom {bottom[0]}", $"{channels} channels, for which the parameters were made");
        kernel.Reshape(shape);
        inputs.Reshape(ReferenceEquals(bottom[0], top[0]) ? shape : [0]);
        foreach (var statistic in (ReadOnlySpan<Blob<T>>)[mean, variance, inverseDeviation, factor, shift, sums, dots])
            statistic.Reshape([channels]);
        top[0].Reshape(shape);
    }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        if (UsesBatch)
        {
            kernel.FindMoments(bottom[0].Data, mean.Data, variance.Data);
            MoveRunningStatistics();
        }
        else
            TakeRunningStatistics();
        var inverse = inverseDeviation.Data;
        TensorPrimitives.Add(variance.Data, T.CreateTruncating(options.Eps), inverse);
        TensorPrimitives.Sqrt(inverse, inverse);
        TensorPrimitives.Divide(T.One, inverse, inverse);
        SetFactor();
        if (options.ScaleBias)
            Beta.Data.CopyTo(shift.Data);
        kernel.Normalize(bottom[0].Data, mean.Data, factor.Data, shift.Data, inputs.Data, top[0].Data);
    }

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        var dy = top[0].Diff;
        var x = inputs.Count > 0 ? inputs.Data : bottom[0].Data;
        kernel.SumGradients(dy, x, mean.Data, sums.Data, dots.Data);
        if (options.ScaleBias && Beta.NeedsGradient)
            TensorPrimitives.Add(Beta.Diff, sums.Data, Beta.Diff);
        if (options.ScaleBias && Gamma.NeedsGradient)
            TensorPrimitives.MultiplyAdd(dots.Data, inverseDeviation.Data, Gamma.Diff, Gamma.Diff);
        if (!propagateDown[0])
            return;
        FindSlopes();
        SetFactor();
        kernel.Backward(dy, sums.Data, x, mean.Data, dots.Data, factor.Data, bottom[0].Diff);
    }

    private void SetFactor()
    {
        if (options.ScaleBias)
            TensorPrimitives.Multiply(inverseDeviation.Data, Gamma.Data, factor.Data);
        else
            inverseDeviation.Data.CopyTo(factor.Data);
    }

    /// <summary>Makes of the sums what is taken off each gradient: the mean of dy, and the mean of dy · x̂ over the
    /// deviation, times x − μ.</summary>
    private void FindSlopes()
    {
        if (!UsesBatch)
        {
            sums.Data.Clear();
            dots.Data.Clear();
            return;
        }
        TensorPrimitives.Divide(sums.Data, kernel.ValuesPerChannel, sums.Data);
        TensorPrimitives.Divide(dots.Data, kernel.ValuesPerChannel, dots.Data);
        TensorPrimitives.Multiply(dots.Data, inverseDeviation.Data, dots.Data);
        TensorPrimitives.Multiply(dots.Data, inverseDeviation.Data, dots.Data);
    }

    /// <summary>Takes the running mean and variance as those of the batch.</summary>
    private void TakeRunningStatistics()
    {
        var weight = RunningWeight.Data[0] == T.Zero ? T.One : RunningWeight.Data[0];
        TensorPrimitives.Divide(RunningMeans.Data, weight, mean.Data);
        TensorPrimitives.Divide(RunningVariances.Data, weight, variance.Data);
    }

    private void MoveRunningStatistics()
    {
        ref var weight = ref RunningWeight.Data[0];
        // What is there before the first batch is no sum of batches.
        var kept = weight == T.Zero ? T.Zero : T.CreateTruncating(options.MovingAverageFraction);
        weight = kept * weight + T.One;
        Move(RunningMeans.Data, mean.Data, kept, T.One);
        // One value has no variance to correct.
        var m = kernel.ValuesPerChannel;
        Move(RunningVariances.Data, variance.Data, kept, m > T.One ? m / (m - T.One) : T.One);
    }

    private static void Move(Span<T> running, ReadOnlySpan<T> latest, T kept, T factor)
    {
        TensorPrimitives.Multiply(running, kept, running);
        TensorPrimitives.MultiplyAdd(latest, factor, running, running);
    }

    private void AddStatistic(Shape shape, double value)
    {
        var statistic = AddParameter(shape, new ConstantFiller { Value = value });
        (statistic.LrMult, statistic.DecayMult) = (0, 0);
    }

    private int ChannelsOf(Blob<T> bottom) => bottom.Shape.Rank >= 2
        ? bottom.Shape[1] : throw ShapeError($"the bottom {bottom}", "samples × channels, or more axes");
}
