using System.Numerics;
using System.Runtime.Intrinsics;

namespace NeuralFramework.Layers;

/// <summary>How a convolution is computed.</summary>
public enum ConvolutionAlgorithm
{
    /// <summary>By Winograd's filtering where it fits and is likely to be faster; otherwise directly.</summary>
    Auto,

    /// <summary>Window by window, from the image itself.</summary>
    Direct,

    /// <summary>By Winograd's minimal filtering, which needs a quarter (3×3) or a third (5×5) of the products and rounds
    /// up to twice as much. Needs windows of 3×3 or 5×5, a stride and dilation of 1, and one group.</summary>
    Winograd,
}

/// <summary>Makes the kernels of an algorithm for the widest vectors that the processor has.</summary>
internal static class ConvolutionAlgorithms<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // With fewer tiles, transforming the weights, in training at every step, takes longer than the products that are
    // saved.
    private const int LeastTiles = 128;
    private const int LeastTilesOfSameWeights = 16;

    private static int VectorBits =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    /// <summary>Whether Winograd's filtering can compute a convolution.</summary>
    public static bool FitsWinograd(Window window, int channels, int maps, int groups) => groups == 1
        && WinogradTiling.Fits(window) && (long)WinogradTiling.Products * channels * maps < int.MaxValue / 2;

    /// <summary>Whether Winograd's filtering is likely to be the faster: vectors are full, and there are many
    /// tiles.</summary>
    public static bool GainsByWinograd(Window window, int images, int channels, int maps, int groups, Phase phase)
    {
        var vector = VectorBits / (8 * System.Runtime.CompilerServices.Unsafe.SizeOf<T>());
        var tiling = new WinogradTiling(window, images);
        return FitsWinograd(window, channels, maps, groups) && channels >= vector && maps >= vector
            && (long)tiling.Rows * tiling.Across >= (phase == Phase.Train ? LeastTiles : LeastTilesOfSameWeights);
    }

    /// <summary>Convolves images into maps directly.</summary>
    public static IMapProduct<T> DirectMaps(int channels, int maps, int groups) => VectorBits switch
    {
        512 => new DirectConvolution<T, ConvolutionTiles512<T>>(channels, maps, groups),
        256 => new DirectConvolution<T, ConvolutionTiles256<T>>(channels, maps, groups),
        _ => new DirectConvolution<T, ConvolutionTiles128<T>>(channels, maps, groups),
    };

    /// <summary>Convolves images into maps by Winograd's filtering.</summary>
    public static IMapProduct<T> WinogradMaps(int channels, int maps) => VectorBits switch
    {
        512 => new WinogradConvolution<T, ConvolutionTiles512<T>, Simd512<T>, Vector512<T>>(channels, maps),
        256 => new WinogradConvolution<T, ConvolutionTiles256<T>, Simd256<T>, Vector256<T>>(channels, maps),
        _ => new WinogradConvolution<T, ConvolutionTiles128<T>, Simd128<T>, Vector128<T>>(channels, maps),
    };

    /// <summary>Sums the gradient of weights directly.</summary>
    public static IWeightGradient<T> DirectGradient(int channels, int maps, int groups) => VectorBits switch
    {
        512 => new DirectGradient<T, ConvolutionTiles512<T>>(channels, maps, groups),
        256 => new DirectGradient<T, ConvolutionTiles256<T>>(channels, maps, groups),
        _ => new DirectGradient<T, ConvolutionTiles128<T>>(channels, maps, groups),
    };

    /// <summary>Sums the gradient of weights by Winograd's filtering.</summary>
    public static IWeightGradient<T> WinogradGradient(int channels, int maps) => VectorBits switch
    {
        512 => new WinogradGradient<T, ConvolutionTiles512<T>, Simd512<T>, Vector512<T>>(channels, maps),
        256 => new WinogradGradient<T, ConvolutionTiles256<T>, Simd256<T>, Vector256<T>>(channels, maps),
        _ => new WinogradGradient<T, ConvolutionTiles128<T>, Simd128<T>, Vector128<T>>(channels, maps),
    };
}
