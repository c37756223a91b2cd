using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>A random number as a hash of a counter (Steele, Lea and Flood 2014): any element of a sequence at once,
/// with no state to keep and no order to draw in.</summary>
internal static class SplitMix64
{
    /// <summary>How far apart the counters of neighbours are: 2⁶⁴ over the golden ratio, made odd.</summary>
    public const ulong Increment = 0x9E3779B97F4A7C15;

    /// <summary>The hash of a counter.</summary>
    public static ulong Mix(ulong state)
    {
        state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        state = (state ^ (state >> 27)) * 0x94D049BB133111EB;
        return state ^ (state >> 31);
    }

    /// <summary>The hashes of some counters.</summary>
    public static Vector<ulong> Mix(Vector<ulong> state)
    {
        state = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9;
        state = (state ^ (state >>> 27)) * 0x94D049BB133111EB;
        return state ^ (state >>> 31);
    }
}
