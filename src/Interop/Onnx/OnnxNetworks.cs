using System.Text.Json.Nodes;

namespace NeuralFramework.Interop;

/// <summary>Operators of nets that see: convolutions, pools, normalisations.</summary>
internal static class OnnxNetworks
{
    public static readonly Dictionary<string, Action<OnnxContext>> Readers = new()
    {
        ["Conv"] = op => Convolution(op, "Convolution"),
        ["ConvTranspose"] = op => Convolution(op, "Deconvolution"),
        ["MaxPool"] = op => Pool(op, "max"),
        ["AveragePool"] = op => Pool(op, "ave"),
        ["GlobalMaxPool"] = op => op.Become("Pooling", new() { ["pool"] = "max", ["global_pooling"] = true }),
        ["GlobalAveragePool"] = op => op.Become("Pooling", new() { ["pool"] = "ave", ["global_pooling"] = true }),
        ["BatchNormalization"] = BatchNormalization,
        ["InstanceNormalization"] = op => op.Become("GroupNorm", new()
        {
            ["groups"] = op.Shape[1], ["eps"] = op.Float("epsilon", 1e-5),
        }, op.Floats(1), op.Floats(2)),
        ["LayerNormalization"] = LayerNormalization,
        ["LRN"] = op => op.Become("LRN", new()
        {
            ["local_size"] = (int)op.Int("size", 0), ["alpha"] = op.Float("alpha", 1e-4), ["beta"] = op.Float("beta", 0.75),
            ["k"] = op.Float("bias", 1),
        }),
    };

    private static void Convolution(OnnxContext op, string type)
    {
        var shape = op.ShapeOf(1);
        if (shape.Rank != 4 || op.Shape.Rank != 4)
            throw op.NotMapped($"its kernels have the shape {shape}, allowed: those for images, of four axes");
        if (op.Ints("output_padding") is { } extra && extra.Any(value => value != 0) || op.Attribute("output_shape") is not null)
            throw op.NotMapped("received output_padding or output_shape, allowed: neither");
        var group = (int)op.Int("group", 1);
        int[] kernel = [shape[2], shape[3]];
        var hasBias = op.Has(2);
        var options = Window(op, kernel);
        options["num_output"] = type == "Convolution" ? shape[0] : shape[1] * group;
        options["kernel_size"] = OnnxContext.Array(kernel);
        options["dilation"] = Both(op, "dilations", 1);
        options["group"] = group;
        options["bias_term"] = hasBias;
        var (before, behind) = Pads(op);
        options["pad"] = before.SequenceEqual(behind) ? OnnxContext.Array(before)
            : throw op.NotMapped($"received the pads {string.Join(", ", before.Concat(behind))}, allowed: the same before and behind");
        op.Become(type, options, hasBias ? [op.Floats(1), op.Floats(2)] : [op.Floats(1)]);
    }

    private static JsonObject Window(OnnxContext op, int[] kernel)
    {
        var padding = op.Text("auto_pad", "NOTSET");
        if (padding is not ("NOTSET" or "VALID"))
            throw op.NotMapped($"received auto_pad {padding}, allowed: NOTSET, VALID");
        if (op.Ints("kernel_shape") is { } given && !given.SequenceEqual(kernel.Select(extent => (long)extent)))
            throw op.NotMapped($"received kernel_shape {string.Join('×', given)} for {string.Join('×', kernel)}, allowed: the same");
        return new JsonObject { ["stride"] = Both(op, "strides", 1) };
    }

    private static JsonArray Both(OnnxContext op, string name, int otherwise)
    {
        var values = op.Ints(name) ?? [otherwise, otherwise];
        return values.Length == 2 && values.All(value => value is >= 1 and <= int.MaxValue)
            ? OnnxContext.Array(values.Select(value => (int)value))
            : throw op.NotMapped($"received {name} {string.Join(", ", values)}, allowed: two of 1 or more");
    }

