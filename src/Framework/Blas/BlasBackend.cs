namespace NeuralFramework;

/// <summary>One implementation of the matrix product, native or managed. All matrices are row-major; <c>ld</c> is the
/// distance in elements between the starts of two rows.</summary>
public abstract class BlasBackend
{
    /// <summary>The name for <c>--blas</c>: mkl, openblas, mathnet or managed.</summary>
    public abstract string Name { get; }

    /// <summary>Library, version and where it was found, for <c>nf info</c>.</summary>
    public abstract string Description { get; }

    /// <summary>
    /// C ← α·op(A)·op(B) + β·C with op(A) of m×k, op(B) of k×n and C of m×n, where op transposes when its flag is set.
    /// With β = 0, C is only written, so it may hold anything before, NaN included.
    /// </summary>
    public abstract void Gemm(bool transA, bool transB, int m, int n, int k, float alpha,
        ReadOnlySpan<float> a, int lda, ReadOnlySpan<float> b, int ldb, float beta, Span<float> c, int ldc);

    /// <inheritdoc cref="Gemm(bool,bool,int,int,int,float,ReadOnlySpan{float},int,ReadOnlySpan{float},int,float,Span{float},int)"/>
    public abstract void Gemm(bool transA, bool transB, int m, int n, int k, double alpha,
        ReadOnlySpan<double> a, int lda, ReadOnlySpan<double> b, int ldb, double beta, Span<double> c, int ldc);
}
