using System.Runtime.InteropServices;

namespace NeuralFramework.Layers;

/// <summary>Remembers weights, so that what is made of them need not be made again while they stay the same: at
/// inference, from one pass to the next. To compare them costs much less than to rearrange them, and no writer has to
/// say what it changes.</summary>
internal sealed class SeenWeights<T> where T : unmanaged
{
    private T[] seen = [];

    /// <summary>Forgets them.</summary>
    public void Clear() => seen = [];

    /// <summary>Whether weights are, bit by bit, those of the last call; remembers them.</summary>
    public bool AreSame(ReadOnlySpan<T> weights)
    {
        if (seen.Length == weights.Length
            && MemoryMarshal.AsBytes(weights).SequenceEqual(MemoryMarshal.AsBytes<T>(seen)))
            return true;
        if (seen.Length != weights.Length)
            seen = new T[weights.Length];
        weights.CopyTo(seen);
        return false;
    }
}
