using System.Text.Json.Nodes;

namespace NeuralFramework.Interop;

/// <summary>Which code makes a layer of which operator.</summary>
internal static class OnnxOperators
{
    private static readonly SortedDictionary<string, Action<OnnxContext>> Readers = new(
        new[] { OnnxFunctions.Readers, OnnxTensors.Readers, OnnxNetworks.Readers, OnnxSequences.Readers }
            .SelectMany(group => group).ToDictionary(), StringComparer.Ordinal);

    /// <summary>The operators that are known.</summary>
    public static IReadOnlyCollection<string> Types => Readers.Keys;

    /// <summary>Adds the layers of an operator.</summary>
    /// <exception cref="OnnxNotMappedException">There are none.</exception>
    public static void Map(OnnxContext context)
    {
        if (context.Node.Domain is not ("" or "ai.onnx"))
            throw context.NotMapped($"it is of the set '{context.Node.Domain}', allowed: the standard operators");
        if (!Readers.TryGetValue(context.Node.Type, out var read))
            throw context.NotMapped("there is no layer for it");
        if (context.Node.Outputs.Length == 0)
            throw context.NotMapped("it makes nothing");
        read(context);
    }
}

/// <summary>Operators that work element by element.</summary>
internal static class OnnxFunctions
{
    public static readonly Dictionary<string, Action<OnnxContext>> Readers = new()
    {
        ["Relu"] = op => op.Become("ReLU"),
        ["LeakyRelu"] = op => op.Become("ReLU", new() { ["negative_slope"] = op.Float("alpha", 0.01) }),
        ["PRelu"] = PRelu,
        ["Elu"] = op => op.Become("ELU", new() { ["alpha"] = op.Float("alpha", 1) }),
        ["Sigmoid"] = op => op.Become("Sigmoid"),
        ["Tanh"] = op => op.Become("TanH"),
        ["Softplus"] = op => op.Become("BNLL"),
        ["Gelu"] = op => op.Become(op.Text("approximate", "none") == "none" ? "GELU"
            : throw op.NotMapped($"received the approximation {op.Text("approximate", "")}, allowed: none")),
        ["Abs"] = op => op.Become("AbsVal"),
        ["Neg"] = op => op.Become("Negate"),
        ["Reciprocal"] = op => op.Become("Reciprocal"),
        ["Exp"] = op => op.Become("Exp"),
        ["Log"] = op => op.Become("Log"),
        ["Sqrt"] = op => op.Become("Power", new() { ["power"] = 0.5 }),
        ["Pow"] = op => op.Become("Power", new() { ["power"] = Scalar(op, 1) }),
        ["Clip"] = Clip,
        ["Identity"] = op => op.Alias(op.X),
        ["Dropout"] = op => op.Alias(op.X),
        ["Cast"] = Cast,
        ["Add"] = op => Join(op, "Add", "shift"),
        ["Mul"] = op => Join(op, "Multiply", "scale"),
        ["Sub"] = op => Join(op, "Subtract", null),
        ["Div"] = op => Join(op, "Divide", null),
        ["Sum"] = op => Join(op, "Add", null),
        ["Max"] = op => Join(op, "Max", null),
    };

    private static double Scalar(OnnxContext op, int input) => op.Floats(input) is [var value] ? value
        : throw op.NotMapped($"its input {input} has the shape {op.ShapeOf(input)}, allowed: one number");

    private static void PRelu(OnnxContext op)
    {
        var slopes = op.Floats(1);
        var isShared = slopes.Length == 1;
        var shape = op.ShapeOf(1);
        var behind = op.Shape.Rank - 2;
        if (!isShared && (shape.Rank != behind + 1 || shape[0] != slopes.Length))
            throw op.NotMapped($"its slopes have the shape {shape}, allowed: one, or one for each channel");
        op.Become("PReLU", new() { ["channel_shared"] = isShared }, slopes);
    }

    private static void Clip(OnnxContext op)
    {
        var min = op.Has(1) ? Scalar(op, 1) : op.Float("min", -double.MaxValue);
        var max = op.Has(2) ? Scalar(op, 2) : op.Float("max", double.MaxValue);
        op.Become("Clip", new() { ["min"] = min, ["max"] = max });
    }

    // Numbers here are float: whole ones stay what they are up to 2^24.
    private static void Cast(OnnxContext op)
    {
        var type = (OnnxType)op.Int("to", 0);
        if (type is not (OnnxType.Float or OnnxType.Double or OnnxType.Int64 or OnnxType.Int32))
            throw op.NotMapped($"received the type {type}, allowed: float, double, int32, int64");
        if (type is OnnxType.Int32 or OnnxType.Int64)
            op.Remark = "numbers stay float: what is behind the point is kept";
        op.Alias(op.X);
    }

