using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework;

/// <summary>
/// The matrix product over packed panels: A is packed in panels of rows, B in panels of columns, and a kernel computes
/// one tile of C from one panel of each. (K. Goto and R. van de Geijn, Anatomy of High-Performance Matrix
/// Multiplication, 2008.) Both steps are done on the framework's threads.
/// </summary>
internal static unsafe class ManagedGemm<T, TKernel>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TKernel : struct, IGemmKernel<T>
{
    // What is packed at once; larger products are done in several goes.
    private const int MaxDepth = 1024;
    private const int MaxPackedElements = 1 << 21;

    /// <summary>Does the product.</summary>
    public static void Multiply(in MatrixProduct<T> product)
    {
        var depth = Even(product.K, MaxDepth);
        var rows = Whole(Even(product.M, MaxPackedElements / depth), TKernel.Rows);
        var columns = Whole(Even(product.N, MaxPackedElements / depth), TKernel.Columns);
        for (var column = 0; column < product.N; column += columns)
            for (var step = 0; step < product.K; step += depth)
                for (var row = 0; row < product.M; row += rows)
                {
                    var part = product.Block(row, column, Math.Min(rows, product.M - row),
                        Math.Min(columns, product.N - column));
                    MultiplyPart(part, step, Math.Min(depth, product.K - step), packB: row == 0);
                }
    }

    private static void MultiplyPart(in MatrixProduct<T> part, int step, int depth, bool packB)
    {
        var packing = new Packing(part, step, depth, packB);
        WorkPool.For(packing.Count, packing.Grain, ref packing);
        var tiles = new Tiles(part, step == 0, depth, packing.PackedA, packing.PackedB);
        WorkPool.For(tiles.Count, 1, ref tiles);
    }

    // The extent of the parts when an extent is cut into as few and as even parts as the limit allows.
    private static int Even(int extent, int limit) => Divide(extent, Divide(extent, Math.Max(1, limit)));

    private static int Whole(int extent, int unit) => Divide(extent, unit) * unit;

    private static int Divide(int extent, int by) => (int)(((uint)extent + (uint)by - 1) / (uint)by);

    // The last rows, less than a full tile, are done in low tiles.
    private static int Height(int left) =>
        left > TKernel.Rows - GemmPacking.RowsAtOnce ? TKernel.Rows : GemmPacking.RowsAtOnce;

    /// <summary>Packs A and B. An item is one panel over a part of the depth.</summary>
    private readonly struct Packing : IRangeWork
    {
        private const int DepthOfItem = 512;
        private const int ElementsOfPart = 1 << 15;

        private readonly MatrixProduct<T> product;
        private readonly int step;
        private readonly int depth;
        private readonly int itemsOfPanel;
        private readonly int rowPanels;

        public Packing(in MatrixProduct<T> product, int step, int depth, bool packB)
        {
            this.product = product;
            this.step = step;
            this.depth = depth;
            itemsOfPanel = Divide(depth, DepthOfItem);
            var fullRows = product.M / TKernel.Rows;
            rowPanels = fullRows + LowPanels(product.M - fullRows * TKernel.Rows);
            Count = (rowPanels + (packB ? Divide(product.N, TKernel.Columns) : 0)) * itemsOfPanel;
            Grain = Math.Max(1, ElementsOfPart / (TKernel.Columns * Math.Min(depth, DepthOfItem)));
            var elementsOfA = (long)Whole(product.M, TKernel.Rows) * depth;
            PackedB = PackingBuffer<T>.Take((long)Whole(product.N, TKernel.Columns) * depth + elementsOfA);
            PackedA = PackedB + (long)Whole(product.N, TKernel.Columns) * depth;
        }

        public int Count { get; }

        public int Grain { get; }

        public T* PackedA { get; }

        public T* PackedB { get; }

        public void Run(int from, int to)
        {
            for (var item = from; item < to; item++)
            {
                var panel = item / itemsOfPanel;
                var start = item % itemsOfPanel * DepthOfItem;
                var length = Math.Min(DepthOfItem, depth - start);
                if (panel < rowPanels)
                    PackA(RowOf(panel), start, length);
                else
                    PackB((panel - rowPanels) * TKernel.Columns, start, length);
            }
        }

        private void PackA(int row, int start, int length)
        {
            var height = Height(product.M - row);
            var count = Math.Min(height, product.M - row);
            var target = PackedA + (long)row * depth + start * height;
            var (at, ld) = (step + start, product.Lda);
            if (product.TransA)
                GemmPacking.PackAcross(product.A + (long)at * ld + row, ld, count, height, length, target);
            else
                GemmPacking.PackAlong(product.A + (long)row * ld + at, ld, count, height, length, target);
            var packed = new Span<T>(target, height * length);
            if (product.Alpha != T.One)
                TensorPrimitives.Multiply(packed, product.Alpha, packed);
        }

        private void PackB(int column, int start, int length)
        {
            var width = TKernel.Width(product.N - column);
            var count = Math.Min(width, product.N - column);
            var target = PackedB + (long)column * depth + start * width;
            var (at, ld) = (step + start, product.Ldb);
            if (product.TransB)
                GemmPacking.PackAlong(product.B + (long)column * ld + at, ld, count, width, length, target);
            else
                GemmPacking.PackAcross(product.B + (long)at * ld + column, ld, count, width, length, target);
        }

        private int RowOf(int panel)
        {
            var fullRows = product.M / TKernel.Rows;
            return panel <= fullRows
                ? panel * TKernel.Rows
                : fullRows * TKernel.Rows + (panel - fullRows) * GemmPacking.RowsAtOnce;
        }

        private static int LowPanels(int left) =>
            left > TKernel.Rows - GemmPacking.RowsAtOnce ? 1 : Divide(left, GemmPacking.RowsAtOnce);
    }

