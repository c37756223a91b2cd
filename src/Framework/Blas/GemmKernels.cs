using System.Runtime.Intrinsics;

namespace NeuralFramework;

/// <summary>One tile of C: C ← start + the sum over the depth of a column of packed A times a row of packed
/// B.</summary>
internal unsafe struct Tile<T> where T : unmanaged
{
    /// <summary>The rows of A, interleaved: <see cref="AStep"/> elements for every step of the depth.</summary>
    public T* A;
    public int AStep;

    /// <summary>The columns of B, interleaved: as many elements as the tile is wide for every step of the
    /// depth.</summary>
    public T* B;
    public int Depth;

    /// <summary>The values before the first product: C itself to add to it, or a row of zeros with step 0.</summary>
    public T* Start;
    public long StartStep;

    public T* C;
    public long CStep;
}

/// <summary>
/// The innermost part of the matrix product for one vector width. A kernel keeps a whole tile of C in registers. Every
/// element is summed over the depth in order, one fused multiply-add after the other, so its bits depend neither on the
/// tile in which it lies nor on how the depth is cut.
/// </summary>
internal interface IGemmKernel<T> where T : unmanaged
{
    /// <summary>The height of a full tile, a multiple of <see cref="GemmPacking.RowsAtOnce"/>, the height of the
    /// others.</summary>
    static abstract int Rows { get; }

    /// <summary>The width of a full tile.</summary>
    static abstract int Columns { get; }

    /// <summary>The width of the tile that does the next columns when <paramref name="left"/> are left: a multiple of
    /// <see cref="GemmPacking.RowsAtOnce"/> too, as packing writes that many lines at once.</summary>
    static abstract int Width(int left);

    /// <summary>Computes a tile.</summary>
    static abstract void Run(int rows, int width, in Tile<T> tile);
}

/// <summary>12 rows by 2 vectors of 512 bits: 24 of the 32 registers hold C.</summary>
internal readonly struct GemmKernel512<T> : IGemmKernel<T> where T : unmanaged
{
    private static int Vector => Vector512<T>.Count;

    public static int Rows => 12;

    public static int Columns => 2 * Vector;

    public static int Width(int left) => left > Vector ? 2 * Vector : left > Vector / 2 ? Vector : Vector / 2;

    public static void Run(int rows, int width, in Tile<T> tile)
    {
        if (rows == Rows && width == Columns)
            GemmKernels.Tile12x2<Simd512<T>, Vector512<T>, T>(tile);
        else if (rows == Rows && width == Vector)
            GemmKernels.Tile12x1<Simd512<T>, Vector512<T>, T>(tile);
        else if (rows == Rows)
            GemmKernels.Tile12x1<Simd256<T>, Vector256<T>, T>(tile);
        else if (width == Columns)
            GemmKernels.Tile4x2<Simd512<T>, Vector512<T>, T>(tile);
        else if (width == Vector)
            GemmKernels.Tile4x1<Simd512<T>, Vector512<T>, T>(tile);
        else
            GemmKernels.Tile4x1<Simd256<T>, Vector256<T>, T>(tile);
    }
}

/// <summary>4 rows by 3 vectors of 256 bits: 12 of the 16 registers hold C.</summary>
internal readonly struct GemmKernel256<T> : IGemmKernel<T> where T : unmanaged
{
    private static int Vector => Vector256<T>.Count;

    public static int Rows => 4;

    public static int Columns => 3 * Vector;

    public static int Width(int left) => left > 2 * Vector ? 3 * Vector : left > Vector ? 2 * Vector
        : left > Vector / 2 || Vector / 2 < GemmPacking.RowsAtOnce ? Vector : Vector / 2;

    public static void Run(int rows, int width, in Tile<T> tile)
    {
        if (width == Columns)
            GemmKernels.Tile4x3<Simd256<T>, Vector256<T>, T>(tile);
        else if (width == 2 * Vector)
            GemmKernels.Tile4x2<Simd256<T>, Vector256<T>, T>(tile);
        else if (width == Vector)
            GemmKernels.Tile4x1<Simd256<T>, Vector256<T>, T>(tile);
        else
            GemmKernels.Tile4x1<Simd128<T>, Vector128<T>, T>(tile);
    }
}