    // One number joined with x is a factor or term of Power.
    private static void Join(OnnxContext op, string type, string? member)
    {
        if (op.Node.Inputs.Length == 2 && member is not null)
            for (var i = 0; i < 2; i++)
                if (op.IsConstant(i) && op.ShapeOf(i).Size == 1 && op.ShapeOf(i).Rank <= op.Blob(1 - i).Shape.Rank)
                {
                    op.Add("Power", new() { [member] = op.Floats(i)[0] }, [op.Blob(1 - i)], [op.Node.Outputs[0]]);
                    return;
                }
        Blob<float>[] operands = [.. Enumerable.Range(0, op.Node.Inputs.Length).Select(op.Blob)];
        if (operands.Length == 1)
            op.Alias(operands[0]);
        else
            op.Add(type, [], operands, [op.Node.Outputs[0]]);
    }
}

/// <summary>Operators that move, reduce or multiply.</summary>
internal static class OnnxTensors
{
    public static readonly Dictionary<string, Action<OnnxContext>> Readers = new()
    {
        ["Gemm"] = Gemm,
        ["MatMul"] = MatMul,
        ["Flatten"] = Flatten,
        ["Reshape"] = Reshape,
        ["Squeeze"] = Squeeze,
        ["Unsqueeze"] = Unsqueeze,
        ["Transpose"] = Transpose,
        ["Concat"] = op => op.Add("Concat", new() { ["axis"] = op.Axis(op.Int("axis", 1)) },
            [.. Enumerable.Range(0, op.Node.Inputs.Length).Select(op.Blob)], [op.Node.Outputs[0]]),
        ["Split"] = Split,
        ["Tile"] = Tile,
        ["Softmax"] = op => Softmax(op, op.Node.Outputs[0]),
        ["LogSoftmax"] = op =>
            op.Add("Log", [], [Softmax(op, $"{op.Node.Outputs[0]}/Softmax")], [op.Node.Outputs[0]]),
        ["Pad"] = op => op.Alias(op.Ints(1).All(pad => pad == 0) ? op.X : throw op.NotMapped("there is no layer that pads")),
        ["ReduceSum"] = op => Reduce(op, "sum"),
        ["ReduceMean"] = op => Reduce(op, "mean"),
        ["ReduceL1"] = op => Reduce(op, "asum"),
        ["ReduceSumSquare"] = op => Reduce(op, "sumsq"),
        ["Gather"] = Gather,
    };

    private static void Gemm(OnnxContext op)
    {
        if (op.Int("transA", 0) != 0)
            throw op.NotMapped("received transA 1, allowed: 0");
        var weights = Scaled(op.Floats(1), op.Float("alpha", 1));
        var isTransposed = op.Int("transB", 0) == 0;
        var outputs = op.ShapeOf(1) is { Rank: 2 } shape ? shape[isTransposed ? 1 : 0]
            : throw op.NotMapped($"its weights have the shape {op.ShapeOf(1)}, allowed: two axes");
        var hasBias = op.Has(2);
        var bias = hasBias ? Scaled(op.Floats(2), op.Float("beta", 1)) : [];
        if (hasBias && bias.Length == 1)
            bias = [.. Enumerable.Repeat(bias[0], outputs)];
        op.Become("InnerProduct", Options(outputs, hasBias, 1, isTransposed), hasBias ? [weights, bias] : [weights]);
    }

    private static JsonObject Options(int outputs, bool hasBias, int axis, bool isTransposed) => new()
    {
        ["num_output"] = outputs, ["bias_term"] = hasBias, ["axis"] = axis, ["transpose"] = isTransposed,
    };

    private static float[] Scaled(float[] values, double factor) =>
        factor == 1 ? values : System.Array.ConvertAll(values, value => (float)(value * factor));

    private static void MatMul(OnnxContext op)
    {
        if (op.IsConstant(1) && op.ShapeOf(1).Rank == 2 && op.Shape.Rank >= 1)
            op.Become("InnerProduct", Options(op.ShapeOf(1)[1], false, op.Shape.Rank - 1, true), op.Floats(1));
        else
            op.Add("MatMul", [], [op.Blob(0), op.Blob(1)], [op.Node.Outputs[0]]);
    }

    private static void Flatten(OnnxContext op)
    {
        var axis = op.Int("axis", 1) is var given && given == op.Shape.Rank ? (int)given : op.Axis(given);
        if (axis == 1 && op.Shape.Rank > 1)
            op.Become("Flatten");
        else
            op.Reshape(op.X, [op.Shape.SizeOf(0, axis), op.Shape.SizeOf(axis)]);
    }

    private static void Reshape(OnnxContext op)
    {
        if (op.Int("allowzero", 0) != 0)
            throw op.NotMapped("received allowzero 1, allowed: 0");
        var target = op.Ints(1);
        if (target.Any(extent => extent is < -1 or > int.MaxValue))
            throw op.NotMapped($"received the shape {string.Join('×', target)}, allowed: extents, 0 and -1");
        op.Reshape(op.X, [.. target.Select(extent => (int)extent)]);
    }

