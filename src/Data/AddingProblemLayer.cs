using System.ComponentModel.DataAnnotations;
using System.Numerics;

namespace NeuralFramework.Data;

/// <summary>The options of <see cref="AddingProblemLayer{T}"/>.</summary>
public sealed record AddingProblemOptions : LayerOptions
{
    /// <summary>How many sequences N a batch has.</summary>
    [Range(1, int.MaxValue)]
    public required int BatchSize { get; init; }

    /// <summary>How long each is, T.</summary>
    [Range(2, int.MaxValue)]
    public int Steps { get; init; } = 200;

    /// <summary>How many sequences a pass in the phase test has.</summary>
    [Range(1, int.MaxValue)]
    public int Samples { get; init; } = 1000;
}

/// <summary>
/// The adding problem, for which a net must remember over a long time: a sequence of pairs, a number drawn evenly from
/// 0 … 1 and a mark, which is 1 at one step of the first half and at one of the second, else 0. The label is the sum of
/// the two marked numbers. Who always answers 1 has the mean squared error 1/6.
/// <para>No bottoms. Tops: data, T×N×2; label, N×1 (it may be left out). No gradients.</para>
/// <para>Sequence number p is a function of (seed, layer name, p): in the phase train they never repeat, in the others
/// they are those of 0 … <c>samples</c> − 1 in each pass.</para>
/// <para>Source: Hochreiter and Schmidhuber 1997, "Long short-term memory", in the form of Le, Jaitly and Hinton 2015
/// (arXiv:1504.00941).</para>
/// </summary>
[LayerType("AddingProblem")]
public sealed class AddingProblemLayer<T>(AddingProblemOptions options) : CursorLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private SampleHash values;
    private SampleHash marks;

    /// <inheritdoc/>
    public override BlobCount Tops => BlobCount.Between(1, 2);

    /// <inheritdoc/>
    public override int SampleCount => options.Samples;

    /// <inheritdoc/>
    public override int BatchSize => options.BatchSize;

    private int NextCount => Context.Phase == Phase.Train ? options.BatchSize
        : (int)Math.Min(options.BatchSize, options.Samples - Position % options.Samples);

    /// <inheritdoc/>
    public override void SetUp(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        values = new SampleHash(Context.Seed, $"{Name}/values");
        marks = new SampleHash(Context.Seed, $"{Name}/marks");
        base.SetUp(bottom, top);
    }

    /// <summary>Sizes the tops for the batch that comes next.</summary>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        top[0].Reshape([options.Steps, NextCount, 2]);
        if (top.Count > 1)
            top[1].Reshape([NextCount, 1]);
    }

    /// <summary>Makes the batch at <see cref="CursorLayer{T}.Position"/> and moves on behind it.</summary>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        if (top[0].Shape[1] != NextCount)
            Reshape(bottom, top);
        var data = top[0].Data;
        var count = top[0].Shape[1];
        data.Clear();
        for (var n = 0; n < count; n++)
        {
            var number = Context.Phase == Phase.Train ? Position + n : (Position + n) % options.Samples;
            for (var t = 0; t < options.Steps; t++)
                data[2 * (t * count + n)] = ValueAt(number, t);
            var (first, second) = MarksOf(number);
            data[2 * (first * count + n) + 1] = T.One;
            data[2 * (second * count + n) + 1] = T.One;
            if (top.Count > 1)
                top[1].Data[n] = data[2 * (first * count + n)] + data[2 * (second * count + n)];
        }
        MoveOn(count);
    }

    private T ValueAt(long number, int step) =>
        T.CreateTruncating(values.Between(number * options.Steps + step, 0, 1));

    private (int First, int Second) MarksOf(long number)
    {
        var half = options.Steps / 2;
        var (first, second) = marks.Place(number, half, options.Steps - half);
        return (first, half + second);
    }
}
