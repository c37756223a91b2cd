namespace NeuralFramework.Solvers;

/// <summary>The losses since the last report.</summary>
internal sealed class LossWindow
{
    private double sum;
    private int count;

    /// <summary>How it stands.</summary>
    public LossWindowState State
    {
        get => new() { Sum = sum, Count = count };
        set => (sum, count) = (value.Sum, value.Count);
    }

    public void Add(double loss)
    {
        sum += loss;
        count++;
    }

    /// <summary>Their mean.</summary>
    public double Mean => sum / count;

    /// <summary>Begins anew.</summary>
    public void Clear() => (sum, count) = (0, 0);
}

/// <summary>How <see cref="LossWindow"/> stands.</summary>
internal sealed record LossWindowState
{
    public required double Sum { get; init; }

    public required int Count { get; init; }
}
