using NeuralFramework.Layers;

namespace NeuralFramework.Interop;

/// <summary>Writes layers that join several blobs, element by element.</summary>
internal static class OnnxGates
{
    public static readonly Dictionary<string, Action<OnnxLayer>> Writers = new()
    {
        ["Add"] = layer => layer.Top(Fold(layer, "Add", layer.Bottoms)),
        ["Subtract"] = layer => layer.Top(Fold(layer, "Sub", layer.Bottoms)),
        ["Multiply"] = layer => layer.Top(Fold(layer, "Mul", layer.Bottoms)),
        ["Divide"] = layer => layer.Top(Fold(layer, "Div", layer.Bottoms)),
        ["Max"] = layer => layer.Top(layer.Op("Max", [.. layer.Bottoms])),
        ["Eltwise"] = Eltwise,
        ["Bias"] = layer => layer.Top(layer.Op("Add", [layer.X, Operand(layer, layer.Options<BiasOptions>().Axis)])),
        ["Scale"] = Scale,
        ["Constant"] = Source,
        ["Input"] = Source,
    };

    private static string Fold(OnnxLayer layer, string type, IEnumerable<string> values) =>
        values.Aggregate((left, right) => layer.Op(type, [left, right]));

    private static void Eltwise(OnnxLayer layer)
    {
        var options = layer.Options<EltwiseOptions>();
        layer.Top(options.Operation switch
        {
            EltwiseOperation.Prod => Fold(layer, "Mul", layer.Bottoms),
            EltwiseOperation.Max => layer.Op("Max", [.. layer.Bottoms]),
            _ => Fold(layer, "Add", layer.Bottoms.Select((bottom, i) =>
                OnnxElementwise.Scaled(layer, bottom, options.Coeff?[i] ?? 1, 0))),
        });
    }

    private static void Scale(OnnxLayer layer)
    {
        var options = layer.Options<ScaleOptions>();
        var scaled = layer.Op("Mul", [layer.X, Operand(layer, options.Axis)]);
        var bias = layer.Bottoms.Count > 1 ? 0 : 1;
        layer.Top(options.BiasTerm ? layer.Op("Add", [scaled, Repeatable(layer, bias, options.Axis)]) : scaled);
    }

    // Operators align shapes from the last axis: axes of 1 are put behind those that the operand has.
    private static string Operand(OnnxLayer layer, int axis)
    {
        if (layer.Bottoms.Count == 1)
            return Repeatable(layer, 0, axis);
        var rank = layer.Node.Bottom[1].Shape.Rank;
        long[] behind = [.. Enumerable.Range(rank, Behind(layer.Shape, rank, axis)).Select(place => (long)place)];
        return behind.Length == 0 ? layer.Bottoms[1] : layer.Op("Unsqueeze", [layer.Bottoms[1], layer.Ints(behind)]);
    }

    private static string Repeatable(OnnxLayer layer, int parameter, int axis)
    {
        var shape = layer.Node.Layer.Parameters[parameter].Shape;
        return layer.Parameter(parameter,
            [.. shape.Select(extent => (long)extent), .. Enumerable.Repeat(1L, Behind(layer.Shape, shape.Rank, axis))]);
    }

    private static int Behind(Shape x, int rank, int axis) => rank == 0 ? 0 : x.Rank - x.CanonicalAxis(axis) - rank;

    private static void Source(OnnxLayer layer)
    {
        for (var i = 0; i < layer.Node.Top.Count; i++)
        {
            var top = layer.Node.Top[i];
            layer.Top(layer.Node.Layer.Parameters.Count > 0 ? layer.Parameter(i)
                : layer.Floats($"values{i}", top.Data, [.. top.Shape.Select(extent => (long)extent)]), i);
        }
    }
}
