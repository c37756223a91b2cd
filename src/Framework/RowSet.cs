namespace NeuralFramework;

/// <summary>Rows of a parameter, each once, in the order in which they were first added. Allocates nothing after it was
/// made.</summary>
public sealed class RowSet
{
    private readonly bool[] isIn;
    private readonly int[] rows;

    /// <summary>Makes an empty set.</summary>
    /// <param name="extent">How many rows there are.</param>
    /// <exception cref="ShapeException">It needs more memory than <see cref="MemoryLimit"/> allows.</exception>
    public RowSet(int extent)
    {
        MemoryLimit.Reserve((sizeof(bool) + sizeof(int)) * (long)extent, $"a set of {extent:N0} rows");
        (isIn, rows) = (new bool[extent], new int[extent]);
    }

    /// <summary>How many rows are in the set.</summary>
    public int Count { get; private set; }

    /// <summary>The rows.</summary>
    public ReadOnlySpan<int> Rows => rows.AsSpan(0, Count);

    /// <summary>Adds a row, if it is not in the set yet.</summary>
    public void Add(int row)
    {
        if (isIn[row])
            return;
        isIn[row] = true;
        rows[Count++] = row;
    }

    /// <summary>Takes all rows out.</summary>
    public void Clear()
    {
        foreach (var row in Rows)
            isIn[row] = false;
        Count = 0;
    }
}
