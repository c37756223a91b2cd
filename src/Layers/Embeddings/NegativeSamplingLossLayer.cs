using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="NegativeSamplingLossLayer{T}"/>.</summary>
public sealed record NegativeSamplingLossOptions : LayerOptions
{
    /// <summary>What the sum of the losses is divided by.</summary>
    public LossNormalization Normalization { get; init; } = LossNormalization.BatchSize;
}

/// <summary>
/// Tells a word that was seen from words drawn at random: L = −1/Z · Σ_n [ln σ(v_n · u_n0) + Σ_{k ≥ 1} ln σ(−v_n · u_nk)].
/// <para>Bottoms: v, N×D, the vectors of words or of their surroundings; u, N×(1 + K)×D, for each the vector of the word
/// that was seen there and, behind it, those of K that were drawn. Top: the loss, a scalar.</para>
/// <para>The divisor Z, by <c>normalization</c>: full and valid, the number of u; batch_size, N; none, 1.</para>
/// <para>Backward, with the gradient g of the top and c = g/Z · (σ(v · u) − 1) for the word that was seen, g/Z · σ(v · u)
/// for the others: ∂L/∂v_n = Σ_k c_nk · u_nk, ∂L/∂u_nk = c_nk · v_n.</para>
/// <para>Source: Mikolov et al., Distributed Representations of Words and Phrases and their Compositionality (2013).
/// Caffe has none.</para>
/// </summary>
[LayerType("NegativeSamplingLoss")]
public sealed class NegativeSamplingLossLayer<T>(NegativeSamplingLossOptions options)
    : LogisticDotLoss<T>(options.Normalization) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override BlobCount Bottoms => BlobCount.Exactly(2);

    private protected override void ReadSigns(IReadOnlyList<Blob<T>> bottom, Span<T> signs)
    {
        signs.Fill(-T.One);
        for (var i = 0; i < signs.Length; i += PerSample)
            signs[i] = T.One;
    }
}
