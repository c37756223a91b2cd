namespace NeuralFramework.Layers;

/// <summary>The rows of one direction in a blob T×N×(directions · H) of outputs or their gradients.</summary>
internal readonly ref struct SequenceRows<T>(Span<T> values, int directions, int direction, int length)
{
    private readonly Span<T> values = values;

    /// <summary>The H numbers of a row, t·N + n.</summary>
    public Span<T> this[int row] => values.Slice((row * directions + direction) * length, length);
}

/// <summary>The states of N sequences, or their gradients: N×H each. Empty where there is none.</summary>
internal readonly ref struct SequenceStates<T>(Span<T> hidden, Span<T> cell)
{
    /// <summary>Of h.</summary>
    public Span<T> Hidden { get; } = hidden;

    /// <summary>Of c.</summary>
    public Span<T> Cell { get; } = cell;

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => Hidden.IsEmpty;
}
