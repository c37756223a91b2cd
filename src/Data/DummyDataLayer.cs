using System.ComponentModel.DataAnnotations;
using System.Numerics;

namespace NeuralFramework.Data;

/// <summary>The options of <see cref="DummyDataLayer{T}"/>.</summary>
public sealed record DummyDataOptions : LayerOptions
{
    /// <summary>How many samples a batch has.</summary>
    [Range(1, int.MaxValue)]
    public required int BatchSize { get; init; }

    /// <summary>The shape of one sample, such as [3, 32, 32].</summary>
    public required Shape Shape { get; init; }

    /// <summary>How the values are drawn; normal with mean 0 and standard deviation 1 when left out.</summary>
    public Filler DataFiller { get; init; } = new GaussianFiller();

    /// <summary>The labels are drawn from 0 to this number less one.</summary>
    [Range(1, int.MaxValue)]
    public int Classes { get; init; } = 10;
}

/// <summary>
/// One batch of random numbers, the same in every pass: for timing a net without a data set.
/// <para>Bottoms: none. Tops: data, N × <c>shape</c>, and label, N (it may be left out). No gradients.</para>
/// <para>Source: Caffe's <c>DummyData</c>, which takes shapes with their batch axis and a filler for each top, and
/// draws anew in each pass unless the filler is constant.</para>
/// </summary>
[LayerType("DummyData")]
public sealed class DummyDataLayer<T>(DummyDataOptions options) : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override BlobCount Bottoms => BlobCount.Exactly(0);

    /// <inheritdoc/>
    public override BlobCount Tops => BlobCount.Between(1, 2);

    // The values are not written anew in each pass: a layer that overwrote them would spoil those of the next.
    /// <inheritdoc/>
    public override bool BackwardReadsTopData => true;

    /// <summary>Sizes the tops and draws their values.</summary>
    /// <exception cref="ShapeException">The number of blobs does not fit.</exception>
    public override void SetUp(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        base.SetUp(bottom, top);
        options.DataFiller.Fill(top[0], RandomStream.Create(Context.Seed, $"{Name}/data"));
        if (top.Count == 1)
            return;
        var random = RandomStream.Create(Context.Seed, $"{Name}/label");
        foreach (ref var label in top[1].Data)
            label = T.CreateTruncating(random.Next(options.Classes));
    }

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        top[0].Reshape([options.BatchSize, .. options.Shape]);
        if (top.Count == 2)
            top[1].Reshape([options.BatchSize]);
    }

    /// <summary>Does nothing: the values stay.</summary>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
    }

    /// <summary>Does nothing: there is nothing to send gradients to.</summary>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
    }
}
