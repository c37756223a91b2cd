using System.Numerics;
using NeuralFramework.Layers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>The kernels for every vector width against plain loops, over shapes that no tile fits.</summary>
[TestFixture(typeof(float), typeof(ConvolutionTiles512<float>))]
[TestFixture(typeof(float), typeof(ConvolutionTiles256<float>))]
[TestFixture(typeof(float), typeof(ConvolutionTiles128<float>))]
[TestFixture(typeof(double), typeof(ConvolutionTiles512<double>))]
[TestFixture(typeof(double), typeof(ConvolutionTiles256<double>))]
[TestFixture(typeof(double), typeof(ConvolutionTiles128<double>))]
internal sealed class DirectConvolutionTests<T, TTiles>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TTiles : struct, IConvolutionTiles<T>
{
    // Sums of up to some hundred products of numbers below 1.
    private static double Tolerance => typeof(T) == typeof(float) ? 1e-4 : 1e-12;

    private static readonly ConvolutionCase[] Cases =
    [
        new(2, 3, 5, 1, [8, 32], [5, 5], 1, 2, 1),
        new(3, 4, 8, 1, [9, 16], [3, 3], 1, 1, 1),
        new(2, 2, 20, 1, [7, 5], [3, 2], 1, 0, 1),
        new(1, 6, 9, 3, [8, 8], [3, 3], 1, 1, 1),
        new(2, 3, 12, 1, [11, 13], [3, 5], 2, 2, 1),
        new(2, 4, 6, 2, [12, 10], [3, 3], 3, 1, 2),
        new(3, 5, 7, 1, [6, 8], [1, 1], 1, 0, 1),
        new(1, 1, 1, 1, [1, 1], [1, 1], 1, 0, 1),
        new(17, 2, 33, 1, [4, 4], [4, 4], 1, 0, 1),
        new(1, 2, 3, 1, [3, 40], [3, 3], 1, 3, 1),
    ];

    [TestCaseSource(nameof(Cases))]
    public void Maps_are_those_of_plain_loops(ConvolutionCase sizes)
    {
        var (image, weights, bias) = (ConvolutionCase.Fill(sizes.ImageCount, 1), ConvolutionCase.Fill(sizes.WeightCount, 2), ConvolutionCase.Fill(sizes.Maps, 3));
        var expected = new double[sizes.MapCount];
        sizes.ForEach((i, w, m, map) => expected[m] += image[i] * weights[w]);
        for (var m = 0; m < expected.Length; m++)
            expected[m] += bias[m / sizes.Window.Count % sizes.Maps];

        var kernel = new DirectConvolution<T, TTiles>(sizes.Channels, sizes.Maps, sizes.Groups);
        kernel.Reshape(sizes.Images, sizes.Window);
        var maps = ConvolutionCase.Fill<T>(expected.Length, 9);
        kernel.Run(ConvolutionCase.Cast<T>(image), ConvolutionCase.Cast<T>(weights), ConvolutionCase.Cast<T>(bias), maps);

        Assert.That(maps.Select(double.CreateChecked), Is.EqualTo(expected).Within(Tolerance));
    }

    [TestCaseSource(nameof(Cases))]
    public void Gradients_of_weights_and_bias_are_those_of_plain_loops_and_are_added(ConvolutionCase sizes)
    {
        var (image, maps) = (ConvolutionCase.Fill(sizes.ImageCount, 1), ConvolutionCase.Fill(sizes.MapCount, 2));
        var (expected, expectedBias) = (ConvolutionCase.Fill(sizes.WeightCount, 3), ConvolutionCase.Fill(sizes.Maps, 4));
        var (gradient, biasGradient) = (ConvolutionCase.Cast<T>(expected), ConvolutionCase.Cast<T>(expectedBias));
        sizes.ForEach((i, w, m, map) => expected[w] += image[i] * maps[m]);
        for (var m = 0; m < maps.Length; m++)
            expectedBias[m / sizes.Window.Count % sizes.Maps] += maps[m];

        var kernel = new DirectGradient<T, TTiles>(sizes.Channels, sizes.Maps, sizes.Groups);
        kernel.Reshape(sizes.Images, sizes.Window);
        kernel.Add(ConvolutionCase.Cast<T>(image), ConvolutionCase.Cast<T>(maps), gradient, biasGradient);

        Assert.That(gradient.Select(double.CreateChecked), Is.EqualTo(expected).Within(Tolerance));
        Assert.That(biasGradient.Select(double.CreateChecked), Is.EqualTo(expectedBias).Within(Tolerance));
    }
}
