using System.Numerics;
using NeuralFramework.Data;

namespace NeuralFramework.Tests;

/// <summary>A data layer set up alone, with its tops.</summary>
internal sealed class ServedLayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Blob<T>[] tops;

    public ServedLayer(DataLayer<T> layer, Phase phase = Phase.Train, long seed = 1, string name = "data",
        int topCount = 2)
    {
        Layer = layer;
        layer.Name = name;
        layer.Context = new NetContext { Phase = phase, Seed = seed };
        tops = [.. Enumerable.Range(0, topCount).Select(i => new Blob<T>($"top{i}", new Shape(0)))];
        layer.SetUp([], tops);
    }

    public DataLayer<T> Layer { get; }

    public Blob<T> Data => tops[0];

    public Blob<T> Label => tops[1];

    /// <summary>The next batch: its data and labels.</summary>
    public (T[] Data, T[] Labels) Next()
    {
        Layer.Forward([], tops);
        return (Data.Data.ToArray(), tops.Length == 2 ? Label.Data.ToArray() : []);
    }
}
