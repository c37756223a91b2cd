using System.Numerics;
using System.Runtime.Intrinsics;
using NeuralFramework.Layers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>The kernels for every vector width against plain loops, over shapes that no tile fits.</summary>
[TestFixture(typeof(float), typeof(ConvolutionTiles512<float>), typeof(Simd512<float>), typeof(Vector512<float>))]
[TestFixture(typeof(float), typeof(ConvolutionTiles256<float>), typeof(Simd256<float>), typeof(Vector256<float>))]
[TestFixture(typeof(float), typeof(ConvolutionTiles128<float>), typeof(Simd128<float>), typeof(Vector128<float>))]
[TestFixture(typeof(double), typeof(ConvolutionTiles512<double>), typeof(Simd512<double>), typeof(Vector512<double>))]
[TestFixture(typeof(double), typeof(ConvolutionTiles256<double>), typeof(Simd256<double>), typeof(Vector256<double>))]
[TestFixture(typeof(double), typeof(ConvolutionTiles128<double>), typeof(Simd128<double>), typeof(Vector128<double>))]
internal sealed class WinogradTests<T, TTiles, TSimd, TVector>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TTiles : struct, IConvolutionTiles<T>
    where TSimd : ISimd<TVector, T>
{
    private static readonly ConvolutionCase[] Cases =
    [
        new(2, 3, 5, 1, [8, 8], [3, 3], 1, 1, 1),
        new(3, 17, 33, 1, [9, 7], [3, 3], 1, 1, 1),
        new(2, 16, 20, 1, [7, 10], [3, 3], 1, 0, 1),
        new(1, 5, 9, 1, [3, 3], [3, 3], 1, 0, 1),
        new(2, 4, 6, 1, [6, 21], [3, 3], 1, 2, 1),
        new(9, 2, 40, 1, [4, 4], [3, 3], 1, 1, 1),
        new(2, 3, 12, 1, [8, 16], [5, 5], 1, 2, 1),
        new(17, 7, 5, 1, [4, 4], [5, 5], 1, 2, 1),
        new(1, 1, 1, 1, [5, 5], [5, 5], 1, 0, 1),
        new(2, 18, 19, 1, [9, 6], [5, 5], 1, 4, 1),
    ];

    [TestCaseSource(nameof(Cases))]
    public void Maps_are_those_of_plain_loops(ConvolutionCase sizes) =>
        sizes.AssertMaps(new WinogradConvolution<T, TTiles, TSimd, TVector>(sizes.Channels, sizes.Maps));

    [TestCaseSource(nameof(Cases))]
    public void Gradients_of_weights_and_bias_are_those_of_plain_loops_and_are_added(ConvolutionCase sizes) =>
        sizes.AssertGradients(new WinogradGradient<T, TTiles, TSimd, TVector>(sizes.Channels, sizes.Maps));
}
