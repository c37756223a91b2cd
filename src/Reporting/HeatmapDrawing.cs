using System.Numerics;
using SkiaSharp;

namespace NeuralFramework.Reporting;

/// <summary>Draws which pixels of an image the score of a class depends on most.</summary>
public static class HeatmapDrawing
{
    private const int LeastWidth = 320;

    /// <summary>
    /// Draws the image, and beside it the image in grey under the gradient: at each pixel the largest magnitude of
    /// ∂score/∂x over the channels (Simonyan, Vedaldi and Zisserman 2014), its mean over 3×3 pixels, from nothing, 0, over
    /// red to yellow, the largest of the image. Behind a softmax the score is that before it: a probability near 1 hardly
    /// depends on anything.
    /// </summary>
    /// <param name="net">The net, after a forward pass of one sample. Its gradients are overwritten.</param>
    /// <param name="input">The blob of the image, 1×1×H×W or 1×3×H×W.</param>
    /// <param name="output">The blob of the scores.</param>
    /// <param name="classNumber">The place of the class among the scores.</param>
    /// <param name="path">The PNG file.</param>
    /// <exception cref="ShapeException">The input is not one image.</exception>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public static void Write<T>(Net<T> net, Blob<T> input, Blob<T> output, int classNumber, string path)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (input.Shape.Rank != 4 || input.Shape[0] != 1 || input.Shape[1] is not (1 or 3))
            throw new ShapeException($"heatmap: received the input {input}, allowed: one image of 1 or 3 channels");
        Backpropagate(net, output, classNumber);
        var (height, width) = (input.Shape[2], input.Shape[3]);
        var image = PixelImage.FromLeastToGreatest<T>(input.Data, height, width);
        using var plain = image.ToBitmap();
        using var heat = HeatOf(Smoothed(MagnitudesOf(input), height, width), height, width);
        var scale = Math.Max(1, (LeastWidth + width - 1) / width);
        using var surface = SKSurface.Create(
            new SKImageInfo(2 * width * scale, height * scale, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Draw(surface.Canvas, plain, heat, width * scale, height * scale);
        using var snapshot = surface.Snapshot();
        using var data = snapshot.Encode(SKEncodedImageFormat.Png, 100);
        AtomicFile.Write(path, data.SaveTo);
    }

    private static void Backpropagate<T>(Net<T> net, Blob<T> output, int classNumber)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        net.ForceBackward = true;
        net.ClearGradients();
        var last = net.Nodes.Count - 1;
        while (!net.Nodes[last].Top.Contains(output))
            last--;
        var scores = output;
        if (net.Nodes[last].Layer.Type == "Softmax")
            scores = net.Nodes[last--].Bottom[0];
        scores.Diff.Clear();
        scores.Diff[classNumber] = T.One;
        for (var node = last; node >= 0; node--)
            net.BackwardNode(node);
    }

    private static double[] MagnitudesOf<T>(Blob<T> input) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var size = input.Shape.SizeOf(2);
        var magnitudes = new double[size];
        var diff = input.Diff;
        for (var i = 0; i < diff.Length; i++)
            magnitudes[i % size] = Math.Max(magnitudes[i % size], Math.Abs(double.CreateTruncating(diff[i])));
        return magnitudes;
    }

    private static double[] Smoothed(double[] values, int height, int width)
    {
        var means = new double[values.Length];
        for (var row = 0; row < height; row++)
            for (var column = 0; column < width; column++)
            {
                var (sum, count) = (0.0, 0);
                for (var i = Math.Max(0, row - 1); i <= Math.Min(height - 1, row + 1); i++)
                    for (var j = Math.Max(0, column - 1); j <= Math.Min(width - 1, column + 1); j++, count++)
                        sum += values[i * width + j];
                means[row * width + column] = sum / count;
            }
        return means;
    }

    private static SKBitmap HeatOf(double[] values, int height, int width)
    {
        var largest = values.Max();
        return new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul))
        {
            Pixels = Array.ConvertAll(values, value => ColorOf(largest > 0 ? value / largest : 0)),
        };
    }

    private static SKColor ColorOf(double heat) =>
        new(255, (byte)Math.Round(255 * Math.Max(0, 2 * heat - 1)), 0, (byte)Math.Round(230 * heat));

    private static void Draw(SKCanvas canvas, SKBitmap plain, SKBitmap heat, int width, int height)
    {
        var left = SKRect.Create(0, 0, width, height);
        var right = SKRect.Create(width, 0, width, height);
        using var image = SKImage.FromBitmap(plain);
        using var overlay = SKImage.FromBitmap(heat);
        using var grey = new SKPaint { ColorFilter = SKColorFilter.CreateColorMatrix(Grey) };
        canvas.DrawImage(image, left, new SKSamplingOptions(SKFilterMode.Nearest), null);
        canvas.DrawImage(image, right, new SKSamplingOptions(SKFilterMode.Nearest), grey);
        canvas.DrawImage(overlay, right, new SKSamplingOptions(SKFilterMode.Linear), null);
    }

    // Darkened, so that the heat stands out.
    private static readonly float[] Grey =
    [
        0.18f, 0.35f, 0.07f, 0, 0,
        0.18f, 0.35f, 0.07f, 0, 0,
        0.18f, 0.35f, 0.07f, 0, 0,
        0, 0, 0, 1, 0,
    ];
}