/// <summary>4 rows by 2 vectors of 128 bits.</summary>
internal readonly struct GemmKernel128<T> : IGemmKernel<T> where T : unmanaged
{
    private static int Vector => Vector128<T>.Count;

    public static int Rows => 4;

    public static int Columns => 2 * Vector;

    public static int Width(int left) => left > Vector || Vector < GemmPacking.RowsAtOnce ? Columns : Vector;

    public static void Run(int rows, int width, in Tile<T> tile)
    {
        if (width == Columns)
            GemmKernels.Tile4x2<Simd128<T>, Vector128<T>, T>(tile);
        else
            GemmKernels.Tile4x1<Simd128<T>, Vector128<T>, T>(tile);
    }
}

/// <summary>The tiles, rows × vectors. Each accumulator is a local of its own, as only those live in
/// registers.</summary>
internal static unsafe class GemmKernels
{
    public static void Tile12x2<TSimd, TVector, T>(in Tile<T> tile)
        where TSimd : ISimd<TVector, T>
        where T : unmanaged
    {
        var a = tile.A;
        var b = tile.B;
        var c = tile.Start;
        var width = TSimd.Count;
        var (c00, c01) = (TSimd.Load(c), TSimd.Load(c + width));
        c += tile.StartStep;
        var (c10, c11) = (TSimd.Load(c), TSimd.Load(c + width));
        c += tile.StartStep;
        var (c20, c21) = (TSimd.Load(c), TSimd.Load(c + width));
        c += tile.StartStep;
        var (c30, c31) = (TSimd.Load(c), TSimd.Load(c + width));
        c += tile.StartStep;
        var (c40, c41) = (TSimd.Load(c), TSimd.Load(c + width));
        c += tile.StartStep;
        var (c50, c51) = (TSimd.Load(c), TSimd.Load(c + width));
        c += tile.StartStep;
        var (c60, c61) = (TSimd.Load(c), TSimd.Load(c + width));
        c += tile.StartStep;
        var (c70, c71) = (TSimd.Load(c), TSimd.Load(c + width));
        c += tile.StartStep;
        var (c80, c81) = (TSimd.Load(c), TSimd.Load(c + width));
        c += tile.StartStep;
        var (c90, c91) = (TSimd.Load(c), TSimd.Load(c + width));
        c += tile.StartStep;
        var (cA0, cA1) = (TSimd.Load(c), TSimd.Load(c + width));
        c += tile.StartStep;
        var (cB0, cB1) = (TSimd.Load(c), TSimd.Load(c + width));
        for (var p = tile.Depth; p > 0; p--)
        {
            var b0 = TSimd.Load(b);
            var b1 = TSimd.Load(b + width);
            var x = TSimd.Broadcast(a[0]);
            c00 = TSimd.MultiplyAdd(x, b0, c00);
            c01 = TSimd.MultiplyAdd(x, b1, c01);
            x = TSimd.Broadcast(a[1]);
            c10 = TSimd.MultiplyAdd(x, b0, c10);
            c11 = TSimd.MultiplyAdd(x, b1, c11);
            x = TSimd.Broadcast(a[2]);
            c20 = TSimd.MultiplyAdd(x, b0, c20);
            c21 = TSimd.MultiplyAdd(x, b1, c21);
            x = TSimd.Broadcast(a[3]);
            c30 = TSimd.MultiplyAdd(x, b0, c30);
            c31 = TSimd.MultiplyAdd(x, b1, c31);
            x = TSimd.Broadcast(a[4]);
            c40 = TSimd.MultiplyAdd(x, b0, c40);
            c41 = TSimd.MultiplyAdd(x, b1, c41);
            x = TSimd.Broadcast(a[5]);
            c50 = TSimd.MultiplyAdd(x, b0, c50);
            c51 = TSimd.MultiplyAdd(x, b1, c51);
            x = TSimd.Broadcast(a[6]);
            c60 = TSimd.MultiplyAdd(x, b0, c60);
            c61 = TSimd.MultiplyAdd(x, b1, c61);
            x = TSimd.Broadcast(a[7]);
            c70 = TSimd.MultiplyAdd(x, b0, c70);
            c71 = TSimd.MultiplyAdd(x, b1, c71);
            x = TSimd.Broadcast(a[8]);
            c80 = TSimd.MultiplyAdd(x, b0, c80);
            c81 = TSimd.MultiplyAdd(x, b1, c81);
            x = TSimd.Broadcast(a[9]);
            c90 = TSimd.MultiplyAdd(x, b0, c90);
            c91 = TSimd.MultiplyAdd(x, b1, c91);
            x = TSimd.Broadcast(a[10]);
            cA0 = TSimd.MultiplyAdd(x, b0, cA0);
            cA1 = TSimd.MultiplyAdd(x, b1, cA1);
            x = TSimd.Broadcast(a[11]);
            cB0 = TSimd.MultiplyAdd(x, b0, cB0);
            cB1 = TSimd.MultiplyAdd(x, b1, cB1);
            a += tile.AStep;
            b += 2 * width;
        }
        c = tile.C;
        TSimd.Store(c00, c);
        TSimd.Store(c01, c + width);
        c += tile.CStep;
        TSimd.Store(c10, c);
        TSimd.Store(c11, c + width);
        c += tile.CStep;
        TSimd.Store(c20, c);
        TSimd.Store(c21, c + width);
        c += tile.CStep;
        TSimd.Store(c30, c);
        TSimd.Store(c31, c + width);
        c += tile.CStep;
        TSimd.Store(c40, c);
        TSimd.Store(c41, c + width);
        c += tile.CStep;
        TSimd.Store(c50, c);
        TSimd.Store(c51, c + width);
        c += tile.CStep;
        TSimd.Store(c60, c);
        TSimd.Store(c61, c + width);
        c += tile.CStep;
        TSimd.Store(c70, c);
        TSimd.Store(c71, c + width);
        c += tile.CStep;
        TSimd.Store(c80, c);
        TSimd.Store(c81, c + width);
        c += tile.CStep;
        TSimd.Store(c90, c);
        TSimd.Store(c91, c + width);
        c += tile.CStep;
        TSimd.Store(cA0, c);
        TSimd.Store(cA1, c + width);
        c += tile.CStep;
        TSimd.Store(cB0, c);
        TSimd.Store(cB1, c + width);
    }

