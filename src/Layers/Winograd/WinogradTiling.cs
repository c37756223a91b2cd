using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>How the results of a convolution of a batch are cut into tiles, each of which goes through 6×6 products for
/// each pair of a channel and a map, whatever the window: see <see cref="WinogradLines{TSimd, TVector, T}"/>.</summary>
internal readonly record struct WinogradTiling(Window Window, int Images)
{
    /// <summary>The products along an axis.</summary>
    public const int Points = 6;

    /// <summary>The points are 0, plus and minus these two, and ∞: those with which results round least.</summary>
    public const double NearPoint = 0.75;

    /// <inheritdoc cref="NearPoint"/>
    public const double FarPoint = 1.5;

    /// <summary>The products of a tile.</summary>
    public const int Products = Points * Points;

    /// <summary>The elements of the window along an axis.</summary>
    public int Kernel => Window.Height.Kernel;

    /// <summary>The results of a tile along an axis.</summary>
    public int Results => Points + 1 - Kernel;

    /// <summary>The tiles beside each other.</summary>
    public int Across => (Window.Width.Count + Results - 1) / Results;

    /// <summary>The rows of tiles of an image.</summary>
    public int Down => (Window.Height.Count + Results - 1) / Results;

    /// <summary>The rows of tiles of the batch.</summary>
    public int Rows => Images * Down;

    /// <summary>Whether windows are of 3×3 or 5×5 that touch each other, the only ones that can be filtered
    /// so.</summary>
    public static bool Fits(Window window) => IsFit(window.Height) && IsFit(window.Width)
        && window.Height.Kernel == window.Width.Kernel;

    /// <summary>G: the weights' values at the points, 6×kernel.</summary>
    public static T[] WeightTransform<T>(int kernel) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var transform = new T[Points * kernel];
        double[] points = [0, NearPoint, -NearPoint, FarPoint, -FarPoint];
        for (var row = 0; row < points.Length; row++)
        {
            var distances = points.Where(point => point != points[row])
                .Aggregate(1.0, (product, point) => product * (points[row] - point));
            for (var i = 0; i < kernel; i++)
                transform[row * kernel + i] = T.CreateChecked(Math.Pow(points[row], i) / distances);
        }
        transform[^1] = T.One;
        return transform;
    }

    private static bool IsFit(WindowAxis axis) => axis is { Kernel: 3 or 5, Stride: 1, Dilation: 1 };
}
