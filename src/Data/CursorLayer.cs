using System.Numerics;

namespace NeuralFramework.Data;

/// <summary>Base of the layers that serve samples from a place that moves on: no bottoms, no gradients.</summary>
/// <typeparam name="T">float or double.</typeparam>
public abstract class CursorLayer<T> : Layer<T>, IDataCursor where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private long position;

    /// <inheritdoc/>
    public sealed override BlobCount Bottoms => BlobCount.Exactly(0);

    /// <inheritdoc/>
    public sealed override bool BackwardReadsTopData => false;

    /// <inheritdoc/>
    /// <exception cref="DataException">The value is negative.</exception>
    public long Position
    {
        get => position;
        set => position = value >= 0
            ? value
            : throw new DataException($"{this}: position: received {value}, allowed: 0 or more");
    }

    /// <inheritdoc/>
    /// <remarks>It may be 0 before <see cref="Layer{T}.SetUp"/>.</remarks>
    public abstract int SampleCount { get; }

    /// <inheritdoc/>
    public abstract int BatchSize { get; }

    /// <summary>Does nothing: there is nothing to send gradients to.</summary>
    public sealed override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
    }

    /// <summary>Moves <see cref="Position"/> on behind samples that were served.</summary>
    protected void MoveOn(int samples) => position += samples;
}