    /// <summary>Computes C from packed panels. An item is a block of tiles.</summary>
    private readonly struct Tiles : IRangeWork
    {
        private const double OperationsOfItem = 4e6;

        // So deep that the panels of a tile stay in the first and second level cache while they are used.
        private const int DepthAtOnce = 512;

        private readonly MatrixProduct<T> product;
        private readonly bool isFirst;
        private readonly int depth;
        private readonly T* packedA;
        private readonly T* packedB;
        private readonly int blockRows;
        private readonly int blockColumns;
        private readonly int columnBlocks;

        public Tiles(in MatrixProduct<T> product, bool isFirst, int depth, T* packedA, T* packedB)
        {
            this.product = product;
            this.isFirst = isFirst;
            this.depth = depth;
            this.packedA = packedA;
            this.packedB = packedB;
            var tilesWanted = Math.Max(1, (int)(OperationsOfItem / (2.0 * TKernel.Rows * TKernel.Columns * depth)));
            var rowTiles = Even(Divide(product.M, TKernel.Rows), tilesWanted);
            var columnTiles = Even(Divide(product.N, TKernel.Columns), tilesWanted / rowTiles);
            blockRows = rowTiles * TKernel.Rows;
            blockColumns = columnTiles * TKernel.Columns;
            columnBlocks = Divide(product.N, blockColumns);
            Count = Divide(product.M, blockRows) * columnBlocks;
        }

        public int Count { get; }

        public void Run(int from, int to)
        {
            for (var item = from; item < to; item++)
            {
                var row = item / columnBlocks * blockRows;
                var column = item % columnBlocks * blockColumns;
                RunBlock(row, Math.Min(row + blockRows, product.M), column, Math.Min(column + blockColumns, product.N));
            }
        }

        private void RunBlock(int row, int rowEnd, int column, int columnEnd)
        {
            var beta = isFirst ? product.Beta : T.One;
            if (beta != T.Zero && beta != T.One)
                for (var i = row; i < rowEnd; i++)
                {
                    var scaled = new Span<T>(product.C + (long)i * product.Ldc + column, columnEnd - column);
                    TensorPrimitives.Multiply(scaled, beta, scaled);
                }
            var edge = stackalloc T[TKernel.Rows * TKernel.Columns];
            var zeros = stackalloc T[TKernel.Columns];
            for (var start = 0; start < depth; start += DepthAtOnce)
            {
                var adds = start > 0 || beta != T.Zero;
                for (var j = column; j < columnEnd; j += TKernel.Columns)
                    for (int i = row, height; i < rowEnd; i += height)
                    {
                        height = Height(rowEnd - i);
                        RunTile(i, height, j, TKernel.Width(columnEnd - j), start, adds ? null : zeros, edge);
                    }
            }
        }

        private void RunTile(int row, int height, int column, int width, int start, T* zeros, T* edge)
        {
            var rows = Math.Min(height, product.M - row);
            var columns = Math.Min(width, product.N - column);
            var isWhole = rows == height && columns == width;
            var target = product.C + (long)row * product.Ldc + column;
            var tile = new Tile<T>
            {
                A = packedA + (long)row * depth + start * height,
                AStep = height,
                B = packedB + (long)column * depth + start * width,
                Depth = Math.Min(DepthAtOnce, depth - start),
                C = isWhole ? target : edge,
                CStep = isWhole ? product.Ldc : width,
            };
            if (!isWhole && zeros == null)
                Copy(target, product.Ldc, edge, width, rows, columns);
            tile.Start = zeros == null ? tile.C : zeros;
            tile.StartStep = zeros == null ? tile.CStep : 0;
            TKernel.Run(height, width, tile);
            if (!isWhole)
                Copy(edge, width, target, product.Ldc, rows, columns);
        }

        private static void Copy(T* source, int sourceStep, T* target, int targetStep, int rows, int columns)
        {
            for (var i = 0; i < rows; i++)
                new ReadOnlySpan<T>(source + (long)i * sourceStep, columns)
                    .CopyTo(new Span<T>(target + (long)i * targetStep, columns));
        }
    }
}
