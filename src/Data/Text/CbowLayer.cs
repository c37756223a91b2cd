using System.Numerics;

namespace NeuralFramework.Data;

/// <summary>The options of <see cref="CbowLayer{T}"/>.</summary>
public sealed record CbowOptions : WindowOptions;

/// <summary>
/// Serves the words around places of a text (a continuous bag of words): data N×(2 · window), their numbers, then −1
/// where there are fewer; label as <see cref="WindowLayer{T}"/> has it, for the word of the place. How far the words reach
/// is drawn from 1 to <c>window</c> for each place. No bottoms, no gradients.
/// <para>Source: Mikolov et al., Efficient Estimation of Word Representations in Vector Space (2013). Caffe has
/// none.</para>
/// </summary>
[LayerType("Cbow")]
public sealed class CbowLayer<T>(CbowOptions options) : WindowLayer<T>(options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int window = options.Window;

    /// <inheritdoc/>
    protected override Shape SampleShape => [2 * window];

    private protected override int Choose(int word, ReadOnlySpan<int> left, ReadOnlySpan<int> right,
        ref SampleStream random, Span<T> data)
    {
        var reach = 1 + random.Next(window);
        data.Fill(-T.One);
        var count = 0;
        foreach (var near in left[..Math.Min(reach, left.Length)])
            data[count++] = T.CreateTruncating(near);
        foreach (var near in right[..Math.Min(reach, right.Length)])
            data[count++] = T.CreateTruncating(near);
        return word;
    }
}