    private static long[] AxesOf(OnnxContext op) => op.Has(1) ? op.Ints(1) : op.Ints("axes") ?? [];

    private static void Squeeze(OnnxContext op)
    {
        var axes = AxesOf(op).Select(axis => op.Axis(axis)).ToHashSet();
        if (axes.Count == 0)
            axes = [.. Enumerable.Range(0, op.Shape.Rank).Where(axis => op.Shape[axis] == 1)];
        ReplaceAxes(op, axes.OrderDescending(), 1, []);
    }

    private static void Unsqueeze(OnnxContext op)
    {
        var given = AxesOf(op);
        var rank = op.Shape.Rank + given.Length;
        var axes = given.Select(axis => op.Axis(axis, rank)).ToHashSet();
        if (axes.Count != given.Length)
            throw op.NotMapped($"received the axes {string.Join(", ", given)}, allowed: each once");
        ReplaceAxes(op, axes.Order(), 0, [1]);
    }

    // One axis at a time: the others' extents, such as the batch, are not written down.
    private static void ReplaceAxes(OnnxContext op, IEnumerable<int> axes, int count, int[] by)
    {
        var x = op.X;
        foreach (var axis in axes)
            x = op.Add("Reshape", new() { ["shape"] = OnnxContext.Array(by), ["axis"] = axis, ["num_axes"] = count }, [x],
                [op.Node.Outputs[0]])[0];
        op.Alias(x);
    }

    private static void Transpose(OnnxContext op) => op.Become("Transpose", op.Ints("perm") is { } order
        ? new() { ["axes"] = OnnxContext.Array(order.Select(axis => op.Axis(axis))) } : []);

    private static void Split(OnnxContext op)
    {
        var axis = op.Axis(op.Int("axis", 0));
        var extents = op.Has(1) ? op.Ints(1) : op.Ints("split");
        var options = new JsonObject { ["axis"] = axis };
        if (extents is not null)
        {
            var end = 0;
            if (extents.Length > 1)
                options["slice_point"] = OnnxContext.Array(extents[..^1].Select(extent => end += (int)extent));
        }
        op.Add("Slice", options, [op.X], op.Node.Outputs);
    }

    private static void Tile(OnnxContext op)
    {
        var (copies, x) = (op.Ints(1), op.X);
        if (copies.Length != x.Shape.Rank || copies.Any(count => count is < 1 or > int.MaxValue))
            throw op.NotMapped($"received the copies {string.Join(", ", copies)}, allowed: 1 or more for each axis");
        int[] axes = [.. Enumerable.Range(0, copies.Length).Where(axis => copies[axis] > 1)];
        for (var i = 0; i < axes.Length; i++)
            x = op.Add("Tile", new() { ["axis"] = axes[i], ["tiles"] = (int)copies[axes[i]] }, [x], [op.Node.Outputs[0]])[0];
        op.Alias(x);
    }

    private static Blob<float> Softmax(OnnxContext op, string output)
    {
        var axis = op.Axis(op.Int("axis", op.Opset < 13 ? 1 : -1));
        if (op.Opset < 13 && axis != op.Shape.Rank - 1)
            throw op.NotMapped($"before version 13 it joins all axes from {axis} on, allowed: the last axis");
        return op.Add("Softmax", new() { ["axis"] = axis }, [op.X], [output])[0];
    }

    private static void Reduce(OnnxContext op, string operation)
    {
        var rank = op.Shape.Rank;
        int[] axes = [.. AxesOf(op).Select(axis => op.Axis(axis)).Order()];
        if (axes.Length == 0)
            axes = [.. Enumerable.Range(0, rank)];
        if (!axes.SequenceEqual(Enumerable.Range(rank - axes.Length, axes.Length)))
            throw op.NotMapped($"it reduces the axes {string.Join(", ", axes)} of {op.Shape}, allowed: the last ones");
        var options = new JsonObject { ["operation"] = operation, ["axis"] = axes.Length == 0 ? 0 : axes[0] };
        var reduced = op.Add("Reduction", options, [op.X], [op.Node.Outputs[0]])[0];
        if (op.Int("keepdims", 1) != 0)
            op.Reshape(reduced, [.. reduced.Shape, .. Enumerable.Repeat(1, axes.Length)]);
    }

    private static void Gather(OnnxContext op)
    {
        if (!op.IsConstant(0) || op.ShapeOf(0).Rank != 2 || op.Int("axis", 0) != 0)
            throw op.NotMapped("it takes from something else than the rows of a constant matrix");
        var shape = op.ShapeOf(0);
        op.Add("Embed", new() { ["input_dim"] = shape[0], ["num_output"] = shape[1], ["bias_term"] = false },
            [op.Blob(1)], [op.Node.Outputs[0]], op.Floats(0));
    }
}
