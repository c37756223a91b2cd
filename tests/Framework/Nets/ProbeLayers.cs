using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Tests;

/// <summary>The options of <see cref="ProbeLayer{T}"/>.</summary>
internal sealed record ProbeOptions : LayerOptions
{
    public double Value { get; init; } = 1;
}

/// <summary>y = w·x with one number w, so that nets can be worked out by hand. Counts its passes.</summary>
[LayerType("Probe")]
internal sealed class ProbeLayer<T>(ProbeOptions options) : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public int Forwards { get; private set; }

    public int Backwards { get; private set; }

    public override bool BackwardReadsTopData => false;

    public override void SetUp(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        AddParameter([1], new ConstantFiller { Value = options.Value });
        base.SetUp(bottom, top);
    }

    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top) =>
        top[0].Reshape(bottom[0].Shape);

    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        Forwards++;
        TensorPrimitives.Multiply(bottom[0].Data, Parameters[0].Data[0], top[0].Data);
    }

    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        Backwards++;
        if (Parameters[0].NeedsGradient)
            Parameters[0].Diff[0] += TensorPrimitives.Dot<T>(bottom[0].Data, top[0].Diff);
        if (propagateDown[0])
            TensorPrimitives.Multiply(top[0].Diff, Parameters[0].Data[0], bottom[0].Diff);
    }
}

/// <summary>y = x + 1; may run in place.</summary>
[LayerType("AddOne")]
internal sealed class AddOneLayer<T> : ElementwiseLayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override bool CanRunInPlace => true;

    public override bool BackwardReadsTopData => false;

    protected override void Compute(ReadOnlySpan<T> x, Span<T> y) => TensorPrimitives.Add(x, T.One, y);

    protected override void ComputeGradient(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) =>
        dy.CopyTo(dx);
}

/// <summary>Top i is (i + 1)·x.</summary>
[LayerType("Multiples")]
internal sealed class MultiplesLayer<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override BlobCount Tops => BlobCount.AtLeast(1);

    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        foreach (var blob in top)
            blob.Reshape(bottom[0].Shape);
    }

    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        for (var i = 0; i < top.Count; i++)
            TensorPrimitives.Multiply(bottom[0].Data, T.CreateTruncating(i + 1), top[i].Data);
    }

    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        if (!propagateDown[0])
            return;
        bottom[0].Diff.Clear();
        for (var i = 0; i < top.Count; i++)
            TensorPrimitives.MultiplyAdd(top[i].Diff, T.CreateTruncating(i + 1), bottom[0].Diff, bottom[0].Diff);
    }
}
