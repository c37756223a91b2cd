namespace NeuralFramework.Data;

/// <summary>
/// Random bits for each sample as a function of (seed, name, the sample's number): the finaliser of SplitMix64 (Steele,
/// Lea, Flood 2014) over a key drawn from the <see cref="RandomStream"/>. A generator for each sample would cost more
/// than the sample itself.
/// </summary>
internal readonly struct SampleHash
{
    private readonly ulong key;

    public SampleHash(long seed, string name)
    {
        var random = RandomStream.Create(seed, name);
        key = (ulong)random.Next() << 32 ^ (ulong)random.Next();
    }

    /// <summary>64 bits of a sample.</summary>
    public ulong Bits(long number)
    {
        var hash = key + (ulong)number * 0x9E3779B97F4A7C15;
        hash = (hash ^ hash >> 30) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ hash >> 27) * 0x94D049BB133111EB;
        return hash ^ hash >> 31;
    }

    /// <summary>As many bits as are asked for, of a sample.</summary>
    public SampleStream Stream(long number) => new(Bits(number));

    /// <summary>A fair coin.</summary>
    public bool Coin(long number) => Bits(number) >> 63 == 1;

    /// <summary>A number of <paramref name="least"/> to <paramref name="greatest"/>.</summary>
    public double Between(long number, double least, double greatest) =>
        least + (greatest - least) * ((Bits(number) >> 11) * (1.0 / (1UL << 53)));

    /// <summary>A place in a grid of <paramref name="rows"/> × <paramref name="columns"/>.</summary>
    public (int Row, int Column) Place(long number, int rows, int columns)
    {
        var bits = Bits(number);
        return ((int)((bits >> 32) * (ulong)rows >> 32), (int)((uint)bits * (ulong)columns >> 32));
    }
}

/// <summary>The generator SplitMix64.</summary>
internal struct SampleStream(ulong state)
{
    private ulong state = state;

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        var hash = state += 0x9E3779B97F4A7C15;
        hash = (hash ^ hash >> 30) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ hash >> 27) * 0x94D049BB133111EB;
        return hash ^ hash >> 31;
    }

    /// <summary>A number of 0 to <paramref name="count"/> − 1.</summary>
    public int Next(int count) => (int)((Next() >> 32) * (ulong)count >> 32);
}
