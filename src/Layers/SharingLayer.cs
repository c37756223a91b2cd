using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>Base of layers whose top has the bottom's values, shared without a copy, in another shape: y = x,
/// ∂L/∂x = ∂L/∂y.</summary>
public abstract class SharingLayer<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Nothing reads them here, but who overwrites the top's values overwrites the bottom's, which others may read.
    /// <inheritdoc/>
    public sealed override bool BackwardReadsTopData => true;

    /// <inheritdoc/>
    public sealed override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top) =>
        top[0].ShareData(bottom[0], TopShape(bottom[0]));

    /// <summary>Does nothing: the top shares the bottom's values.</summary>
    public sealed override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
    }

    /// <inheritdoc/>
    public sealed override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        if (propagateDown[0])
            top[0].Diff.CopyTo(bottom[0].Diff);
    }

    /// <summary>The top's shape: as many elements as the bottom has.</summary>
    /// <exception cref="ShapeException">The bottom's shape does not fit the options.</exception>
    protected abstract Shape TopShape(Blob<T> bottom);
}
