using NeuralFramework.Layers;

namespace NeuralFramework.Interop;

/// <summary>Writes layers that map each element by itself.</summary>
internal static class OnnxElementwise
{
    public static readonly Dictionary<string, Action<OnnxLayer>> Writers = new()
    {
        ["ReLU"] = ReLU,
        ["PReLU"] = PReLU,
        ["ELU"] = layer => layer.Top(layer.Op("Elu", layer.X, ("alpha", (float)layer.Options<ELUOptions>().Alpha))),
        ["Sigmoid"] = layer => layer.Top(layer.Op("Sigmoid", layer.X)),
        ["TanH"] = layer => layer.Top(layer.Op("Tanh", layer.X)),
        ["GELU"] = GELU,
        ["Swish"] = Swish,
        ["BNLL"] = layer => layer.Top(layer.Op("Softplus", layer.X)),
        ["Clip"] = Clip,
        ["Threshold"] = Threshold,
        ["AbsVal"] = layer => layer.Top(layer.Op("Abs", layer.X)),
        ["Negate"] = layer => layer.Top(layer.Op("Neg", layer.X)),
        ["Reciprocal"] = layer => layer.Top(layer.Op("Reciprocal", layer.X)),
        ["Exp"] = Exp,
        ["Log"] = Log,
        ["Power"] = Power,
        ["Dropout"] = layer => layer.Top(layer.X),
        ["Split"] = layer =>
        {
            for (var i = 0; i < layer.Node.Top.Count; i++)
                layer.Top(layer.X, i);
        },
        ["Silence"] = _ => { },
    };

    private static void ReLU(OnnxLayer layer)
    {
        var slope = layer.Options<ReLUOptions>().NegativeSlope;
        layer.Top(slope == 0 ? layer.Op("Relu", layer.X) : layer.Op("LeakyRelu", layer.X, ("alpha", (float)slope)));
    }

    private static void PReLU(OnnxLayer layer)
    {
        var slope = layer.Node.Layer.Parameters[0];
        // Aligned from the last axis, the channels need an axis of 1 for each behind theirs.
        long[] dims = [slope.Count, .. Enumerable.Repeat(1L, Math.Max(0, layer.Shape.Rank - 2))];
        layer.Top(layer.Op("PRelu", [layer.X, layer.Parameter(0, dims)]));
    }

    private static void GELU(OnnxLayer layer)
    {
        var erf = layer.Op("Erf", layer.Op("Div", [layer.X, layer.Number(Math.Sqrt(2))]));
        var distribution = layer.Op("Mul", [layer.Op("Add", [erf, layer.Number(1)]), layer.Number(0.5)]);
        layer.Top(layer.Op("Mul", [layer.X, distribution]));
    }

    private static void Swish(OnnxLayer layer)
    {
        var scaled = Scaled(layer, layer.X, layer.Options<SwishOptions>().Beta, 0);
        layer.Top(layer.Op("Mul", [layer.X, layer.Op("Sigmoid", scaled)]));
    }

    private static void Clip(OnnxLayer layer)
    {
        var options = layer.Options<ClipOptions>();
        layer.Top(layer.Op("Clip", [layer.X, layer.Number(options.Min), layer.Number(options.Max)]));
    }

    private static void Threshold(OnnxLayer layer)
    {
        var isAbove = layer.Op("Greater", [layer.X, layer.Number(layer.Options<ThresholdOptions>().Threshold)]);
        layer.Top(layer.Op("Cast", isAbove, ("to", (long)OnnxType.Float)));
    }

    private static void Exp(OnnxLayer layer)
    {
        var options = layer.Options<ExpOptions>();
        var logarithm = options.Base == -1 ? 1 : Math.Log(options.Base);
        layer.Top(layer.Op("Exp", Scaled(layer, layer.X, options.Scale * logarithm, options.Shift * logarithm)));
    }

    private static void Log(OnnxLayer layer)
    {
        var options = layer.Options<LogOptions>();
        var logarithm = layer.Op("Log", Scaled(layer, layer.X, options.Scale, options.Shift));
        layer.Top(options.Base == -1 ? logarithm : Scaled(layer, logarithm, 1 / Math.Log(options.Base), 0));
    }

    private static void Power(OnnxLayer layer)
    {
        var options = layer.Options<PowerOptions>();
        var scaled = Scaled(layer, layer.X, options.Scale, options.Shift);
        layer.Top(options.Power == 1 ? scaled : layer.Op("Pow", [scaled, layer.Number(options.Power)]));
    }

    /// <summary>x · scale + shift, without what changes nothing.</summary>
    public static string Scaled(OnnxLayer layer, string x, double scale, double shift)
    {
        if (scale != 1)
            x = layer.Op("Mul", [x, layer.Number(scale)]);
        return shift == 0 ? x : layer.Op("Add", [x, layer.Number(shift)]);
    }
}
