using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>Memory for the sums of all parts of a reduction, which are needed only until they are added up: each thread
/// has one for all layers whose passes it runs.</summary>
internal static class PartSums<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [ThreadStatic]
    private static Blob<T>? memory;

    /// <summary>At least <paramref name="count"/> elements of any values, valid until the thread asks again.</summary>
    public static Blob<T> Take(int count)
    {
        memory ??= new Blob<T>([0]);
        if (memory.Count < count)
            memory.Reshape([count]);
        return memory;
    }
}
