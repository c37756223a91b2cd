using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="HierarchicalSoftmaxLossLayer{T}"/>.</summary>
public sealed record HierarchicalSoftmaxLossOptions : LayerOptions
{
    /// <summary>What the sum of the losses is divided by.</summary>
    public LossNormalization Normalization { get; init; } = LossNormalization.BatchSize;
}

/// <summary>
/// The loss of a softmax over many words that are the leaves of a binary tree: P(word) is the product of the decisions
/// on the way to it, each a logistic one, so L = −1/Z · Σ_n Σ_l ln σ((1 − 2 · b_nl) · v_n · u_nl): b is 0 where the way
/// goes left and 1 where it goes right.
/// <para>Bottoms: v, N×D; u, N×L×D (or with more axes between, such as N×1×L×D), the vectors of the nodes on the way;
/// b, as many as there are u: 0, 1, or −1 behind the end of a way that is shorter than L. Top: the loss, a
/// scalar.</para>
/// <para>The divisor Z, by <c>normalization</c>: full, the number of u; valid, of those on a way; batch_size, N; none,
/// 1.</para>
/// <para>Backward, with the gradient g of the top and c_nl = g/Z · (σ(v_n · u_nl) − 1 + b_nl), 0 behind the end:
/// ∂L/∂v_n = Σ_l c_nl · u_nl, ∂L/∂u_nl = c_nl · v_n. None goes to b.</para>
/// <para>Source: Morin and Bengio, Hierarchical Probabilistic Neural Network Language Model (2005), with word2vec's signs.
/// Caffe has none.</para>
/// </summary>
[LayerType("HierarchicalSoftmaxLoss")]
public sealed class HierarchicalSoftmaxLossLayer<T>(HierarchicalSoftmaxLossOptions options)
    : LogisticDotLoss<T>(options.Normalization) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override BlobCount Bottoms => BlobCount.Exactly(3);

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        base.Reshape(bottom, top);
        var columns = bottom[0].Shape.SizeOf(1);
        if (bottom[2].Count * columns != bottom[1].Count)
            throw ShapeError($"{bottom[2].Count} decisions in {bottom[2]} for the nodes {bottom[1]}",
                $"{bottom[1].Count / columns}, one a node");
    }

    /// <exception cref="DataException">A decision is none of 0, 1, −1.</exception>
    private protected override void ReadSigns(IReadOnlyList<Blob<T>> bottom, Span<T> signs)
    {
        var decisions = bottom[2].Data;
        for (var i = 0; i < signs.Length; i++)
        {
            if (decisions[i] != T.Zero && decisions[i] != T.One && decisions[i] != -T.One)
                throw new DataException($"{this}: received the decision {decisions[i]} for sample {i / PerSample} at node "
                    + $"{i % PerSample} in the blob '{bottom[2].Name}', allowed: 0, 1, or -1 behind the end of the way");
            signs[i] = decisions[i] < T.Zero ? T.Zero : T.One - decisions[i] - decisions[i];
        }
    }
}
