using System.Numerics;

namespace NeuralFramework.Data;

/// <summary>The options of <see cref="SkipGramLayer{T}"/>.</summary>
public sealed record SkipGramOptions : WindowOptions;

/// <summary>
/// Serves words of a text, each with one that stands near it: data N, the numbers of words; label as
/// <see cref="WindowLayer{T}"/> has it, for the other word. One at the distance d is chosen with the probability of
/// window + 1 − d: as often as in windows whose reach is drawn from 1 to <c>window</c>. No bottoms, no gradients.
/// <para>Source: Mikolov et al., Efficient Estimation of Word Representations in Vector Space (2013). Caffe has
/// none.</para>
/// </summary>
[LayerType("SkipGram")]
public sealed class SkipGramLayer<T>(SkipGramOptions options) : WindowLayer<T>(options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int window = options.Window;

    /// <inheritdoc/>
    protected override Shape SampleShape => Shape.Scalar;

    private protected override int Choose(int word, ReadOnlySpan<int> left, ReadOnlySpan<int> right,
        ref SampleStream random, Span<T> data)
    {
        // The weights of the distances fall by 1 from window to 1.
        var weight = random.Next(window * (window + 1) / 2);
        var distance = 0;
        for (var step = window; weight >= step; weight -= step--)
            distance++;
        var side = random.Next(2) == 0 ? left : right;
        if (distance >= side.Length)
            return -1;
        data[0] = T.CreateTruncating(word);
        return side[distance];
    }
}
