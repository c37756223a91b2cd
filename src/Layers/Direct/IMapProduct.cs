using System.Numerics;

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

