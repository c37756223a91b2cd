using System.Numerics;

namespace NeuralFramework.Data;

/// <summary>The options of <see cref="InMemoryLayer{T}"/>. In C#, arrays convert by themselves:
/// <c>new InMemoryOptions { BatchSize = 4, Data = rows, Labels = classes }</c>.</summary>
public sealed record InMemoryOptions : DataLayerOptions
{
    /// <summary>The values of all samples: outermost the samples, or flat when <see cref="Shape"/> is given.</summary>
    public required NumberArray Data { get; init; }

    /// <summary>The shape of one sample, such as [1, 28, 28]; when left out, that of the entries of
    /// <see cref="Data"/>.</summary>
    public Shape? Shape { get; init; }

    /// <summary>The labels: a number a sample, or a list of numbers a sample; left out when the net needs
    /// none.</summary>
    public NumberArray? Labels { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (Shape is { Size: 0 } || (Shape is { } shape && Data.Shape.Size % shape.Size != 0))
            yield return $"member 'shape': received {Shape} for {Data.Shape.Size} numbers in 'data', allowed: a shape "
                + "whose number of elements divides theirs";
        else if (Labels is { } labels && labels.Shape[0] != SampleCount)
            yield return $"member 'labels': received {labels.Shape[0]}, allowed: {SampleCount}, one a sample";
    }

    internal int SampleCount => Shape is null ? Data.Shape[0] : Data.Shape.Size / Shape.Size;
}

/// <summary>
/// Serves samples that are given in the net file or by a program: data N × the shape of a sample; label N, or N × the
/// shape of a label. No bottoms, no gradients. The source is Caffe's <c>MemoryDataLayer</c>.
/// </summary>
/// <example>{ "name": "points", "type": "InMemory", "data": [[0, 1], [1, 0]], "labels": [0, 1], "batch_size": 2 }</example>
[LayerType("InMemory")]
public sealed class InMemoryLayer<T>(InMemoryOptions options) : ArrayLayer<T>(options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly InMemoryOptions options = options;

    /// <inheritdoc/>
    protected override SampleArrays<T> LoadArrays() =>
        new(options.SampleCount, options.Shape ?? EntryShape(options.Data), Convert(options.Data),
            options.Labels is null ? null : EntryShape(options.Labels), Convert(options.Labels));

    private static Shape EntryShape(NumberArray array) => array.Shape.Skip(1).ToArray();

    private static T[] Convert(NumberArray? numbers)
    {
        var values = new T[numbers?.Values.Length ?? 0];
        for (var i = 0; i < values.Length; i++)
            values[i] = T.CreateTruncating(numbers!.Values[i]);
        return values;
    }
}
