using System.Numerics;
using System.Runtime.InteropServices;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>A layer set up alone, with its bottoms and tops.</summary>
internal sealed class LayerRun<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public LayerRun(Layer<T> layer, params Blob<T>[] bottoms) : this(layer, 1, bottoms)
    {
    }

    public LayerRun(Layer<T> layer, int topCount, params Blob<T>[] bottoms)
        : this(layer, [.. Enumerable.Range(0, topCount).Select(i => new Blob<T>($"top{i}", [0]))], bottoms)
    {
    }

    private LayerRun(Layer<T> layer, Blob<T>[] tops, Blob<T>[] bottoms)
    {
        (Layer, Tops, Bottoms) = (layer, tops, bottoms);
        if (layer.Name.Length == 0)
            layer.Name = "tested";
        layer.SetUp(bottoms, tops);
    }

    public Layer<T> Layer { get; }

    public Blob<T>[] Bottoms { get; }

    public Blob<T>[] Tops { get; }

    public Blob<T> Top => Tops[0];

    public static LayerRun<T> InPlace(Layer<T> layer, Blob<T> blob) => new(layer, [blob], [blob]);

    /// <summary>Runs forward and returns the values of the first top.</summary>
    public T[] Forward()
    {
        Layer.Forward(Bottoms, Tops);
        return Top.Data.ToArray();
    }

    /// <summary>Runs backward from gradients of the first top to wherever one is defined; returns those of the first
    /// bottom.</summary>
    public T[] Backward(params T[] topDiff)
    {
        topDiff.CopyTo(Top.Diff);
        Layer.Backward(Tops, [.. Bottoms.Select((_, i) => Layer.PropagatesTo(i))], Bottoms);
        return Bottoms[0].Diff.ToArray();
    }
}

/// <summary>What many layers' tests do.</summary>
internal static class LayerRun
{
    public static Blob<double> Blob(string name, Shape shape, params double[] values) => new(name, shape, values);

    /// <summary>A blob of normal values; the same for the same name and shape.</summary>
    public static Blob<T> Normal<T>(string name, params ReadOnlySpan<int> shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var blob = new Blob<T>(name, new Shape(shape));
        new GaussianFiller().Fill(blob, RandomStream.Create(1, name));
        return blob;
    }

    /// <summary>A blob of random class numbers.</summary>
    public static Blob<T> Labels<T>(int classes, params ReadOnlySpan<int> shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var blob = new Blob<T>("label", new Shape(shape));
        var random = RandomStream.Create(1, blob.Name);
        foreach (ref var value in blob.Data)
            value = T.CreateTruncating(random.Next(classes));
        return blob;
    }

    public static void AssertGradients(Layer<double> layer, params Blob<double>[] bottoms)
    {
        layer.Name = "tested";
        var result = GradientChecker.Check(layer, bottoms);
        Assert.That(result.Passed, result.ToString());
        Assert.That(result.MaxRelativeError, Is.LessThan(1e-7), result.ToString());
    }

    /// <summary>Asserts that a pass in float gives the same bits with one thread as with several.</summary>
    public static void AssertSameBitsForAnyThreads(Func<Layer<float>> layer, params Blob<float>[] bottoms)
    {
        var threads = WorkPool.Threads;
        try
        {
            WorkPool.Threads = 1;
            var alone = PassBits(layer(), bottoms);
            WorkPool.Threads = 5;
            Assert.That(PassBits(layer(), bottoms).AsSpan().SequenceEqual(alone));
        }
        finally
        {
            WorkPool.Threads = threads;
        }
    }

    private static byte[] PassBits(Layer<float> layer, Blob<float>[] bottoms)
    {
        var run = new LayerRun<float>(layer, bottoms);
        run.Forward();
        run.Backward(Normal<float>("diff", run.Top.Count).Data.ToArray());
        return [.. run.Tops.Append(bottoms[0]).Concat(layer.Parameters).SelectMany(blob =>
            (byte[])[.. MemoryMarshal.AsBytes(blob.Data), .. MemoryMarshal.AsBytes(blob.Diff)])];
    }
}
