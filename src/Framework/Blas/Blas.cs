using System.Numerics;
using System.Runtime.InteropServices;

namespace NeuralFramework;

/// <summary>The matrix product that layers call, done by the backend chosen for the process.</summary>
public static class Blas
{
    /// <summary>The environment variable that chooses the backend where the program does not.</summary>
    public const string EnvironmentVariable = "NF_BLAS";

    private static BlasBackend? current;

    /// <summary>The backend in use. Unless <c>Use</c> chose one, <c>$NF_BLAS</c> does, else <c>auto</c>.</summary>
    public static BlasBackend Current => current ??= BlasBackends.Load(
        Environment.GetEnvironmentVariable(EnvironmentVariable) is { Length: > 0 } name ? name : BlasBackends.Auto);

    /// <summary>Chooses the backend of the process by name: auto, mkl, openblas, mathnet or managed.</summary>
    /// <exception cref="ConfigException">There is no backend of that name.</exception>
    /// <exception cref="BackendException">It cannot be loaded; the message lists every path tried.</exception>
    public static void Use(string name) => current = BlasBackends.Load(name);

    /// <summary>Chooses the backend of the process.</summary>
    public static void Use(BlasBackend backend) => current = backend;

    /// <summary>C ← α·op(A)·op(B) + β·C over dense row-major matrices: op(A) m×k, op(B) k×n, C m×n.</summary>
    /// <exception cref="ShapeException">A span is shorter than its matrix.</exception>
    public static void Gemm<T>(bool transA, bool transB, int m, int n, int k, T alpha, ReadOnlySpan<T> a,
        ReadOnlySpan<T> b, T beta, Span<T> c) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require("A", a.Length, m, k);
        Require("B", b.Length, k, n);
        Require("C", c.Length, m, n);
        var lda = Math.Max(1, transA ? m : k);
        var ldb = Math.Max(1, transB ? k : n);
        var ldc = Math.Max(1, n);
        if (typeof(T) == typeof(float))
            Current.Gemm(transA, transB, m, n, k, float.CreateTruncating(alpha), MemoryMarshal.Cast<T, float>(a), lda,
                MemoryMarshal.Cast<T, float>(b), ldb, float.CreateTruncating(beta), MemoryMarshal.Cast<T, float>(c), ldc);
        else if (typeof(T) == typeof(double))
            Current.Gemm(transA, transB, m, n, k, double.CreateTruncating(alpha), MemoryMarshal.Cast<T, double>(a), lda,
                MemoryMarshal.Cast<T, double>(b), ldb, double.CreateTruncating(beta), MemoryMarshal.Cast<T, double>(c), ldc);
        else
            throw new BackendException($"matrix product: received elements of type {typeof(T).Name}, allowed: Single, Double");
    }

    private static void Require(string matrix, int length, int rows, int columns)
    {
        if (length < (long)rows * columns)
            throw new ShapeException($"matrix product: {matrix} has {length} elements, needed: {rows}×{columns}");
    }
}
