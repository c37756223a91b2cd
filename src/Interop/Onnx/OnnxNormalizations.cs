using System.Numerics.Tensors;
using NeuralFramework.Layers;

namespace NeuralFramework.Interop;

/// <summary>Writes layers that normalise.</summary>
internal static class OnnxNormalizations
{
    public static readonly Dictionary<string, Action<OnnxLayer>> Writers = new()
    {
        ["BatchNorm"] = BatchNorm,
        ["GroupNorm"] = GroupNorm,
        ["LayerNorm"] = LayerNorm,
        ["MVN"] = MVN,
        ["LRN"] = LRN,
        ["Softmax"] = layer => layer.Top(layer.Op("Softmax", layer.X, ("axis",
            (long)layer.Shape.CanonicalAxis(layer.Options<SoftmaxOptions>().Axis)))),
    };

    private static void BatchNorm(OnnxLayer layer)
    {
        var options = layer.Options<BatchNormOptions>();
        if (options.UseGlobalStats == false)
        {
            int[] axes = [.. Enumerable.Range(0, layer.Shape.Rank).Where(axis => axis != 1)];
            var normalized = Normalized(layer, layer.X, axes, options.Eps);
            layer.Top(options.ScaleBias ? ByChannel(layer, normalized) : normalized);
            return;
        }
        var channels = layer.Shape[1];
        var statistics = options.ScaleBias ? 2 : 0;
        layer.Top(layer.Op("BatchNormalization",
            [
                layer.X,
                options.ScaleBias ? layer.Parameter(0) : Filled(layer, "ones", 1, channels),
                options.ScaleBias ? layer.Parameter(1) : Filled(layer, "zeros", 0, channels),
                Running(layer, "mean", statistics), Running(layer, "variance", statistics + 1),
            ], ("epsilon", (float)options.Eps)));
    }

    // The layer keeps sums and the weight of what was summed; 0 means that the values are what they stand for.
    private static string Running(OnnxLayer layer, string what, int index)
    {
        var parameters = layer.Node.Layer.Parameters;
        var weight = parameters[^1].Data[0];
        var values = parameters[index].Data.ToArray();
        if (weight != 0)
            TensorPrimitives.Divide(values, weight, values);
        return layer.Floats(what, values, values.Length);
    }

    private static void GroupNorm(OnnxLayer layer)
    {
        var options = layer.Options<GroupNormOptions>();
        var groups = layer.Op("Reshape", [layer.X, layer.Ints(0, options.Groups, -1)]);
        var normalized = layer.ReshapedLike(Normalized(layer, groups, [2], options.Eps), layer.X);
        layer.Top(options.ScaleBias ? ByChannel(layer, normalized) : normalized);
    }

    private static void LayerNorm(OnnxLayer layer)
    {
        var options = layer.Options<LayerNormOptions>();
        var axis = layer.Shape.CanonicalAxis(options.Axis);
        long[] dims = [.. layer.Shape.Skip(axis).Select(extent => (long)extent)];
        string[] operands = options.ScaleBias
            ? [layer.X, layer.Parameter(0), layer.Parameter(1)] : [layer.X, Filled(layer, "ones", 1, dims)];
        layer.Top(layer.Op("LayerNormalization", operands, ("axis", (long)axis), ("epsilon", (float)options.Eps)));
    }

    private static void MVN(OnnxLayer layer)
    {
        var options = layer.Options<MVNOptions>();
        int[] axes = [.. Enumerable.Range(0, layer.Shape.Rank).Skip(options.AcrossChannels ? 1 : 2)];
        if (axes.Length == 0)
            throw layer.NotExportable($"the bottom {layer.Node.Bottom[0]} has no axes behind the channels");
        var centred = Centred(layer, layer.X, axes);
        if (!options.NormalizeVariance)
        {
            layer.Top(centred);
            return;
        }
        var deviation = layer.Op("Sqrt", Variance(layer, centred, axes));
        layer.Top(layer.Op("Div", [centred, layer.Op("Add", [deviation, layer.Number(options.Eps)])]));
    }

    private static void LRN(OnnxLayer layer)
    {
        var options = layer.Options<LRNOptions>();
        if (options.NormRegion == NormRegion.WithinChannel)
        {
            WithinChannel(layer, options);
            return;
        }
        // The operator takes images alone.
        var image = layer.Shape.Rank == 4 ? layer.X
            : layer.Op("Reshape", [layer.X, layer.Ints(0, layer.Shape[1], -1, 1)]);
        var result = layer.Op("LRN", image, ("size", (long)options.LocalSize), ("alpha", (float)options.Alpha),
            ("beta", (float)options.Beta), ("bias", (float)options.K));
        layer.Top(layer.Shape.Rank == 4 ? result : layer.ReshapedLike(result, layer.X));
    }

    private static void WithinChannel(OnnxLayer layer, LRNOptions options)
    {
        long pad = options.LocalSize / 2;
        var mean = layer.Op("AveragePool", layer.Op("Mul", [layer.X, layer.X]),
            ("kernel_shape", [options.LocalSize, options.LocalSize]), ("pads", [pad, pad, pad, pad]),
            ("count_include_pad", 1L));
        var scale = OnnxElementwise.Scaled(layer, mean, options.Alpha, options.K);
        layer.Top(layer.Op("Mul", [layer.X, layer.Op("Pow", [scale, layer.Number(-options.Beta)])]));
    }

    private static string Normalized(OnnxLayer layer, string x, int[] axes, double eps)
    {
        var centred = Centred(layer, x, axes);
        var variance = layer.Op("Add", [Variance(layer, centred, axes), layer.Number(eps)]);
        return layer.Op("Div", [centred, layer.Op("Sqrt", variance)]);
    }

    private static string Centred(OnnxLayer layer, string x, int[] axes) =>
        layer.Op("Sub", [x, Mean(layer, x, axes)]);

    private static string Variance(OnnxLayer layer, string centred, int[] axes) =>
        Mean(layer, layer.Op("Mul", [centred, centred]), axes);

    private static string Mean(OnnxLayer layer, string x, int[] axes) =>
        layer.Op("ReduceMean", x, ("axes", [.. axes.Select(axis => (long)axis)]), ("keepdims", 1L));

    private static string ByChannel(OnnxLayer layer, string x)
    {
        long[] dims = [layer.Shape[1], .. Enumerable.Repeat(1L, layer.Shape.Rank - 2)];
        return layer.Op("Add", [layer.Op("Mul", [x, layer.Parameter(0, dims)]), layer.Parameter(1, dims)]);
    }

    private static string Filled(OnnxLayer layer, string what, float value, params long[] dims)
    {
        var values = new float[dims.Aggregate(1L, (size, extent) => size * extent)];
        Array.Fill(values, value);
        return layer.Floats(what, values, dims);
    }
}
