using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>The gradient of a convolution's bias, summed by the parts of a batch and added up in their order, so that it
/// is the same bits for any number of threads.</summary>
internal sealed class BiasSums<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Blob<T> sums = new([0]);
    private int parts;
    private int maps;

    /// <summary>Prepares for some parts. Without maps there is no bias, and nothing is summed.</summary>
    public void Reshape(int partCount, int mapCount)
    {
        (parts, maps) = (partCount, mapCount);
        if (sums.Count != parts * maps)
            sums.Reshape([parts, maps]);
    }

    /// <summary>Begins a part.</summary>
    public void Clear(int part) => Of(part).Clear();

    /// <summary>Adds the sum over the places of each map of an image.</summary>
    /// <param name="part">The part that the image belongs to.</param>
    /// <param name="gradient">The gradients of the image's maps, one behind the other.</param>
    /// <param name="places">The places of a map.</param>
    public void AddImage(int part, ReadOnlySpan<T> gradient, int places)
    {
        var sum = Of(part);
        for (var map = 0; map < sum.Length; map++)
            sum[map] += TensorPrimitives.Sum(gradient.Slice(map * places, places));
    }

    /// <summary>Adds all parts to the gradient.</summary>
    public void AddTo(Span<T> gradient)
    {
        for (var part = 0; part < parts && maps > 0; part++)
            TensorPrimitives.Add(gradient, Of(part), gradient);
    }

    private Span<T> Of(int part) => sums.Data.Slice(part * maps, maps);
}