    public static void Tile12x1<TSimd, TVector, T>(in Tile<T> tile)
        where TSimd : ISimd<TVector, T>
        where T : unmanaged
    {
        var a = tile.A;
        var b = tile.B;
        var c = tile.Start;
        var c00 = TSimd.Load(c);
        c += tile.StartStep;
        var c10 = TSimd.Load(c);
        c += tile.StartStep;
        var c20 = TSimd.Load(c);
        c += tile.StartStep;
        var c30 = TSimd.Load(c);
        c += tile.StartStep;
        var c40 = TSimd.Load(c);
        c += tile.StartStep;
        var c50 = TSimd.Load(c);
        c += tile.StartStep;
        var c60 = TSimd.Load(c);
        c += tile.StartStep;
        var c70 = TSimd.Load(c);
        c += tile.StartStep;
        var c80 = TSimd.Load(c);
        c += tile.StartStep;
        var c90 = TSimd.Load(c);
        c += tile.StartStep;
        var cA0 = TSimd.Load(c);
        c += tile.StartStep;
        var cB0 = TSimd.Load(c);
        for (var p = tile.Depth; p > 0; p--)
        {
            var b0 = TSimd.Load(b);
            var x = TSimd.Broadcast(a[0]);
            c00 = TSimd.MultiplyAdd(x, b0, c00);
            x = TSimd.Broadcast(a[1]);
            c10 = TSimd.MultiplyAdd(x, b0, c10);
            x = TSimd.Broadcast(a[2]);
            c20 = TSimd.MultiplyAdd(x, b0, c20);
            x = TSimd.Broadcast(a[3]);
            c30 = TSimd.MultiplyAdd(x, b0, c30);
            x = TSimd.Broadcast(a[4]);
            c40 = TSimd.MultiplyAdd(x, b0, c40);
            x = TSimd.Broadcast(a[5]);
            c50 = TSimd.MultiplyAdd(x, b0, c50);
            x = TSimd.Broadcast(a[6]);
            c60 = TSimd.MultiplyAdd(x, b0, c60);
            x = TSimd.Broadcast(a[7]);
            c70 = TSimd.MultiplyAdd(x, b0, c70);
            x = TSimd.Broadcast(a[8]);
            c80 = TSimd.MultiplyAdd(x, b0, c80);
            x = TSimd.Broadcast(a[9]);
            c90 = TSimd.MultiplyAdd(x, b0, c90);
            x = TSimd.Broadcast(a[10]);
            cA0 = TSimd.MultiplyAdd(x, b0, cA0);
            x = TSimd.Broadcast(a[11]);
            cB0 = TSimd.MultiplyAdd(x, b0, cB0);
            a += tile.AStep;
            b += TSimd.Count;
        }
        c = tile.C;
        TSimd.Store(c00, c);
        c += tile.CStep;
        TSimd.Store(c10, c);
        c += tile.CStep;
        TSimd.Store(c20, c);
        c += tile.CStep;
        TSimd.Store(c30, c);
        c += tile.CStep;
        TSimd.Store(c40, c);
        c += tile.CStep;
        TSimd.Store(c50, c);
        c += tile.CStep;
        TSimd.Store(c60, c);
        c += tile.CStep;
        TSimd.Store(c70, c);
        c += tile.CStep;
        TSimd.Store(c80, c);
        c += tile.CStep;
        TSimd.Store(c90, c);
        c += tile.CStep;
        TSimd.Store(cA0, c);
        c += tile.CStep;
        TSimd.Store(cB0, c);
    }

