using System.Numerics;

namespace NeuralFramework;

/// <summary>
/// A native library with the CBLAS interface, told to work on one thread: the product is cut into blocks of C, and the
/// blocks are done on the framework's own threads.
/// </summary>
internal abstract unsafe class NativeBackend : BlasBackend
{
    private const int RowMajor = 101;
    private const int AsIs = 111;
    private const int Transposed = 112;

    private readonly delegate* unmanaged[Cdecl]<int, int, int, int, int, int, float, float*, int, float*, int, float,
        float*, int, void> sgemm;

    private readonly delegate* unmanaged[Cdecl]<int, int, int, int, int, int, double, double*, int, double*, int,
        double, double*, int, void> dgemm;

    protected NativeBackend(BlasLibrary library)
    {
        sgemm = (delegate* unmanaged[Cdecl]<int, int, int, int, int, int, float, float*, int, float*, int, float,
            float*, int, void>)library.Function("cblas_sgemm");
        dgemm = (delegate* unmanaged[Cdecl]<int, int, int, int, int, int, double, double*, int, double*, int, double,
            double*, int, void>)library.Function("cblas_dgemm");
    }

    protected override void Multiply(in MatrixProduct<float> product) => MultiplyInBlocks(product);

    protected override void Multiply(in MatrixProduct<double> product) => MultiplyInBlocks(product);

    private void MultiplyInBlocks<T>(in MatrixProduct<T> product) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var blocks = new Blocks<T>(this, product);
        WorkPool.For(blocks.Count, 1, ref blocks);
    }

    private void Call<T>(in MatrixProduct<T> block) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var transA = block.TransA ? Transposed : AsIs;
        var transB = block.TransB ? Transposed : AsIs;
        if (typeof(T) == typeof(float))
            sgemm(RowMajor, transA, transB, block.M, block.N, block.K, float.CreateTruncating(block.Alpha),
                (float*)block.A, block.Lda, (float*)block.B, block.Ldb, float.CreateTruncating(block.Beta),
                (float*)block.C, block.Ldc);
        else
            dgemm(RowMajor, transA, transB, block.M, block.N, block.K, double.CreateTruncating(block.Alpha),
                (double*)block.A, block.Lda, (double*)block.B, block.Ldb, double.CreateTruncating(block.Beta),
                (double*)block.C, block.Ldc);
    }

    private readonly struct Blocks<T>(NativeBackend backend, in MatrixProduct<T> product) : IRangeWork
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly MatrixProduct<T> product = product;
        private readonly BlockGrid grid = new(product.M, product.N, product.K);

        public int Count => grid.Count;

        public void Run(int from, int to)
        {
            for (var index = from; index < to; index++)
                backend.Call(grid.Block(product, index));
        }
    }
}
