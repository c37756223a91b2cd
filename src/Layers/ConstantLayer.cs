using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="ConstantLayer{T}"/>.</summary>
public sealed record ConstantOptions : SourceOptions
{
    /// <summary>How the values are drawn, in place of <see cref="SourceOptions.Values"/>. Without either they are 0.</summary>
    public Filler? Filler { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (Values is not null && Filler is not null)
            yield return "received the members 'values' and 'filler', allowed: one of them";
        foreach (var problem in base.Problems())
            yield return problem;
    }
}

/// <summary>
/// Values of a net's own: y = c. With <c>trainable</c>, c is a parameter, and the net learns it.
/// <para>Bottoms: none. Top: <c>shape</c>.</para>
/// <para>Backward: with <c>trainable</c>, ∂L/∂c += ∂L/∂y; else nothing.</para>
/// <para>Source: the inputs of the CS231n notes' graphs, such as x = −2. Caffe has <c>Parameter</c> for those that
/// learn, and <c>DummyData</c> for those that do not.</para>
/// </summary>
[LayerType("Constant")]
public sealed class ConstantLayer<T>(ConstantOptions options) : SourceLayer<T>(options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private protected override Filler FillerWithoutValues => options.Filler ?? base.FillerWithoutValues;
}
