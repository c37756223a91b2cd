using System.Numerics;
using NeuralFramework.Layers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>The sizes of a convolution, and a plain loop over all its products.</summary>
public sealed record ConvolutionCase(int Images, int Channels, int Maps, int Groups, int[] Extent, int[] Kernel, int Stride,
    int Pad, int Dilation)
{
    internal Window Window => new(Axis(0), Axis(1));

    public int ImageCount => Images * Channels * Extent[0] * Extent[1];

    public int WeightCount => Maps * Channels / Groups * Kernel[0] * Kernel[1];

    public int MapCount => Images * Maps * Window.Count;

    /// <summary>Every product of the convolution: the numbers of image element, weight, map element and
    /// map.</summary>
    public void ForEach(Action<int, int, int, int> product)
    {
        var (window, channels) = (Window, Channels / Groups);
        foreach (var image in Enumerable.Range(0, Images))
            foreach (var map in Enumerable.Range(0, Maps))
                foreach (var place in Enumerable.Range(0, window.Count))
                    foreach (var weight in Enumerable.Range(0, channels * window.KernelSize))
                    {
                        var (channel, tap) = Math.DivRem(weight, window.KernelSize);
                        var y = window.Height.Place(place / window.Width.Count, tap / Kernel[1]);
                        var x = window.Width.Place(place % window.Width.Count, tap % Kernel[1]);
                        if (y < 0 || y >= Extent[0] || x < 0 || x >= Extent[1])
                            continue;
                        var plane = image * Channels + map / (Maps / Groups) * channels + channel;
                        product((plane * Extent[0] + y) * Extent[1] + x,
                            map * channels * window.KernelSize + weight,
                            (image * Maps + map) * window.Count + place, map);
                    }
    }

    public override string ToString() => $"{Images}×{Channels}×{Extent[0]}×{Extent[1]} to {Maps}, kernel "
        + $"{Kernel[0]}×{Kernel[1]}, stride {Stride}, pad {Pad}, dilation {Dilation}, groups {Groups}";

    private WindowAxis Axis(int axis) => new(Extent[axis], Kernel[axis], Stride, Pad, Dilation,
        (Extent[axis] + 2 * Pad - (int)WindowAxis.Span(Kernel[axis], Dilation)) / Stride + 1);

    /// <summary>A kernel's maps are those of plain loops.</summary>
    internal void AssertMaps<T>(IMapProduct<T> kernel) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (image, weights, bias) = (Fill<double>(ImageCount, 1), Fill<double>(WeightCount, 2), Fill<double>(Maps, 3));
        var expected = new double[MapCount];
        ForEach((i, w, m, map) => expected[m] += image[i] * weights[w]);
        for (var m = 0; m < expected.Length; m++)
            expected[m] += bias[m / Window.Count % Maps];

        kernel.Reshape(Images, Window);
        var maps = Fill<T>(expected.Length, 9);
        kernel.Run(Cast<T>(image), Cast<T>(weights), Cast<T>(bias), maps);

        Assert.That(maps.Select(double.CreateChecked), Is.EqualTo(expected).Within(Tolerance<T>()));
    }

    /// <summary>A kernel's gradients of weights and bias are those of plain loops, and are added to what was
    /// there.</summary>
    internal void AssertGradients<T>(IWeightGradient<T> kernel) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (image, maps) = (Fill<double>(ImageCount, 1), Fill<double>(MapCount, 2));
        var (expected, expectedBias) = (Fill<double>(WeightCount, 3), Fill<double>(Maps, 4));
        var (gradient, biasGradient) = (Cast<T>(expected), Cast<T>(expectedBias));
        ForEach((i, w, m, map) => expected[w] += image[i] * maps[m]);
        for (var m = 0; m < maps.Length; m++)
            expectedBias[m / Window.Count % Maps] += maps[m];

        kernel.Reshape(Images, Window);
        kernel.Add(Cast<T>(image), Cast<T>(maps), gradient, biasGradient);

        Assert.That(gradient.Select(double.CreateChecked), Is.EqualTo(expected).Within(Tolerance<T>()));
        Assert.That(biasGradient.Select(double.CreateChecked), Is.EqualTo(expectedBias).Within(Tolerance<T>()));
    }

    // Sums of up to some hundred products of numbers below 1.
    private static double Tolerance<T>() => typeof(T) == typeof(float) ? 1e-4 : 1e-12;

    // Multiples of 1/64, which a float holds exactly.
    private static T[] Fill<T>(int count, int seed) where T : INumberBase<T>
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => T.CreateChecked(random.Next(-64, 65) / 64.0))];
    }

    private static T[] Cast<T>(double[] values) where T : INumberBase<T> => [.. values.Select(T.CreateChecked)];
}
