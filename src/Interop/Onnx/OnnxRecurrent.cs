using NeuralFramework.Layers;

namespace NeuralFramework.Interop;

/// <summary>Writes recurrent layers: one operator for each layer of a stack, with the gates put into ONNX's order.</summary>
internal static class OnnxRecurrent
{
    public static readonly Dictionary<string, Action<OnnxLayer>> Writers = new()
    {
        ["LSTM"] = layer => Write(layer, "LSTM", 2, [0, 3, 1, 2]),
        ["GRU"] = layer => Write(layer, "GRU", 1, [1, 0, 2]),
        ["RNN"] = layer => Write(layer, "RNN", 1, [0]),
    };

    // The order says which of our blocks ONNX has at each place: i, o, f, g for the LSTM, z, r, n for the GRU.
    private static void Write(OnnxLayer layer, string type, int states, int[] order)
    {
        var options = (RecurrentOptions)layer.Node.Config.Options;
        RequireNoMarks(layer);
        if (options.CarryState)
            throw layer.NotExportable("a graph has no state that it carries from one run to the next (carry_state); with "
                + "expose_hidden it has inputs and outputs for it");
        var directions = options.Bidirectional ? 2 : 1;
        var x = layer.Shape.Rank == 3 ? layer.X
            : layer.Op("Reshape", [layer.X, layer.Ints(0, 0, layer.Shape.SizeOf(2))]);
        var finals = new List<string[]>();
        for (var i = 0; i < options.NumLayers; i++)
        {
            var operands = Operands(layer, x, i, directions, states, order);
            var results = layer.Ops(type, operands, 1 + states, Attributes(layer, options, directions));
            finals.Add(results);
            var byStep = layer.Op("Transpose", results[0], ("perm", [0, 2, 1, 3]));
            x = layer.Op("Reshape", [byStep, layer.Ints(0, 0, directions * options.NumOutput)]);
        }
        layer.Top(x);
        for (var state = 1; state < layer.Tops.Count; state++)
            layer.Top(finals.Count == 1 ? finals[0][state]
                : layer.Op("Concat", [.. finals.Select(results => results[state])], ("axis", 0L)), state);
    }

    private static void RequireNoMarks(OnnxLayer layer)
    {
        if (layer.Bottoms.Count < 2)
            return;
        var marks = layer.Node.Bottom[1];
        if (!layer.IsConstant(1) || marks.Data.ContainsAnyExcept(1f))
            throw layer.NotExportable($"its bottom {marks} says where sequences begin and end, for which ONNX's operator "
                + "has no input; allowed: a layer of type Constant with ones, and sequences of one length");
    }

    private static OnnxAttribute[] Attributes(OnnxLayer layer, RecurrentOptions options, int directions)
    {
        var attributes = new List<OnnxAttribute>
        {
            ("hidden_size", (long)options.NumOutput),
            ("direction", options.Bidirectional ? "bidirectional" : options.Reverse ? "reverse" : "forward"),
        };
        if (options is GRUOptions)
            attributes.Add(("linear_before_reset", 1L));
        if (options is RNNOptions rnn)
            attributes.Add(("activations", [.. Enumerable.Repeat(rnn.Nonlinearity.ToString(), directions)]));
        return [.. attributes];
    }

    private static string[] Operands(OnnxLayer layer, string x, int index, int directions, int states, int[] order)
    {
        var perPass = layer.Node.Layer.Parameters.Count
            / (((RecurrentOptions)layer.Node.Config.Options).NumLayers * directions);
        var passes = Enumerable.Range(index * directions, directions)
            .Select(pass => layer.Node.Layer.Parameters.Skip(pass * perPass).Take(perPass).ToList()).ToList();
        var options = (RecurrentOptions)layer.Node.Config.Options;
        var hidden = options.NumOutput;
        var width = order.Length * hidden;
        var operands = new List<string>
        {
            x,
            layer.Floats($"W{index}", Joined(passes, pass => Ordered(pass[0].Data, order)),
                directions, width, passes[0][0].Shape[1]),
            layer.Floats($"R{index}", Joined(passes, pass => Ordered(pass[1].Data, order)), directions, width, hidden),
            options.BiasTerm
                ? layer.Floats($"B{index}", Joined(passes, pass => Biases(pass, order, hidden)), directions, 2 * width)
                : "",
            "",
        };
        for (var state = 0; state < states; state++)
            operands.Add(layer.Bottoms.Count > 2 ? Initial(layer, 2 + state, index, directions) : "");
        if (options is LSTMOptions { Peepholes: true })
            operands.Add(layer.Floats($"P{index}", Joined(passes, pass => Ordered(pass[^1].Data, [0, 2, 1])),
                directions, 3 * hidden));
        while (operands[^1].Length == 0)
            operands.RemoveAt(operands.Count - 1);
        return [.. operands];
    }

    private static string Initial(OnnxLayer layer, int bottom, int index, int directions)
    {
        if (layer.Node.Bottom[bottom].Shape[0] == directions)
            return layer.Bottoms[bottom];
        return layer.Op("Slice", [layer.Bottoms[bottom], layer.Ints(index * directions),
            layer.Ints((index + 1) * directions), layer.Ints(0)]);
    }

    // Of the input and of the recurrent product. The GRU's last block has one of each, the others their sum alone.
    private static float[] Biases(List<Parameter<float>> pass, int[] order, int hidden)
    {
        var ofProduct = Ordered(pass[2].Data, order);
        var ofInput = new float[ofProduct.Length];
        if (order.Length != 3)
            return [.. ofProduct, .. ofInput];
        pass[3].Data.CopyTo(ofInput.AsSpan(2 * hidden));
        return [.. ofInput, .. ofProduct];
    }

    private static float[] Joined(List<List<Parameter<float>>> passes, Func<List<Parameter<float>>, float[]> of) =>
        [.. passes.SelectMany(of)];

    private static float[] Ordered(ReadOnlySpan<float> blocks, int[] order)
    {
        var size = blocks.Length / order.Length;
        var result = new float[blocks.Length];
        for (var i = 0; i < order.Length; i++)
            blocks.Slice(order[i] * size, size).CopyTo(result.AsSpan(i * size));
        return result;
    }
}
