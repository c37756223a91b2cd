using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>What the bottom <c>cont</c> (T×N) says of each step of each sequence, checked: 1, the sequence goes on; 0,
/// another one starts here; −1, padding. Without the bottom, all go on.</summary>
internal sealed class SequenceMarks<T>(Layer<T> layer) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const sbyte GoesOn = 1;
    private const sbyte Starts = 0;
    private const sbyte Padding = -1;

    private sbyte[] marks = [];
    private int steps;
    private int count;
    private bool isGiven;

    /// <summary>Makes room for T steps of N sequences.</summary>
    public void Reshape(int stepCount, int sequenceCount)
    {
        (steps, count) = (stepCount, sequenceCount);
        if (marks.Length < steps * count)
            marks = new sbyte[steps * count];
    }

    /// <summary>Reads the bottom; null: there is none.</summary>
    /// <exception cref="DataException">A value is none of the three; the message names the first.</exception>
    public void Read(Blob<T>? cont)
    {
        isGiven = cont is not null;
        if (cont is null)
            return;
        var values = cont.Data;
        for (var i = 0; i < values.Length; i++)
            marks[i] = values[i] == T.One ? GoesOn
                : values[i] == T.Zero ? Starts
                : values[i] == T.NegativeOne ? Padding
                : throw new DataException($"{layer}: received {values[i]} for step {i / count} of sequence "
                    + $"{i % count} in the blob '{cont.Name}', allowed: 1 (the sequence goes on), 0 (another starts) "
                    + "and -1 (padding)");
    }

    /// <summary>Whether a sequence has nothing at a time: its state passes unchanged.</summary>
    public bool IsPadding(int time, int sequence) => isGiven && marks[time * count + sequence] == Padding;

    /// <summary>Whether no state passes between the time before and this one. The time T is the end, which cuts
    /// nothing.</summary>
    public bool IsCut(int time, int sequence) =>
        isGiven && time < steps && marks[time * count + sequence] == Starts;
}
