using NeuralFramework.Layers;

namespace NeuralFramework.Interop;

/// <summary>Writes layers that multiply matrices or look up their rows.</summary>
internal static class OnnxProducts
{
    public static readonly Dictionary<string, Action<OnnxLayer>> Writers = new()
    {
        ["InnerProduct"] = InnerProduct,
        ["MatMul"] = MatMul,
        ["Embed"] = Embed,
    };

    private static void InnerProduct(OnnxLayer layer)
    {
        var options = layer.Options<InnerProductOptions>();
        var axis = layer.Shape.CanonicalAxis(options.Axis);
        if (axis == 1)
        {
            var rows = layer.Shape.Rank == 2 ? layer.X : layer.Op("Flatten", layer.X, ("axis", 1L));
            string[] operands = options.BiasTerm
                ? [rows, layer.Parameter(0), layer.Parameter(1)] : [rows, layer.Parameter(0)];
            layer.Top(layer.Op("Gemm", operands, ("transB", options.Transpose ? 0L : 1L)));
            return;
        }
        var vectors = layer.Shape.Rank == axis + 1 ? layer.X
            : layer.Op("Reshape", [layer.X, layer.Ints([.. new long[axis], layer.Shape.SizeOf(axis)])]);
        var product = layer.Op("MatMul", [vectors, Weights(layer, options)]);
        layer.Top(options.BiasTerm ? layer.Op("Add", [product, layer.Parameter(1)]) : product);
    }

    // Of K×N, as the operator wants them.
    private static string Weights(OnnxLayer layer, InnerProductOptions options)
    {
        var weights = layer.Node.Layer.Parameters[0];
        if (options.Transpose)
            return layer.Parameter(0);
        var (rows, columns) = (weights.Shape[0], weights.Shape[1]);
        var transposed = new float[weights.Count];
        for (var row = 0; row < rows; row++)
            for (var column = 0; column < columns; column++)
                transposed[column * rows + row] = weights.Data[row * columns + column];
        return layer.Floats("0/transposed", transposed, columns, rows);
    }

    private static void MatMul(OnnxLayer layer)
    {
        var options = layer.Options<MatMulOptions>();
        layer.Top(layer.Op("MatMul", [Matrix(layer, 0, options.TransposeA), Matrix(layer, 1, options.TransposeB)]));
    }

    private static string Matrix(OnnxLayer layer, int index, bool isTransposed)
    {
        var rank = layer.Node.Bottom[index].Shape.Rank;
        if (!isTransposed || rank < 2)
            return layer.Bottoms[index];
        long[] order = [.. Enumerable.Range(0, rank - 2).Select(axis => (long)axis), rank - 1, rank - 2];
        return layer.Op("Transpose", layer.Bottoms[index], ("perm", order));
    }

    private static void Embed(OnnxLayer layer)
    {
        var indices = layer.Op("Cast", layer.X, ("to", (long)OnnxType.Int64));
        var rows = layer.Op("Gather", [layer.Parameter(0), indices], ("axis", 0L));
        layer.Top(layer.Options<EmbedOptions>().BiasTerm ? layer.Op("Add", [rows, layer.Parameter(1)]) : rows);
    }
}
