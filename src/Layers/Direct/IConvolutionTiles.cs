using System.Runtime.Intrinsics;

namespace NeuralFramework.Layers;

/// <summary>The innermost loops of the convolution for one vector width.</summary>
internal unsafe interface IConvolutionTiles<T> where T : unmanaged
{
    /// <summary>The rows of a full tile: maps, or weights whose gradient is summed. A low tile has 4.</summary>
    static abstract int Rows { get; }

    /// <summary>The elements of a vector.</summary>
    static abstract int Vector { get; }

    /// <summary>Computes a tile of maps.</summary>
    static abstract void Run(int rows, int vectors, in MapTile<T> tile);

    /// <summary>Computes a tile of gradients with all its rows.</summary>
    static abstract void Run(int vectors, in GradientTile<T> tile);

    /// <summary>Fills a panel of two vectors' width: see <see cref="PaddedWindow.Gather"/>.</summary>
    static abstract void Gather(in PaddedWindow window, T* source, int channels, ReadOnlySpan<nint> offsets, int first,
        int count, T* panel);
}

/// <summary>8 rows by 2 vectors of 512 bits: 16 of the 32 registers hold sums.</summary>
internal readonly unsafe struct ConvolutionTiles512<T> : IConvolutionTiles<T> where T : unmanaged
{
    public static int Rows => 8;

    public static int Vector => Vector512<T>.Count;

    public static void Run(int rows, int vectors, in MapTile<T> tile)
    {
        if (rows > 4 && vectors > 1)
            MapTiles<Simd512<T>, Vector512<T>, T>.Run8x2(tile);
        else if (rows > 4)
            MapTiles<Simd512<T>, Vector512<T>, T>.Run8x1(tile);
        else if (vectors > 1)
            MapTiles<Simd512<T>, Vector512<T>, T>.Run4x2(tile);
        else
            MapTiles<Simd512<T>, Vector512<T>, T>.Run4x1(tile);
    }

    public static void Run(int vectors, in GradientTile<T> tile)
    {
        if (vectors > 1)
            GradientTiles<Simd512<T>, Vector512<T>, T>.Run8x2(tile);
        else
            GradientTiles<Simd512<T>, Vector512<T>, T>.Run8x1(tile);
    }

    public static void Gather(in PaddedWindow window, T* source, int channels, ReadOnlySpan<nint> offsets, int first,
        int count, T* panel) =>
        window.Gather<Simd512<T>, Vector512<T>, T>(source, channels, offsets, first, count, panel, 2 * Vector);
}

/// <summary>4 rows by 2 vectors of 256 bits: 8 of the 16 registers hold sums.</summary>
internal readonly unsafe struct ConvolutionTiles256<T> : IConvolutionTiles<T> where T : unmanaged
{
    public static int Rows => 4;

    public static int Vector => Vector256<T>.Count;

    public static void Run(int rows, int vectors, in MapTile<T> tile)
    {
        if (vectors > 1)
            MapTiles<Simd256<T>, Vector256<T>, T>.Run4x2(tile);
        else
            MapTiles<Simd256<T>, Vector256<T>, T>.Run4x1(tile);
    }

    public static void Run(int vectors, in GradientTile<T> tile)
    {
        if (vectors > 1)
            GradientTiles<Simd256<T>, Vector256<T>, T>.Run4x2(tile);
        else
            GradientTiles<Simd256<T>, Vector256<T>, T>.Run4x1(tile);
    }

    public static void Gather(in PaddedWindow window, T* source, int channels, ReadOnlySpan<nint> offsets, int first,
        int count, T* panel) =>
        window.Gather<Simd256<T>, Vector256<T>, T>(source, channels, offsets, first, count, panel, 2 * Vector);
}

/// <summary>4 rows by 2 vectors of 128 bits.</summary>
internal readonly unsafe struct ConvolutionTiles128<T> : IConvolutionTiles<T> where T : unmanaged
{
    public static int Rows => 4;

    public static int Vector => Vector128<T>.Count;

    public static void Run(int rows, int vectors, in MapTile<T> tile)
    {
        if (vectors > 1)
            MapTiles<Simd128<T>, Vector128<T>, T>.Run4x2(tile);
        else
            MapTiles<Simd128<T>, Vector128<T>, T>.Run4x1(tile);
    }

    public static void Run(int vectors, in GradientTile<T> tile)
    {
        if (vectors > 1)
            GradientTiles<Simd128<T>, Vector128<T>, T>.Run4x2(tile);
        else
            GradientTiles<Simd128<T>, Vector128<T>, T>.Run4x1(tile);
    }

    public static void Gather(in PaddedWindow window, T* source, int channels, ReadOnlySpan<nint> offsets, int first,
        int count, T* panel) =>
        window.Gather<Simd128<T>, Vector128<T>, T>(source, channels, offsets, first, count, panel, 2 * Vector);
}
