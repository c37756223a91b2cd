using System.Security.Cryptography;
using System.Text;
using MathNet.Numerics;
using MathNet.Numerics.Random;

namespace NeuralFramework;

/// <summary>
/// Random numbers as a function of (seed, name, index): the same three always give the same stream, so a resumed run
/// needs no generator state. The generator is MathNet's xoshiro256** (Blackman and Vigna 2018).
/// </summary>
public static class RandomStream
{
    /// <summary>The generator for one use.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="name">Who draws: a layer or parameter.</param>
    /// <param name="index">Which time: an iteration or epoch.</param>
    public static Random Create(long seed, string name, long index = 0)
    {
        // A cryptographic hash keeps the streams of neighbouring seeds and similar names unrelated.
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{name}/{index}"), digest);
        return new Xoshiro256StarStar(BitConverter.ToInt32(digest), threadSafe: false);
    }

    /// <summary>A random order of 0 … <paramref name="count"/>-1 (Fisher and Yates).</summary>
    public static int[] Permutation(int count, long seed, string name, long index) =>
        Combinatorics.GeneratePermutation(count, Create(seed, name, index));
}