    public static void Tile4x3<TSimd, TVector, T>(in Tile<T> tile)
        where TSimd : ISimd<TVector, T>
        where T : unmanaged
    {
        var a = tile.A;
        var b = tile.B;
        var c = tile.Start;
        var width = TSimd.Count;
        var (c00, c01, c02) = (TSimd.Load(c), TSimd.Load(c + width), TSimd.Load(c + 2 * width));
        c += tile.StartStep;
        var (c10, c11, c12) = (TSimd.Load(c), TSimd.Load(c + width), TSimd.Load(c + 2 * width));
        c += tile.StartStep;
        var (c20, c21, c22) = (TSimd.Load(c), TSimd.Load(c + width), TSimd.Load(c + 2 * width));
        c += tile.StartStep;
        var (c30, c31, c32) = (TSimd.Load(c), TSimd.Load(c + width), TSimd.Load(c + 2 * width));
        for (var p = tile.Depth; p > 0; p--)
        {
            var b0 = TSimd.Load(b);
            var b1 = TSimd.Load(b + width);
            var b2 = TSimd.Load(b + 2 * width);
            var x = TSimd.Broadcast(a[0]);
            c00 = TSimd.MultiplyAdd(x, b0, c00);
            c01 = TSimd.MultiplyAdd(x, b1, c01);
            c02 = TSimd.MultiplyAdd(x, b2, c02);
            x = TSimd.Broadcast(a[1]);
            c10 = TSimd.MultiplyAdd(x, b0, c10);
            c11 = TSimd.MultiplyAdd(x, b1, c11);
            c12 = TSimd.MultiplyAdd(x, b2, c12);
            x = TSimd.Broadcast(a[2]);
            c20 = TSimd.MultiplyAdd(x, b0, c20);
            c21 = TSimd.MultiplyAdd(x, b1, c21);
            c22 = TSimd.MultiplyAdd(x, b2, c22);
            x = TSimd.Broadcast(a[3]);
            c30 = TSimd.MultiplyAdd(x, b0, c30);
            c31 = TSimd.MultiplyAdd(x, b1, c31);
            c32 = TSimd.MultiplyAdd(x, b2, c32);
            a += tile.AStep;
            b += 3 * width;
        }
        c = tile.C;
        TSimd.Store(c00, c);
        TSimd.Store(c01, c + width);
        TSimd.Store(c02, c + 2 * width);
        c += tile.CStep;
        TSimd.Store(c10, c);
        TSimd.Store(c11, c + width);
        TSimd.Store(c12, c + 2 * width);
        c += tile.CStep;
        TSimd.Store(c20, c);
        TSimd.Store(c21, c + width);
        TSimd.Store(c22, c + 2 * width);
        c += tile.CStep;
        TSimd.Store(c30, c);
        TSimd.Store(c31, c + width);
        TSimd.Store(c32, c + 2 * width);
    }

