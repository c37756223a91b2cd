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
    public void Maps_are_those_of_plain_loops(ConvolutionCase sizes) =>
        sizes.AssertMaps(new DirectConvolution<T, TTiles>(sizes.Channels, sizes.Maps, sizes.Groups));

    [TestCaseSource(nameof(Cases))]
    public void Gradients_of_weights_and_bias_are_those_of_plain_loops_and_are_added(ConvolutionCase sizes) =>
        sizes.AssertGradients(new DirectGradient<T, TTiles>(sizes.Channels, sizes.Maps, sizes.Groups));
}
