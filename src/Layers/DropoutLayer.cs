using System.ComponentModel.DataAnnotations;
using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="DropoutLayer{T}"/>.</summary>
public sealed record DropoutOptions : LayerOptions
{
    /// <summary>The probability p with which an element is dropped.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double DropoutRatio { get; init; } = 0.5;
}

/// <summary>
/// Dropout: in training y = m · x / (1 − p), where m is 0 with the probability p = dropout_ratio and else 1, drawn anew
/// for each element and iteration; otherwise y = x.
/// <para>Bottom: any shape. Top: the same. Runs in place.</para>
/// <para>Backward: ∂L/∂x = m / (1 − p) · ∂L/∂y in training, ∂L/∂y otherwise, with the m of the forward pass.</para>
/// <para>m is a hash of (seed, layer name, iteration, index of the element): nothing is kept, a resumed run repeats it,
/// and it does not depend on the number of threads. The hash is the output of SplitMix64 (Steele, Lea and Flood 2014)
/// whose state is counted by the index.</para>
/// <para>Source: Caffe's <c>Dropout</c> (Srivastava et al. 2014). Caffe draws m from its generator's state.</para>
/// </summary>
[LayerType("Dropout")]
public sealed class DropoutLayer<T>(DropoutOptions options) : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly DropoutMask<T> mask = new(options.DropoutRatio);

    /// <inheritdoc/>
    public override bool CanRunInPlace => true;

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    /// <inheritdoc/>
    public override void SetUp(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        mask.SetUp(Context.Seed, Name);
        base.SetUp(bottom, top);
    }

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top) =>
        top[0].Reshape(bottom[0].Shape);

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        mask.BeginPass(Context);
        mask.Apply(bottom[0].Data, top[0].Data);
    }

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        if (propagateDown[0])
            mask.Apply(top[0].Diff, bottom[0].Diff);
    }
}
