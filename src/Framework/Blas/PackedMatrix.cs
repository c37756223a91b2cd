using System.Numerics;
using System.Runtime.Intrinsics;

namespace NeuralFramework;

/// <summary>
/// A matrix B, packed once to be the right operand of many small products, such as the weights of a recurrent layer at
/// every step of time: a matrix library would pack it anew in each call. The kernels are those of
/// <see cref="ManagedGemm{T, TKernel}"/>. Every element is summed over the depth in order, so that its bits do not
/// depend on the other rows of A.
/// </summary>
internal abstract class PackedMatrix<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates one for the widest vectors that the processor has.</summary>
    public static PackedMatrix<T> Create() =>
        Vector512.IsHardwareAccelerated ? new PackedMatrix<T, GemmKernel512<T>>()
        : Vector256.IsHardwareAccelerated ? new PackedMatrix<T, GemmKernel256<T>>()
        : new PackedMatrix<T, GemmKernel128<T>>();

    /// <summary>Packs B of depth × columns, which with <paramref name="transpose"/> is stored as columns × depth. Done
    /// on all threads.</summary>
    public abstract void Pack(bool transpose, int depth, int columns, ReadOnlySpan<T> b);

    /// <summary>C ← start + A·B with A of rows × depth and C of rows × columns. Done on the calling thread
    /// alone.</summary>
    /// <param name="rows">How many rows A and C have.</param>
    /// <param name="a">A.</param>
    /// <param name="lda">How far apart the rows of A begin.</param>
    /// <param name="start">What is added to every row of A·B; empty: C itself.</param>
    /// <param name="c">C.</param>
    /// <param name="ldc">How far apart the rows of C begin.</param>
    public abstract void Multiply(int rows, ReadOnlySpan<T> a, int lda, ReadOnlySpan<T> start, Span<T> c, int ldc);
}

/// <inheritdoc cref="PackedMatrix{T}"/>
internal sealed unsafe class PackedMatrix<T, TKernel> : PackedMatrix<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TKernel : struct, IGemmKernel<T>
{
    // So deep that the panels of a tile stay in the first and second level cache while they are used.
    private const int DepthAtOnce = 512;

    private readonly Blob<T> packed = new([0]);
    private int depth;
    private int columns;

    private int Panels => (columns + TKernel.Columns - 1) / TKernel.Columns;

    public override void Pack(bool transpose, int depth, int columns, ReadOnlySpan<T> b)
    {
        (this.depth, this.columns) = (depth, columns);
        // A shape is an object: none is made where the size is known.
        if (packed.Count != Panels * TKernel.Columns * depth)
            packed.Reshape([Panels * TKernel.Columns, depth]);
        var work = new PackWork(this, transpose, b);
        WorkPool.For(Panels, Math.Max(1, WorkPool.ElementGrain / (TKernel.Columns * depth)), ref work);
    }

    public override void Multiply(int rows, ReadOnlySpan<T> a, int lda, ReadOnlySpan<T> start, Span<T> c, int ldc)
    {
        var edge = stackalloc T[TKernel.Rows * TKernel.Columns];
        fixed (T* rowsOfA = a, b = packed.Data, first = start, target = c)
        {
            var packedA = PackRows(rows, rowsOfA, lda);
            for (var step = 0; step < depth; step += DepthAtOnce)
                for (var column = 0; column < columns; column += TKernel.Columns)
                {
                    var width = TKernel.Width(columns - column);
                    var tile = new Tile<T>
                    {
                        B = b + (long)column * depth + step * width,
                        Depth = Math.Min(DepthAtOnce, depth - step),
                    };
                    for (int row = 0, height; row < rows; row += height)
                    {
                        height = Height(rows - row);
                        tile.A = packedA + (long)row * depth + step * height;
                        tile.AStep = height;
                        var (count, places) = (Math.Min(height, rows - row), Math.Min(width, columns - column));
                        RunTile(tile, height, width, count, places, step == 0 && first != null ? first + column : null,
                            target + (long)row * ldc + column, ldc, edge);
                    }
                }
        }
    }

    // The last rows, less than a full tile, are done in low tiles.
    private static int Height(int left) =>
        left > TKernel.Rows - GemmPacking.RowsAtOnce ? TKernel.Rows : GemmPacking.RowsAtOnce;

    private T* PackRows(int rows, T* a, int lda)
    {
        var target = PackingBuffer<T>.Take((long)(rows + TKernel.Rows) * depth);
        for (int row = 0, height; row < rows; row += height)
        {
            height = Height(rows - row);
            GemmPacking.PackAlong(a + (long)row * lda, lda, Math.Min(height, rows - row), height, depth,
                target + (long)row * depth);
        }
        return target;
    }

    /// <summary>Computes a tile of C, through <paramref name="edge"/> where it juts out of C.</summary>
    private static void RunTile(Tile<T> tile, int height, int width, int rows, int places, T* start, T* target, int ldc,
        T* edge)
    {
        var isWhole = rows == height && places == width;
        tile.C = isWhole ? target : edge;
        tile.CStep = isWhole ? ldc : width;
        var startsFromRow = isWhole && start != null;
        tile.Start = startsFromRow ? start : tile.C;
        tile.StartStep = startsFromRow ? 0 : tile.CStep;
        for (var row = 0; row < rows && !isWhole; row++)
            new ReadOnlySpan<T>(start != null ? start : target + (long)row * ldc, places)
                .CopyTo(new Span<T>(edge + row * width, places));
        TKernel.Run(height, width, tile);
        for (var row = 0; row < rows && !isWhole; row++)
            new ReadOnlySpan<T>(edge + row * width, places)
                .CopyTo(new Span<T>(target + (long)row * ldc, places));
    }

    private readonly ref struct PackWork(PackedMatrix<T, TKernel> matrix, bool transpose, ReadOnlySpan<T> b)
        : IRangeWork
    {
        private readonly ReadOnlySpan<T> b = b;

        public void Run(int from, int to)
        {
            var (depth, columns) = (matrix.depth, matrix.columns);
            fixed (T* source = b, target = matrix.packed.Data)
                for (var panel = from; panel < to; panel++)
                {
                    var column = panel * TKernel.Columns;
                    var width = TKernel.Width(columns - column);
                    var count = Math.Min(width, columns - column);
                    if (transpose)
                        GemmPacking.PackAlong(source + (long)column * depth, depth, count, width, depth,
                            target + (long)column * depth);
                    else
                        GemmPacking.PackAcross(source + column, columns, count, width, depth,
                            target + (long)column * depth);
                }
        }
    }
}
