using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework;

/// <summary>One implementation of the matrix product, native or managed. All matrices are row-major; <c>ld</c> is the
/// distance in elements between the starts of two rows.</summary>
public abstract unsafe class BlasBackend
{
    /// <summary>The name for <c>--blas</c>: mkl, openblas, mathnet or managed.</summary>
    public abstract string Name { get; }

    /// <summary>Library, version and where it was found, for <c>nf info</c>.</summary>
    public abstract string Description { get; }

    /// <summary>Why two runs of one training may come to different bits with this backend, though seed, machine and
    /// version are the same; null when they come to the same.</summary>
    public virtual string? WhyNotReproducible => null;

    /// <summary>
    /// C ← α·op(A)·op(B) + β·C with op(A) of m×k, op(B) of k×n and C of m×n, where op transposes when its flag is set.
    /// With β = 0, C is only written, so it may hold anything before, NaN included. With α = 0 or k = 0, A and B are
    /// not read. The result is the same bits for any <see cref="WorkPool.Threads"/>.
    /// </summary>
    /// <exception cref="ShapeException">An extent is negative, an <c>ld</c> is shorter than its row, or a span is
    /// shorter than its matrix.</exception>
    public void Gemm(bool transA, bool transB, int m, int n, int k, float alpha, ReadOnlySpan<float> a, int lda,
        ReadOnlySpan<float> b, int ldb, float beta, Span<float> c, int ldc)
    {
        if (IsDone(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc))
            return;
        fixed (float* pa = a, pb = b, pc = c)
            Multiply(new MatrixProduct<float>
            {
                TransA = transA, TransB = transB, M = m, N = n, K = k, Alpha = alpha, A = pa, Lda = lda,
                B = pb, Ldb = ldb, Beta = beta, C = pc, Ldc = ldc,
            });
    }

    /// <summary>The same product in double.</summary>
    /// <exception cref="ShapeException">An extent is negative, an <c>ld</c> is shorter than its row, or a span is
    /// shorter than its matrix.</exception>
    public void Gemm(bool transA, bool transB, int m, int n, int k, double alpha, ReadOnlySpan<double> a, int lda,
        ReadOnlySpan<double> b, int ldb, double beta, Span<double> c, int ldc)
    {
        if (IsDone(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc))
            return;
        fixed (double* pa = a, pb = b, pc = c)
            Multiply(new MatrixProduct<double>
            {
                TransA = transA, TransB = transB, M = m, N = n, K = k, Alpha = alpha, A = pa, Lda = lda,
                B = pb, Ldb = ldb, Beta = beta, C = pc, Ldc = ldc,
            });
    }

    /// <summary>Does the product.</summary>
    protected abstract void Multiply(in MatrixProduct<float> product);

    /// <inheritdoc cref="Multiply(in MatrixProduct{float})"/>
    protected abstract void Multiply(in MatrixProduct<double> product);

    // Checks the arguments and does the cases in which nothing is multiplied.
    private static bool IsDone<T>(bool transA, bool transB, int m, int n, int k, T alpha, ReadOnlySpan<T> a, int lda,
        ReadOnlySpan<T> b, int ldb, T beta, Span<T> c, int ldc) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require("A", a.Length, transA ? k : m, transA ? m : k, lda);
        Require("B", b.Length, transB ? n : k, transB ? k : n, ldb);
        Require("C", c.Length, m, n, ldc);
        if (m == 0 || n == 0)
            return true;
        if (k > 0 && alpha != T.Zero)
            return false;
        for (var i = 0; i < m; i++)
            Scale(c.Slice(i * ldc, n), beta);
        return true;
    }

    private static void Scale<T>(Span<T> row, T beta) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (beta == T.Zero)
            row.Clear();
        else
            TensorPrimitives.Multiply(row, beta, row);
    }

    private static void Require(string matrix, int length, int rows, int columns, int ld)
    {
        if (rows < 0 || columns < 0)
            throw new ShapeException($"matrix product: {matrix} is {rows}×{columns}, allowed: extents of 0 or more");
        if (rows == 0 || columns == 0)
            return;
        if (ld < columns)
            throw new ShapeException($"matrix product: {matrix} has rows of {columns} elements, "
                + $"received {ld} as the distance between rows, allowed: {columns} or more");
        if (length < (long)(rows - 1) * ld + columns)
            throw new ShapeException($"matrix product: {matrix} has {length} elements, needed: {rows}×{columns}"
                + (ld > columns ? $" with {ld} elements between rows" : ""));
    }
}
