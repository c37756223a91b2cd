using NeuralFramework.Layers;

namespace NeuralFramework.Interop;

/// <summary>Writes layers that move a window over images.</summary>
internal static class OnnxImages
{
    public static readonly Dictionary<string, Action<OnnxLayer>> Writers = new()
    {
        ["Convolution"] = layer => Convolution(layer, "Conv"),
        ["Deconvolution"] = layer => Convolution(layer, "ConvTranspose"),
        ["Pooling"] = Pooling,
        ["SPP"] = SPP,
    };

    private static void Convolution(OnnxLayer layer, string type)
    {
        var options = (ConvolutionBaseOptions)layer.Node.Config.Options;
        var (height, width) = (Of(options.Pad, 0), Of(options.Pad, 1));
        string[] operands = options.BiasTerm
            ? [layer.X, layer.Parameter(0), layer.Parameter(1)] : [layer.X, layer.Parameter(0)];
        layer.Top(layer.Op(type, operands, ("kernel_shape", Both(options.KernelSize)), ("strides", Both(options.Stride)),
            ("pads", [height, width, height, width]), ("dilations", Both(options.Dilation)), ("group", options.Group)));
    }

    private static void Pooling(OnnxLayer layer)
    {
        var options = layer.Options<PoolingOptions>();
        if (options.GlobalPooling && options.Pool != PoolingMethod.Stochastic && layer.Tops.Count == 1)
        {
            layer.Top(layer.Op(options.Pool == PoolingMethod.Max ? "GlobalMaxPool" : "GlobalAveragePool", layer.X));
            return;
        }
        var kernel = options.GlobalPooling ? [layer.Shape[2], layer.Shape[3]] : Both(options.KernelSize!);
        var pool = new Pool(layer, kernel, Both(options.Stride), Both(options.Pad),
            [layer.Node.Top[0].Shape[2], layer.Node.Top[0].Shape[3]]);
        switch (options.Pool)
        {
            case PoolingMethod.Max:
                WriteMax(layer, pool);
                break;
            case PoolingMethod.Ave:
                layer.Top(pool.Mean(layer.X));
                break;
            default:
                layer.Top(WeightedMean(layer, pool));
                break;
        }
    }

    private static void WriteMax(OnnxLayer layer, Pool pool)
    {
        var results = pool.Max(layer.X, layer.Tops.Count);
        layer.Top(results[0]);
        if (layer.Tops.Count == 1)
            return;
        // The operator counts through the whole tensor, the layer through the plane.
        var plane = layer.Op("Mod", [results[1], layer.Ints(layer.Shape.SizeOf(2))]);
        layer.Top(layer.Op("Cast", plane, ("to", (long)OnnxType.Float)), 1);
    }

    // Σ x² / Σ x, 0 where the sum is not above 0: what stochastic pooling is outside of training.
    private static string WeightedMean(OnnxLayer layer, Pool pool)
    {
        var mean = pool.Mean(layer.X);
        var quotient = layer.Op("Div", [pool.Mean(layer.Op("Mul", [layer.X, layer.X])), mean]);
        return layer.Op("Where", [layer.Op("Greater", [mean, layer.Number(0)]), quotient, layer.Number(0)]);
    }

    private static void SPP(OnnxLayer layer)
    {
        var options = layer.Options<SPPOptions>();
        var levels = new string[options.PyramidHeight];
        for (var level = 0; level < levels.Length; level++)
        {
            var windows = 1 << level;
            long[] image = [layer.Shape[2], layer.Shape[3]];
            long[] kernel = [.. image.Select(extent => (extent + windows - 1) / windows)];
            long[] pads = [.. image.Zip(kernel, (extent, size) => (size * windows - extent + 1) / 2)];
            var pool = new Pool(layer, kernel, kernel, pads, [windows, windows]);
            levels[level] = options.Pool == SPPMethod.Max ? pool.Max(layer.X, 1)[0] : pool.Mean(layer.X);
        }
        layer.Top(levels.Length == 1 ? levels[0] : layer.Op("Concat",
            [.. levels.Select(level => layer.Op("Flatten", level, ("axis", 1L)))], ("axis", 1L)));
    }

    private static long Of(OneOrMany<int> option, int axis) => option[option.Count == 1 ? 0 : axis];

    private static long[] Both(OneOrMany<int> option) => [Of(option, 0), Of(option, 1)];

    /// <summary>A window that moves over planes. How often it fits is written out by the pad behind the image, as the
    /// operators' own rounding up has changed from version to version.</summary>
    private sealed class Pool
    {
        private readonly OnnxLayer layer;
        private readonly long[] kernel;
        private readonly long[] strides;
        private readonly long[] pads;
        private readonly long[] behind = new long[2];

        public Pool(OnnxLayer layer, long[] kernel, long[] strides, long[] pads, long[] counts)
        {
            (this.layer, this.kernel, this.strides, this.pads) = (layer, kernel, strides, pads);
            if (!layer.Shapes.IsFixed(layer.Node.Bottom[0], 2) || !layer.Shapes.IsFixed(layer.Node.Bottom[0], 3))
                throw layer.NotExportable($"the height or width of {layer.Node.Bottom[0]} depends on the batch");
            for (var axis = 0; axis < 2; axis++)
                behind[axis] = Math.Max(0, (counts[axis] - 1) * strides[axis] + kernel[axis]
                    - layer.Shape[2 + axis] - pads[axis]);
        }

        public string[] Max(string x, int outputs) => layer.Ops("MaxPool", [x], outputs,
            ("kernel_shape", kernel), ("strides", strides), ("pads", [pads[0], pads[1], behind[0], behind[1]]));

        // A mean counts the pads, but not what a window covers behind them: where windows reach there, the pads become a
        // part of the image.
        public string Mean(string x)
        {
            var reachesOver = behind[0] > pads[0] || behind[1] > pads[1];
            if (!reachesOver)
                return Average(x, [pads[0], pads[1], behind[0], behind[1]], countsPads: true);
            if (pads.Any(pad => pad > 0))
                x = layer.Op("Pad", [x, layer.Ints(0, 0, pads[0], pads[1], 0, 0, pads[0], pads[1])]);
            return Average(x, [0, 0, Math.Max(0, behind[0] - pads[0]), Math.Max(0, behind[1] - pads[1])], false);
        }

        private string Average(string x, long[] around, bool countsPads) => layer.Op("AveragePool", x,
            ("kernel_shape", kernel), ("strides", strides), ("pads", around), ("count_include_pad", countsPads ? 1L : 0L));
    }
}
