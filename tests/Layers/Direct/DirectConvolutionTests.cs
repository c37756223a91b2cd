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

    private static readonly Case[] Cases =
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
    public void Maps_are_those_of_plain_loops(Case sizes)
    {
        var (image, weights, bias) = (Fill(sizes.ImageCount, 1), Fill(sizes.WeightCount, 2), Fill(sizes.Maps, 3));
        var expected = new double[sizes.MapCount];
        sizes.ForEach((i, w, m, map) => expected[m] += image[i] * weights[w]);
        for (var m = 0; m < expected.Length; m++)
            expected[m] += bias[m / sizes.Window.Count % sizes.Maps];

        var kernel = new DirectConvolution<T, TTiles>(sizes.Channels, sizes.Maps, sizes.Groups);
        kernel.Reshape(sizes.Images, sizes.Window);
        var maps = Fill<T>(expected.Length, 9);
        kernel.Run(Cast(image), Cast(weights), Cast(bias), maps);

        Assert.That(maps.Select(double.CreateChecked), Is.EqualTo(expected).Within(Tolerance));
    }

    [TestCaseSource(nameof(Cases))]
    public void Gradients_of_weights_and_bias_are_those_of_plain_loops_and_are_added(Case sizes)
    {
        var (image, maps) = (Fill(sizes.ImageCount, 1), Fill(sizes.MapCount, 2));
        var (expected, expectedBias) = (Fill(sizes.WeightCount, 3), Fill(sizes.Maps, 4));
        var (gradient, biasGradient) = (Cast(expected), Cast(expectedBias));
        sizes.ForEach((i, w, m, map) => expected[w] += image[i] * maps[m]);
        for (var m = 0; m < maps.Length; m++)
            expectedBias[m / sizes.Window.Count % sizes.Maps] += maps[m];

        var kernel = new DirectGradient<T, TTiles>(sizes.Channels, sizes.Maps, sizes.Groups);
        kernel.Reshape(sizes.Images, sizes.Window);
        kernel.Add(Cast(image), Cast(maps), gradient, biasGradient);

        Assert.That(gradient.Select(double.CreateChecked), Is.EqualTo(expected).Within(Tolerance));
        Assert.That(biasGradient.Select(double.CreateChecked), Is.EqualTo(expectedBias).Within(Tolerance));
    }

    private static double[] Fill(int count, int seed) => Fill<double>(count, seed);

    // Multiples of 1/64, which a float holds exactly.
    private static TValue[] Fill<TValue>(int count, int seed) where TValue : INumberBase<TValue>
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => TValue.CreateChecked(random.Next(-64, 65) / 64.0))];
    }

    private static T[] Cast(double[] values) => [.. values.Select(T.CreateChecked)];

    public sealed record Case(int Images, int Channels, int Maps, int Groups, int[] Extent, int[] Kernel, int Stride,
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
    }
}