    public static void Tile4x2<TSimd, TVector, T>(in Tile<T> tile)
        where TSimd : ISimd<TVector, T>
        where T : unmanaged
    {
        var a = tile.A;
        var b = tile.B;
        var c = tile.Start;
        var width = TSimd.Count;
        var (c00, c01) = (TSimd.Load(c), TSimd.Load(c + width));
        c += tile.StartStep;
        var (c10, c11) = (TSimd.Load(c), TSimd.Load(c + width));
        c += tile.StartStep;
        var (c20, c21) = (TSimd.Load(c), TSimd.Load(c + width));
        c += tile.StartStep;
        var (c30, c31) = (TSimd.Load(c), TSimd.Load(c + width));
        for (var p = tile.Depth; p > 0; p--)
        {
            var b0 = TSimd.Load(b);
            var b1 = TSimd.Load(b + width);
            var x = TSimd.Broadcast(a[0]);
            c00 = TSimd.MultiplyAdd(x, b0, c00);
            c01 = TSimd.MultiplyAdd(x, b1, c01);
            x = TSimd.Broadcast(a[1]);
            c10 = TSimd.MultiplyAdd(x, b0, c10);
            c11 = TSimd.MultiplyAdd(x, b1, c11);
            x = TSimd.Broadcast(a[2]);
            c20 = TSimd.MultiplyAdd(x, b0, c20);
            c21 = TSimd.MultiplyAdd(x, b1, c21);
            x = TSimd.Broadcast(a[3]);
            c30 = TSimd.MultiplyAdd(x, b0, c30);
            c31 = TSimd.MultiplyAdd(x, b1, c31);
            a += tile.AStep;
            b += 2 * width;
        }
        c = tile.C;
        TSimd.Store(c00, c);
        TSimd.Store(c01, c + width);
        c += tile.CStep;
        TSimd.Store(c10, c);
        TSimd.Store(c11, c + width);
        c += tile.CStep;
        TSimd.Store(c20, c);
        TSimd.Store(c21, c + width);
        c += tile.CStep;
        TSimd.Store(c30, c);
        TSimd.Store(c31, c + width);
    }

    public static void Tile4x1<TSimd, TVector, T>(in Tile<T> tile)
        where TSimd : ISimd<TVector, T>
        where T : unmanaged
    {
        var a = tile.A;
        var b = tile.B;
        var c = tile.Start;
        var c00 = TSimd.Load(c);
        c += tile.StartStep;
        var c10 = TSimd.Load(c);
        c += tile.StartStep;
        var c20 = TSimd.Load(c);
        c += tile.StartStep;
        var c30 = TSimd.Load(c);
        for (var p = tile.Depth; p > 0; p--)
        {
            var b0 = TSimd.Load(b);
            var x = TSimd.Broadcast(a[0]);
            c00 = TSimd.MultiplyAdd(x, b0, c00);
            x = TSimd.Broadcast(a[1]);
            c10 = TSimd.MultiplyAdd(x, b0, c10);
            x = TSimd.Broadcast(a[2]);
            c20 = TSimd.MultiplyAdd(x, b0, c20);
            x = TSimd.Broadcast(a[3]);
            c30 = TSimd.MultiplyAdd(x, b0, c30);
            a += tile.AStep;
            b += TSimd.Count;
        }
        c = tile.C;
        TSimd.Store(c00, c);
        c += tile.CStep;
        TSimd.Store(c10, c);
        c += tile.CStep;
        TSimd.Store(c20, c);
        c += tile.CStep;
        TSimd.Store(c30, c);
    }
}
