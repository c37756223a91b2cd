using System.Runtime.CompilerServices;

namespace NeuralFramework.Layers;

/// <summary>Memory for what a kernel needs while it works on one item, kept by each thread from one call to the
/// next.</summary>
internal static class ThreadScratch<T> where T : unmanaged
{
    private const int CacheLine = 64;

    [ThreadStatic]
    private static T[]? array;

    /// <summary><paramref name="count"/> elements of any values from a 64-byte boundary on, valid until the thread asks
    /// again.</summary>
    public static unsafe Span<T> Take(int count)
    {
        var needed = checked(count + CacheLine / sizeof(T));
        if (array is null || array.Length < needed)
            array = GC.AllocateUninitializedArray<T>(needed, pinned: true);
        var past = (nuint)Unsafe.AsPointer(ref array[0]) % CacheLine;
        return array.AsSpan((int)((CacheLine - past) % CacheLine) / sizeof(T), count);
    }
}
