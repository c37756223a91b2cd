namespace NeuralFramework.Embeddings;

/// <summary>A list that is emptied and filled again without allocating, with its items as a span.</summary>
internal sealed class GrowingList<T>
{
    private T[] items = new T[64];

    public int Count { get; private set; }

    public Span<T> Items => items.AsSpan(0, Count);

    public void Add(T item)
    {
        if (Count == items.Length)
            Array.Resize(ref items, 2 * Count);
        items[Count++] = item;
    }

    public void Clear() => Count = 0;
}
