using NeuralFramework.Layers;

namespace NeuralFramework.Interop;

/// <summary>Writes layers that make few values of many.</summary>
internal static class OnnxReductions
{
    public static readonly Dictionary<string, Action<OnnxLayer>> Writers = new()
    {
        ["Reduction"] = layer =>
        {
            var options = layer.Options<ReductionOptions>();
            Reduce(layer, options.Operation, options.Axis, options.Coeff);
        },
        ["SumOfSquares"] = layer =>
            Reduce(layer, ReductionOperation.Sumsq, 0, layer.Options<SumOfSquaresOptions>().Coeff),
        ["ArgMax"] = ArgMax,
    };

    private static void Reduce(OnnxLayer layer, ReductionOperation operation, int axis, double coefficient)
    {
        var rank = layer.Shape.Rank;
        var first = rank == 0 ? 0 : layer.Shape.CanonicalAxis(axis);
        // Without axes, an operator reduces all.
        long[] axes = first == 0 ? [] : [.. Enumerable.Range(first, rank - first).Select(place => (long)place)];
        OnnxAttribute keep = ("keepdims", 0L);
        OnnxAttribute[] attributes = axes.Length == 0 ? [keep] : [("axes", axes), keep];
        var result = operation switch
        {
            ReductionOperation.Sum => layer.Op("ReduceSum", axes.Length == 0 ? [layer.X] : [layer.X, layer.Ints(axes)], keep),
            ReductionOperation.Asum => layer.Op("ReduceL1", layer.X, attributes),
            ReductionOperation.Sumsq => layer.Op("ReduceSumSquare", layer.X, attributes),
            _ => layer.Op("ReduceMean", layer.X, attributes),
        };
        layer.Top(OnnxElementwise.Scaled(layer, result, coefficient, 0));
    }

    private static void ArgMax(OnnxLayer layer)
    {
        var options = layer.Options<ArgMaxOptions>();
        var axis = options.Axis is { } given ? layer.Shape.CanonicalAxis(given) : 1;
        var extent = options.Axis is null ? layer.Shape.SizeOf(1) : layer.Shape[axis];
        var x = options.Axis is null ? layer.Op("Flatten", layer.X, ("axis", 1L)) : layer.X;
        // Of equal values the operator takes the first and the layer the last: the axis is turned around.
        var reversed = layer.Op("Slice", [x, layer.Ints(-1), layer.Ints(-extent - 1), layer.Ints(axis), layer.Ints(-1)]);
        var results = layer.Ops("TopK", [reversed, layer.Ints(options.TopK)], 2, ("axis", (long)axis));
        var places = layer.Op("Cast", results[1], ("to", (long)OnnxType.Float));
        var indices = layer.Op("Sub", [layer.Number(extent - 1), places]);
        if (options.Axis is not null)
        {
            layer.Top(options.OutMaxVal ? results[0] : indices);
            return;
        }
        var pair = layer.Op("Unsqueeze", [indices, layer.Ints(1)]);
        if (options.OutMaxVal)
            pair = layer.Op("Concat", [pair, layer.Op("Unsqueeze", [results[0], layer.Ints(1)])], ("axis", 1L));
        long[] behind = [.. Enumerable.Range(3, Math.Max(0, layer.Shape.Rank - 3)).Select(place => (long)place)];
        layer.Top(behind.Length == 0 ? pair : layer.Op("Unsqueeze", [pair, layer.Ints(behind)]));
    }
}
