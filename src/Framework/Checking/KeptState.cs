using System.Numerics;

namespace NeuralFramework;

/// <summary>A copy of what layers carry over, to run one forward pass several times.</summary>
internal sealed class KeptState<T>(IEnumerable<Blob<T>> state) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<(Blob<T> Blob, T[] Values)> kept = [.. state.Select(blob => (blob, blob.Data.ToArray()))];

    /// <summary>Sets the values back to what they were.</summary>
    public void PutBack()
    {
        foreach (var (blob, values) in kept)
            blob.Set(values);
    }
}
