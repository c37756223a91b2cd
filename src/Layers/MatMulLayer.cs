using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="MatMulLayer{T}"/>.</summary>
public sealed record MatMulOptions : LayerOptions
{
    /// <summary>Whether A is stored as k×m.</summary>
    public bool TransposeA { get; init; }

    /// <summary>Whether B is stored as n×k.</summary>
    public bool TransposeB { get; init; }
}

/// <summary>
/// Matrix product of two blobs: Y = A·B.
/// <para>Bottoms: A of m×k (k×m with <c>transpose_a</c>) and B of k×n (n×k with <c>transpose_b</c>). Axes before these
/// two count independent products and must be equal in both. A vector of k may stand for A, as a row, or for B, as a
/// column. Top: m×n behind those axes, without the axis of a vector: W·x is a vector of m, the product of two vectors a
/// scalar.</para>
/// <para>Backward: ∂L/∂A = ∂L/∂Y·Bᵀ, ∂L/∂B = Aᵀ·∂L/∂Y; transposed where the bottom is.</para>
/// <para>Source: numpy's <c>matmul</c> and the dot products of the CS231n notes, without broadcasting.</para>
/// </summary>
[LayerType("MatMul")]
public sealed class MatMulLayer<T>(MatMulOptions options) : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private int products;
    private int m;
    private int n;
    private int k;

    /// <inheritdoc/>
    public override BlobCount Bottoms => BlobCount.Exactly(2);

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var (a, b) = (bottom[0].Shape, bottom[1].Shape);
        RequireMatrixIf(options.TransposeA, bottom[0], "transpose_a");
        RequireMatrixIf(options.TransposeB, bottom[1], "transpose_b");
        if (a.Rank == 0 || b.Rank == 0 || !a.SkipLast(2).SequenceEqual(b.SkipLast(2)))
            throw Misfit(bottom, "two matrices, or stacks of as many, or vectors");
        (m, k) = a.Rank == 1 ? (1, a[0]) : options.TransposeA ? (a[-1], a[-2]) : (a[-2], a[-1]);
        (var rows, n) = b.Rank == 1 ? (b[0], 1) : options.TransposeB ? (b[-1], b[-2]) : (b[-2], b[-1]);
        if (rows != k)
            throw Misfit(bottom, $"a second factor of {k} rows, the columns of the first; it has {rows}");
        products = a.SizeOf(0, Math.Max(0, a.Rank - 2));
        int[] outputs = [.. a.SkipLast(2), .. a.Rank > 1 ? [m] : (int[])[], .. b.Rank > 1 ? [n] : (int[])[]];
        top[0].Reshape(outputs);
    }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        for (var i = 0; i < products; i++)
            Blas.Gemm(options.TransposeA, options.TransposeB, m, n, k, T.One, Matrix(bottom[0].Data, i, m * k),
                Matrix(bottom[1].Data, i, k * n), T.Zero, Matrix(top[0].Data, i, m * n));
    }

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        for (var i = 0; i < products; i++)
        {
            var dy = Matrix(top[0].Diff, i, m * n);
            if (propagateDown[0])
                SetGradientOfA(dy, Matrix(bottom[1].Data, i, k * n), Matrix(bottom[0].Diff, i, m * k));
            if (propagateDown[1])
                SetGradientOfB(dy, Matrix(bottom[0].Data, i, m * k), Matrix(bottom[1].Diff, i, k * n));
        }
    }

    private static Span<T> Matrix(Span<T> values, int index, int size) => values.Slice(index * size, size);

    private void SetGradientOfA(ReadOnlySpan<T> dy, ReadOnlySpan<T> b, Span<T> da)
    {
        if (options.TransposeA)
            Blas.Gemm(options.TransposeB, true, k, m, n, T.One, b, dy, T.Zero, da);
        else
            Blas.Gemm(false, !options.TransposeB, m, k, n, T.One, dy, b, T.Zero, da);
    }

    private void SetGradientOfB(ReadOnlySpan<T> dy, ReadOnlySpan<T> a, Span<T> db)
    {
        if (options.TransposeB)
            Blas.Gemm(true, options.TransposeA, n, k, m, T.One, dy, a, T.Zero, db);
        else
            Blas.Gemm(!options.TransposeA, false, k, n, m, T.One, a, dy, T.Zero, db);
    }

    private void RequireMatrixIf(bool isTransposed, Blob<T> bottom, string member)
    {
        if (isTransposed && bottom.Shape.Rank < 2)
            throw ShapeError($"{member} for the bottom {bottom}", "a matrix, where it is transposed");
    }

    private ShapeException Misfit(IReadOnlyList<Blob<T>> bottom, string allowed) =>
        ShapeError($"the bottoms {bottom[0]} and {bottom[1]}", allowed);
}
