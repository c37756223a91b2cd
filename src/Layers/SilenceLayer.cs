using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>
/// Takes blobs that nobody else reads, so that they are no outputs of the net.
/// <para>Bottoms: one or more, of any shapes. Tops: none.</para>
/// <para>Backward: ∂L/∂x = 0.</para>
/// <para>Source: Caffe's <c>Silence</c>.</para>
/// </summary>
[LayerType("Silence")]
public sealed class SilenceLayer<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override BlobCount Bottoms => BlobCount.AtLeast(1);

    /// <inheritdoc/>
    public override BlobCount Tops => BlobCount.Exactly(0);

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    /// <summary>Does nothing: there is no top.</summary>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
    }

    /// <summary>Does nothing: there is no top.</summary>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
    }

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        for (var i = 0; i < bottom.Count; i++)
            if (propagateDown[i])
                bottom[i].Diff.Clear();
    }
}
