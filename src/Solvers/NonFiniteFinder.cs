using System.Numerics;

namespace NeuralFramework.Solvers;

/// <summary>Finds the first number that is not finite in what a layer has, and the sample to which it
/// belongs.</summary>
/// <param name="samples">How many samples the batch has; null when that is not known.</param>
internal sealed class NonFiniteFinder<T>(int? samples) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // How many neighbours are shown on each side.
    private const int Neighbours = 3;

    /// <summary>In the weights with which a layer begins the step.</summary>
    public ReplayFinding? InWeights(NetNode<T> node)
    {
        foreach (var parameter in node.Layer.Parameters)
            if (InBlob(parameter, parameter.Data, hasSamples: false) is { } found)
                return Of(node, found, ReplayPart.Weight);
        return null;
    }

    /// <summary>In what a layer's forward pass made, statistics that it keeps among its parameters included.</summary>
    public ReplayFinding? InValues(NetNode<T> node)
    {
        foreach (var top in node.Top)
            if (InBlob(top, top.Data) is { } found)
                return WithSample(node, Of(node, found, ReplayPart.Value), one => one.WorstValue());
        return InWeights(node) is { } statistic ? statistic with { Part = ReplayPart.Value } : null;
    }

    /// <summary>In the gradients that a layer's backward pass made.</summary>
    public ReplayFinding? InGradients(NetNode<T> node)
    {
        for (var i = 0; i < node.Bottom.Count; i++)
            if (node.PropagateDown[i] && InBlob(node.Bottom[i], node.Bottom[i].Diff) is { } found)
                return WithSample(node, Of(node, found, ReplayPart.Gradient), one => one.WorstGradient());
        foreach (var parameter in node.Layer.Parameters.Where(parameter => parameter.NeedsGradient))
            if (InBlob(parameter, parameter.Diff, hasSamples: false) is { } found)
                return WithSample(node, Of(node, found, ReplayPart.Gradient), one => one.WorstGradient());
        return null;
    }

    /// <summary>In the values or gradients of a blob.</summary>
    public ReplayFinding? InBlob(Blob<T> blob, ReadOnlySpan<T> numbers, bool hasSamples = true)
    {
        var place = FirstNonFinite(numbers);
        if (place < 0)
            return null;
        var isOfSamples = hasSamples && blob.Shape.Rank > 0 && blob.Shape[0] == samples;
        var size = isOfSamples ? blob.Count / blob.Shape[0] : blob.Count;
        var first = place / size * size;
        var from = Math.Max(first, place - Neighbours);
        var to = Math.Min(first + size, place + Neighbours + 1);
        return new ReplayFinding
        {
            Layer = "",
            LayerType = "",
            Blob = blob.Name,
            Part = ReplayPart.Value,
            Sample = isOfSamples ? place / size : null,
            Index = IndexOf(place, blob.Shape),
            Value = double.CreateTruncating(numbers[place]),
            Around = [.. numbers[from..to].ToArray().Select(double.CreateTruncating)],
            PlaceInAround = place - from,
        };
    }

    private ReplayFinding Of(NetNode<T> node, ReplayFinding found, ReplayPart part) => found with
    {
        Layer = node.Layer.Name,
        LayerType = node.Layer.Type,
        Part = part,
        Inputs = Inputs(node, found.Sample),
    };

    // A number that belongs to the whole batch, such as a loss or the gradient of a weight, is made of all samples:
    // each is passed through the layer alone.
    private ReplayFinding WithSample(NetNode<T> node, ReplayFinding found, Func<SingleSample<T>, double> worst)
    {
        if (found.Sample is not null || samples is not { } count)
            return found;
        var (sample, largest) = (-1, double.NegativeInfinity);
        for (var i = 0; i < count; i++)
        {
            if (SingleSample<T>.TryRun(node, i, count) is not { } one)
                return found;
            var size = worst(one);
            if (!(size > largest) && double.IsFinite(size))
                continue;
            (sample, largest) = (i, size);
            if (!double.IsFinite(size))
                break;
        }
        return found with { Sample = sample, SampleAlone = !double.IsFinite(largest), Inputs = Inputs(node, sample) };
    }

    private List<ReplayInput> Inputs(NetNode<T> node, int? sample) =>
    [
        .. node.Bottom.Select(blob => sample is { } index && blob.Shape.Rank > 0 && blob.Shape[0] == samples
            ? Extremes(blob.Name, blob.Data.Slice(index * (blob.Count / samples.Value), blob.Count / samples.Value))
            : Extremes(blob.Name, blob.Data)),
        .. node.Layer.Parameters.Select(parameter => Extremes(parameter.Name, parameter.Data)),
    ];

    private static ReplayInput Extremes(string name, ReadOnlySpan<T> values)
    {
        var (min, max) = (double.NaN, double.NaN);
        foreach (var value in values)
        {
            var number = double.CreateTruncating(value);
            if (!double.IsFinite(number))
                continue;
            min = number < min || double.IsNaN(min) ? number : min;
            max = number > max || double.IsNaN(max) ? number : max;
        }
        return new ReplayInput(name, min, max);
    }

    private static int FirstNonFinite(ReadOnlySpan<T> numbers)
    {
        for (var i = 0; i < numbers.Length; i++)
            if (!T.IsFinite(numbers[i]))
                return i;
        return -1;
    }

    private static int[] IndexOf(int place, Shape shape)
    {
        var index = new int[shape.Rank];
        for (var axis = shape.Rank - 1; axis >= 0; axis--)
            (place, index[axis]) = Math.DivRem(place, shape[axis]);
        return index;
    }
}
