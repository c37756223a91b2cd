using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework;

/// <summary>The matrix product in plain C#.</summary>
internal sealed class ManagedBackend : BlasBackend
{
    public override string Name => "managed";

    public override string Description => "C#, no native code";

    public override void Gemm(bool transA, bool transB, int m, int n, int k, float alpha, ReadOnlySpan<float> a, int lda,
        ReadOnlySpan<float> b, int ldb, float beta, Span<float> c, int ldc) =>
        Multiply(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);

    public override void Gemm(bool transA, bool transB, int m, int n, int k, double alpha, ReadOnlySpan<double> a, int lda,
        ReadOnlySpan<double> b, int ldb, double beta, Span<double> c, int ldc) =>
        Multiply(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);

    private static void Multiply<T>(bool transA, bool transB, int m, int n, int k, T alpha, ReadOnlySpan<T> a, int lda,
        ReadOnlySpan<T> b, int ldb, T beta, Span<T> c, int ldc) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < m; i++)
        {
            var row = c.Slice(i * ldc, n);
            if (beta == T.Zero)
                row.Clear();
            else
                TensorPrimitives.Multiply(row, beta, row);
            for (var p = 0; p < k; p++)
            {
                var value = alpha * a[transA ? p * lda + i : i * lda + p];
                if (!transB)
                    TensorPrimitives.MultiplyAdd(b.Slice(p * ldb, n), value, row, row);
                else
                    for (var j = 0; j < n; j++)
                        row[j] += value * b[j * ldb + p];
            }
        }
    }
}
