using System.Numerics;
using System.Runtime.Intrinsics;

namespace NeuralFramework.Layers;

/// <summary>Convolves images into maps.</summary>
internal interface IMapProduct<T> where T : unmanaged
{
    /// <summary>Prepares for a number of images and their windows.</summary>
    void Reshape(int count, Window over);

    /// <summary>maps = W ∗ image + bias, without a bias if it is empty.</summary>
    void Run(ReadOnlySpan<T> image, ReadOnlySpan<T> weights, ReadOnlySpan<T> bias, Span<T> target);
}

/// <summary>Sums the gradient of a convolution's weights.</summary>
internal interface IWeightGradient<T> where T : unmanaged
{
    /// <summary>Prepares for a number of images and their windows.</summary>
    void Reshape(int count, Window over);

    /// <summary>Adds Σ over images and places of the maps' gradient times the window's element to the gradient of the
    /// weights, and the sum of the maps' gradient to that of the bias unless it is empty.</summary>
    void Add(ReadOnlySpan<T> image, ReadOnlySpan<T> maps, Span<T> gradient, Span<T> biasGradient);
}

/// <summary>Makes the kernels for the widest vectors that the processor has.</summary>
internal static class DirectKernels<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static int VectorBits =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    public static IMapProduct<T> Maps(int channels, int maps, int groups) => VectorBits switch
    {
        512 => new DirectConvolution<T, ConvolutionTiles512<T>>(channels, maps, groups),
        256 => new DirectConvolution<T, ConvolutionTiles256<T>>(channels, maps, groups),
        _ => new DirectConvolution<T, ConvolutionTiles128<T>>(channels, maps, groups),
    };

    public static IWeightGradient<T> Gradient(int channels, int maps, int groups) => VectorBits switch
    {
        512 => new DirectGradient<T, ConvolutionTiles512<T>>(channels, maps, groups),
        256 => new DirectGradient<T, ConvolutionTiles256<T>>(channels, maps, groups),
        _ => new DirectGradient<T, ConvolutionTiles128<T>>(channels, maps, groups),
    };
}
