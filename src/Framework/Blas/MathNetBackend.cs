using System.Numerics;
using MathNet.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace NeuralFramework;

/// <summary>
/// The matrix product of MathNet.Numerics, by its native MKL provider where that is installed, else by its managed one.
/// MathNet takes whole arrays of exact length in column-major order, so every call copies its matrices: this backend is
/// for comparison, not for speed.
/// </summary>
internal sealed class MathNetBackend : BlasBackend
{
    private readonly ILinearAlgebraProvider provider;
    private readonly bool native;

    public MathNetBackend()
    {
        native = Control.TryUseNativeMKL();
        Control.UseSingleThread();
        provider = LinearAlgebraControl.Provider;
        var version = typeof(Control).Assembly.GetName().Version?.ToString(3);
        Description = $"MathNet.Numerics {version}, provider {provider}, "
            + (native ? "" : "its native MKL provider was not found, ") + "copies every matrix";
    }

    public override string Name => "mathnet";

    public override string Description { get; }

    public override string? WhyNotReproducible => native
        ? "MathNet's native MKL runs without the mode of reproducible results: bits depend on where matrices lie in memory"
        : null;

    protected override void Multiply(in MatrixProduct<float> product)
    {
        var (a, b, c) = (CopyA(product), CopyB(product), CopyC(product));
        provider.MatrixMultiplyWithUpdate(Operation(product.TransB), Operation(product.TransA), product.Alpha,
            b, product.TransB ? product.K : product.N, product.TransB ? product.N : product.K,
            a, product.TransA ? product.M : product.K, product.TransA ? product.K : product.M, product.Beta, c);
        Write(product, c);
    }

    protected override void Multiply(in MatrixProduct<double> product)
    {
        var (a, b, c) = (CopyA(product), CopyB(product), CopyC(product));
        provider.MatrixMultiplyWithUpdate(Operation(product.TransB), Operation(product.TransA), product.Alpha,
            b, product.TransB ? product.K : product.N, product.TransB ? product.N : product.K,
            a, product.TransA ? product.M : product.K, product.TransA ? product.K : product.M, product.Beta, c);
        Write(product, c);
    }

    // A row-major matrix is its transpose in column-major order. So Cᵀ = op(B)ᵀ·op(A)ᵀ is computed, in which the flags
    // stay as they are and the operands change places.
    private static Transpose Operation(bool transposed) => transposed ? Transpose.Transpose : Transpose.DontTranspose;

    private static unsafe T[] CopyA<T>(in MatrixProduct<T> product)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        product.TransA
            ? Copy(product.A, product.K, product.M, product.Lda)
            : Copy(product.A, product.M, product.K, product.Lda);

    private static unsafe T[] CopyB<T>(in MatrixProduct<T> product)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        product.TransB
            ? Copy(product.B, product.N, product.K, product.Ldb)
            : Copy(product.B, product.K, product.N, product.Ldb);

    private static unsafe T[] CopyC<T>(in MatrixProduct<T> product)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        product.Beta == T.Zero ? new T[product.M * product.N] : Copy(product.C, product.M, product.N, product.Ldc);

    private static unsafe T[] Copy<T>(T* source, int rows, int columns, int ld) where T : unmanaged
    {
        var copy = new T[rows * columns];
        for (var row = 0; row < rows; row++)
            new ReadOnlySpan<T>(source + (long)row * ld, columns).CopyTo(copy.AsSpan(row * columns));
        return copy;
    }

    private static unsafe void Write<T>(in MatrixProduct<T> product, T[] c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var row = 0; row < product.M; row++)
            c.AsSpan(row * product.N, product.N).CopyTo(new Span<T>(product.C + (long)row * product.Ldc, product.N));
    }
}
