using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="ConstantLayer{T}"/>.</summary>
public sealed record ConstantOptions : LayerOptions
{
    /// <summary>The shape; when left out, a scalar, or a vector of the values if there are several.</summary>
    public Shape? Shape { get; init; }

    /// <summary>The values, row-major.</summary>
    public OneOrMany<double>? Values { get; init; }

    /// <summary>How the values are drawn, in place of <see cref="Values"/>. Without either they are 0.</summary>
    public Filler? Filler { get; init; }

    /// <summary>Whether the values are a parameter, which learns.</summary>
    public bool Trainable { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (Values is not null && Filler is not null)
            yield return "received the members 'values' and 'filler', allowed: one of them";
        if (Values is not null && Values.Count != TopShape().Size)
            yield return $"member 'values': received {Values.Count}, allowed: {TopShape().Size} for the shape "
                + TopShape();
    }

    internal Shape TopShape() =>
        Shape ?? (Values is null or { Count: 1 } ? NeuralFramework.Shape.Scalar : [Values.Count]);
}

/// <summary>
/// Values of a net's own: y = c. With <c>trainable</c>, c is a parameter, and the net learns it.
/// <para>Bottoms: none. Top: <c>shape</c>.</para>
/// <para>Backward: with <c>trainable</c>, ∂L/∂c += ∂L/∂y; else nothing.</para>
/// <para>Source: the inputs of the CS231n notes' graphs, such as x = −2. Caffe has <c>Parameter</c> for those that
/// learn, and <c>DummyData</c> for those that do not.</para>
/// </summary>
[LayerType("Constant")]
public sealed class ConstantLayer<T>(ConstantOptions options) : SourceLayer<T>(options.Trainable)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top) =>
        top[0].Reshape(options.TopShape());

    private protected override Filler FillerOf(int index, Blob<T> top)
    {
        if (options.Values is not { } values)
            return options.Filler ?? new ConstantFiller();
        return values.Count == top.Count
            ? new ValuesFiller(values)
            : throw ShapeError($"{values.Count} values", $"{top.Count} for the shape {top.Shape}");
    }
}