    private static (int[] Before, int[] Behind) Pads(OnnxContext op)
    {
        var pads = op.Ints("pads") ?? [0, 0, 0, 0];
        return pads.Length == 4 && pads.All(pad => pad is >= 0 and <= int.MaxValue)
            ? ([(int)pads[0], (int)pads[1]], [(int)pads[2], (int)pads[3]])
            : throw op.NotMapped($"received the pads {string.Join(", ", pads)}, allowed: four of 0 or more");
    }

    // The layer's own rounding gives the same windows where the pads behind are those before, or reach to where a last
    // window that is begun ends.
    private static void Pool(OnnxContext op, string method)
    {
        if (op.Ints("kernel_shape") is not { Length: 2 } given || given.Any(extent => extent is < 1 or > int.MaxValue)
            || op.Shape.Rank != 4)
            throw op.NotMapped("it is for something else than images");
        if (op.Ints("dilations")?.Any(value => value != 1) == true)
            throw op.NotMapped("received dilations, allowed: none");
        int[] kernel = [.. given.Select(extent => (int)extent)];
        var options = Window(op, kernel);
        var (before, behind) = Pads(op);
        options["pool"] = method;
        options["kernel_size"] = OnnxContext.Array(kernel);
        options["pad"] = OnnxContext.Array(before);
        var strides = options["stride"]!.AsArray().Select(value => (int)value!).ToArray();
        var isCeil = op.Int("ceil_mode", 0) != 0;
        if (method == "ave" && !CountsAlike(op, before, behind))
            throw op.NotMapped("it counts its pads in another way: count_include_pad 0 with pads before the image");
        long[] counts = [.. Enumerable.Range(0, 2).Select(axis =>
            Windows(op.Shape[2 + axis], kernel[axis], strides[axis], before[axis], behind[axis], isCeil))];
        var isFloor = Enumerable.Range(0, 2).All(axis => counts[axis]
            == Windows(op.Shape[2 + axis], kernel[axis], strides[axis], before[axis], before[axis], false));
        options["round_mode"] = isFloor ? "floor" : "ceil";
        if (op.Node.Outputs.Length > 1 && op.Node.Outputs[1].Length > 0)
            throw op.NotMapped("its places are counted through the whole tensor, those of the layer through a plane");
        var made = op.Add("Pooling", options, [op.X], [op.Node.Outputs[0]])[0];
        for (var axis = 0; axis < 2; axis++)
        {
            if (made.Shape[2 + axis] != counts[axis])
                throw op.NotMapped($"with the pads {string.Join(", ", before.Concat(behind))} there are {counts[axis]} windows, and "
                    + $"{made.Shape[2 + axis]} with the same pads before and behind");
        }
    }

    private static long Windows(long image, int kernel, int stride, int before, int behind, bool isCeil)
    {
        var count = (image + before + behind - kernel + (isCeil ? stride - 1 : 0)) / stride + 1;
        return isCeil && (count - 1) * stride >= image + before ? count - 1 : count;
    }

    // The layer counts pads of its own, but not what a window covers behind them.
    private static bool CountsAlike(OnnxContext op, int[] before, int[] behind) =>
        op.Int("count_include_pad", 0) != 0
            ? behind.Zip(before, (last, first) => last <= first).All(fits => fits)
            : before.All(pad => pad == 0);

    private static void BatchNormalization(OnnxContext op)
    {
        if (op.Int("training_mode", 0) != 0)
            throw op.NotMapped("received training_mode 1, allowed: 0");
        op.Become("BatchNorm", new() { ["eps"] = op.Float("epsilon", 1e-5) },
            op.Floats(1), op.Floats(2), op.Floats(3), op.Floats(4), [1]);
    }

    private static void LayerNormalization(OnnxContext op)
    {
        var axis = op.Axis(op.Int("axis", -1));
        var bias = op.Has(2) ? op.Floats(2) : new float[op.Shape.SizeOf(axis)];
        op.Become("LayerNorm", new() { ["axis"] = axis, ["eps"] = op.Float("epsilon", 1e-5) }, op.Floats(1), bias);
    }
}
