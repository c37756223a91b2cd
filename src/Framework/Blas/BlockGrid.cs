using System.Numerics;

namespace NeuralFramework;

/// <summary>
/// Cuts C into a grid of blocks, each of them a call of its own to a native library. The borders depend on the shape
/// alone, never on the number of threads: a library may sum in another order for another shape.
/// </summary>
internal readonly struct BlockGrid
{
    // A block repeats the library's packing of its rows of A and columns of B, and a call has its own cost, so blocks
    // are as large as still keeps several threads busy: found by measuring.
    private const double OperationsPerBlock = 8e6;
    private const int MaxBlocks = 16;
    private const int MinExtent = 24;

    // Borders are multiples of this, which keeps the blocks' vectors aligned.
    private const int Alignment = 16;

    private readonly int blockRows;
    private readonly int blockColumns;
    private readonly int columnBlocks;

    public BlockGrid(int m, int n, int k)
    {
        var wanted = (int)Math.Clamp(2.0 * m * n * k / OperationsPerBlock, 1, MaxBlocks);
        var rows = 1;
        var columns = 1;
        while (rows * columns * 2 <= wanted)
            if (m / rows >= n / columns && m / rows >= 2 * MinExtent)
                rows *= 2;
            else if (n / columns >= 2 * MinExtent)
                columns *= 2;
            else
                break;
        blockRows = Extent(m, rows);
        blockColumns = Extent(n, columns);
        columnBlocks = (n + blockColumns - 1) / blockColumns;
        Count = (m + blockRows - 1) / blockRows * columnBlocks;
    }

    /// <summary>The number of blocks.</summary>
    public int Count { get; }

    /// <summary>The product that makes one block.</summary>
    public MatrixProduct<T> Block<T>(in MatrixProduct<T> product, int index)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var row = index / columnBlocks * blockRows;
        var column = index % columnBlocks * blockColumns;
        return product.Block(row, column,
            Math.Min(blockRows, product.M - row), Math.Min(blockColumns, product.N - column));
    }

    private static int Extent(int extent, int parts) =>
        parts == 1 ? extent : ((extent + parts - 1) / parts + Alignment - 1) / Alignment * Alignment;
}
