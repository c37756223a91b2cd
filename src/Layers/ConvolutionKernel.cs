using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>
/// The convolution of a batch of images of C×H×W into maps of M×H'×W', its transpose and the gradient of its weights
/// (M×C/group×kh×kw). Results are the same bits for any number of threads.
/// </summary>
internal sealed class ConvolutionKernel<T>(int imageChannels, int mapChannels, int group, Phase phase)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly MirroredWeights<T> mirrored = new(imageChannels, mapChannels, group);
    private readonly FoldedColumns<T> folded = new(imageChannels, mapChannels, group);
    private IMapProduct<T>? toMaps;
    private IWeightGradient<T>? weightGradient;
    private IMapProduct<T>? toImage;
    private bool isMirrored;
    private bool? isWinograd;

    /// <summary>What is wanted from the next <see cref="Reshape"/> on.</summary>
    public ConvolutionAlgorithm Wanted { get; set; }

    /// <summary>What is used; never <see cref="ConvolutionAlgorithm.Auto"/>.</summary>
    public ConvolutionAlgorithm Used =>
        isWinograd == true ? ConvolutionAlgorithm.Winograd : ConvolutionAlgorithm.Direct;

    /// <summary>Prepares for a number of images and their windows.</summary>
    public void Reshape(int images, Window window)
    {
        Choose(images, window);
        toMaps!.Reshape(images, window);
        weightGradient!.Reshape(images, window);
        isMirrored = window.HasMirror;
        if (isMirrored)
            toImage!.Reshape(images, window.Mirrored);
        mirrored.Reshape(window);
        folded.Reshape(images, window);
    }

    private void Choose(int images, Window window)
    {
        var wanted = Wanted == ConvolutionAlgorithm.Winograd || (Wanted == ConvolutionAlgorithm.Auto
            && ConvolutionAlgorithms<T>.GainsByWinograd(window, images, imageChannels, mapChannels, group, phase));
        if (wanted == isWinograd)
            return;
        isWinograd = wanted;
        if (wanted)
        {
            toMaps = ConvolutionAlgorithms<T>.WinogradMaps(imageChannels, mapChannels);
            toImage = ConvolutionAlgorithms<T>.WinogradMaps(mapChannels, imageChannels);
            weightGradient = ConvolutionAlgorithms<T>.WinogradGradient(imageChannels, mapChannels);
        }
        else
        {
            toMaps = ConvolutionAlgorithms<T>.DirectMaps(imageChannels, mapChannels, group);
            toImage = ConvolutionAlgorithms<T>.DirectMaps(mapChannels, imageChannels, group);
            weightGradient = ConvolutionAlgorithms<T>.DirectGradient(imageChannels, mapChannels, group);
        }
    }

    /// <summary>maps = W ∗ image + bias, without a bias if it is empty.</summary>
    public void ToMaps(ReadOnlySpan<T> image, ReadOnlySpan<T> weights, ReadOnlySpan<T> bias, Span<T> maps) =>
        toMaps!.Run(image, weights, bias, maps);

    /// <summary>image = Wᵀ ∗ maps + bias, without a bias if it is empty.</summary>
    public void ToImage(ReadOnlySpan<T> maps, ReadOnlySpan<T> weights, ReadOnlySpan<T> bias, Span<T> image)
    {
        if (isMirrored)
            toImage!.Run(maps, mirrored.Of(weights), bias, image);
        else
            folded.Run(maps, weights, bias, image);
    }

    /// <summary>Adds Σ over images and places of the maps' gradient times the image to the gradient of the weights,
    /// and the sum of the maps' gradient to that of the bias unless it is empty.</summary>
    public void AddWeightGradient(ReadOnlySpan<T> image, ReadOnlySpan<T> maps, Span<T> gradient,
        Span<T> biasGradient) => weightGradient!.Add(image, maps, gradient, biasGradient);
}
