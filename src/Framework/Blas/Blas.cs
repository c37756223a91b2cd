using System.Numerics;
using System.Runtime.InteropServices;

namespace NeuralFramework;

/// <summary>The matrix product that layers call, done by the backend chosen for the process.</summary>
public static class Blas
{
    /// <summary>The environment variable that chooses the backend where the program does not.</summary>
    public const string EnvironmentVariable = "NF_BLAS";

    private static readonly Lock Gate = new();
    private static volatile BlasBackend? current;

    /// <summary>The backend in use. Unless <c>Use</c> chose one, <c>$NF_BLAS</c> does, else <c>auto</c>.</summary>
    /// <exception cref="ConfigException"><c>$NF_BLAS</c> names no backend.</exception>
    /// <exception cref="BackendException">The one that <c>$NF_BLAS</c> names cannot be loaded.</exception>
    public static BlasBackend Current => current ?? LoadDefault();

    /// <summary>Chooses the backend of the process by name: auto, mkl, openblas, mathnet or managed.</summary>
    /// <exception cref="ConfigException">There is no backend of that name.</exception>
    /// <exception cref="BackendException">It cannot be loaded; the message lists every path tried.</exception>
    public static void Use(string name) => Use(BlasBackends.Load(name));

    /// <summary>Chooses the backend of the process.</summary>
    public static void Use(BlasBackend backend) => current = backend;

    /// <summary>C ← α·op(A)·op(B) + β·C over dense row-major matrices: op(A) m×k, op(B) k×n, C m×n. With β = 0, C is
    /// only written. Nothing is allocated.</summary>
    /// <exception cref="ShapeException">An extent is negative or a span is shorter than its matrix.</exception>
    /// <exception cref="BackendException">The elements are neither float nor double.</exception>
    public static void Gemm<T>(bool transA, bool transB, int m, int n, int k, T alpha, ReadOnlySpan<T> a,
        ReadOnlySpan<T> b, T beta, Span<T> c) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Gemm(transA, transB, m, n, k, alpha, a, transA ? m : k, b, transB ? k : n, beta, c, n);

    /// <summary>The same product of matrices whose rows begin <c>ld</c> elements after each other.</summary>
    /// <inheritdoc cref="Gemm{T}(bool, bool, int, int, int, T, ReadOnlySpan{T}, ReadOnlySpan{T}, T, Span{T})"
    /// path="/exception"/>
    public static void Gemm<T>(bool transA, bool transB, int m, int n, int k, T alpha, ReadOnlySpan<T> a, int lda,
        ReadOnlySpan<T> b, int ldb, T beta, Span<T> c, int ldc) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
            Current.Gemm(transA, transB, m, n, k, float.CreateTruncating(alpha), MemoryMarshal.Cast<T, float>(a), lda,
                MemoryMarshal.Cast<T, float>(b), ldb, float.CreateTruncating(beta),
                MemoryMarshal.Cast<T, float>(c), ldc);
        else if (typeof(T) == typeof(double))
            Current.Gemm(transA, transB, m, n, k, double.CreateTruncating(alpha), MemoryMarshal.Cast<T, double>(a), lda,
                MemoryMarshal.Cast<T, double>(b), ldb, double.CreateTruncating(beta),
                MemoryMarshal.Cast<T, double>(c), ldc);
        else
            throw new BackendException(
                $"matrix product: received elements of type {typeof(T).Name}, allowed: Single, Double");
    }

    private static BlasBackend LoadDefault()
    {
        var name = Environment.GetEnvironmentVariable(EnvironmentVariable);
        lock (Gate)
            return current ??= BlasBackends.Load(string.IsNullOrEmpty(name) ? BlasBackends.Auto : name);
    }
}
