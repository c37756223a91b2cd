using System.Numerics.Tensors;
using System.Text.Json.Nodes;

namespace NeuralFramework.Interop;

/// <summary>Recurrent operators, whose gates are put into the layers' order.</summary>
internal static class OnnxSequences
{
    public static readonly Dictionary<string, Action<OnnxContext>> Readers = new()
    {
        // Which block of the operator's is ours at each place: ONNX has i, o, f, g and z, r, n; here are i, f, g, o and r, z, n.
        ["LSTM"] = op => Read(op, "LSTM", [0, 2, 3, 1]),
        ["GRU"] = op => Read(op, "GRU", [1, 0, 2]),
        ["RNN"] = op => Read(op, "RNN", [0]),
    };

    private static void Read(OnnxContext op, string type, int[] order)
    {
        var weights = op.ShapeOf(1);
        var hidden = (int)op.Int("hidden_size", 0);
        var direction = op.Text("direction", "forward");
        var directions = direction == "bidirectional" ? 2 : 1;
        Require(op, type, hidden, directions, weights, order.Length);
        var options = new JsonObject { ["num_output"] = hidden, ["bias_term"] = op.Has(3) };
        if (directions == 2)
            options["bidirectional"] = true;
        if (direction == "reverse")
            options["reverse"] = true;
        if (type == "LSTM" && op.Has(7))
            options["peepholes"] = true;
        if (type == "RNN" && op.Attribute("activations") is string[] names)
            options["nonlinearity"] = names[0].ToLowerInvariant();
        var parameters = Enumerable.Range(0, directions).SelectMany(pass => Parameters(op, type, hidden, directions, pass, order));
        var name = op.Node.Outputs.First(output => output.Length > 0);
        var made = op.Add(type, options, [op.X], [$"{name}/{type}"], [.. parameters])[0];
        Hand(op, made, hidden, directions, direction == "reverse");
    }

    private static void Require(OnnxContext op, string type, int hidden, int directions, Shape weights, int gates)
    {
        if (hidden < 1 || weights.Rank != 3 || weights[0] != directions || weights[1] != gates * hidden)
            throw op.NotMapped($"received hidden_size {hidden} and weights of {weights}, allowed: {directions}×{gates}·hidden_size×inputs");
        if (op.Int("layout", 0) != 0)
            throw op.NotMapped("received layout 1, allowed: 0, with time first");
        if (op.Has(4) && !op.IsConstant(4))
            throw op.NotMapped("it has lengths of sequences, allowed: none");
        if (type != "RNN" && op.Attribute("activations") is not null || op.Attribute("clip") is not null || op.Int("input_forget", 0) != 0)
            throw op.NotMapped("received activations, clip or input_forget, allowed: none");
        if (type == "GRU" && op.Int("linear_before_reset", 0) == 0)
            throw op.NotMapped("received linear_before_reset 0, allowed: 1, with the reset behind the recurrent product");
        if (type == "RNN" && op.Attribute("activations") is string[] names
            && (names.Distinct().Count() != 1 || names[0] is not ("Tanh" or "Relu" or "Sigmoid")))
            throw op.NotMapped($"received the activations {string.Join(", ", names)}, allowed: Tanh, Relu or Sigmoid, one for both directions");
        for (var state = 5; state <= 6; state++)
            if (op.Has(state) && (!op.IsConstant(state) || op.Floats(state).AsSpan().ContainsAnyExcept(0f)))
                throw op.NotMapped("it has initial states, allowed: none, or zeros");
    }

    private static IEnumerable<float[]> Parameters(OnnxContext op, string type, int hidden, int directions, int pass, int[] order)
    {
        yield return Ordered(Part(op.Floats(1), directions, pass), order);
        yield return Ordered(Part(op.Floats(2), directions, pass), order);
        if (op.Has(3))
        {
            var both = Part(op.Floats(3), directions, pass);
            var ofInput = Ordered(Part(both, 2, 0), order);
            var ofProduct = Ordered(Part(both, 2, 1), order);
            var apart = type == "GRU" ? hidden : 0;
            var sums = ofInput.AsSpan(0, Math.Max(0, ofInput.Length - apart));
            TensorPrimitives.Add(ofProduct.AsSpan(0, sums.Length), sums, ofProduct);
            yield return ofProduct;
            if (type == "GRU")
                yield return ofInput[^Math.Min(apart, ofInput.Length)..];
        }
        if (type == "LSTM" && op.Has(7))
            yield return Ordered(Part(op.Floats(7), directions, pass), [0, 2, 1]);
    }

    private static float[] Part(float[] values, int parts, int index) =>
        values.AsSpan(values.Length / parts * index, values.Length / parts).ToArray();

    private static float[] Ordered(float[] blocks, int[] order) =>
        [.. order.SelectMany(block => Part(blocks, order.Length, block))];

    // The operator's first output has an axis for the directions: T×directions×N×H.
    private static void Hand(OnnxContext op, Blob<float> made, int hidden, int directions, bool isReverse)
    {
        var (steps, count) = (made.Shape[0], made.Shape[1]);
        var outputs = op.Node.Outputs;
        if (outputs[0].Length > 0)
        {
            op.Add("Reshape", new() { ["shape"] = OnnxContext.Array([0, 0, directions, hidden]) }, [made], [$"{outputs[0]}/apart"]);
            op.Add("Transpose", new() { ["axes"] = OnnxContext.Array([0, 2, 1, 3]) }, [op.Made($"{outputs[0]}/apart")], [outputs[0]]);
        }
        if (outputs.Skip(1).Any(op.IsRead))
            Final(op, made, steps, count, directions, isReverse);
    }

    private static void Final(OnnxContext op, Blob<float> made, int steps, int count, int directions, bool isReverse)
    {
        if (op.Node.Outputs.Length > 2 && op.IsRead(op.Node.Outputs[2]))
            throw op.NotMapped("its last cell state is read, which the layer gives with expose_hidden alone");
        if (directions > 1)
            throw op.NotMapped("its last states in both directions are read, which the layer gives with expose_hidden alone");
        var name = op.Node.Outputs[1];
        var last = made;
        if (steps > 1)
        {
            string[] parts = isReverse ? [$"{name}/last", $"{name}/rest"] : [$"{name}/rest", $"{name}/last"];
            var cut = op.Add("Slice", new() { ["axis"] = 0, ["slice_point"] = isReverse ? 1 : steps - 1 }, [made], parts);
            op.Add("Silence", [], [cut[isReverse ? 1 : 0]], []);
            last = cut[isReverse ? 0 : 1];
        }
        op.Made(name, last);
        op.Remark = $"the last step is cut off behind {steps} steps; another number of steps takes another net";
    }
}
