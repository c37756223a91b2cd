namespace NeuralFramework;

/// <summary>What loading one backend gave, for <c>nf info</c>.</summary>
/// <param name="Name">The name for <c>--blas</c>.</param>
/// <param name="Available">Whether it loads on this machine.</param>
/// <param name="Detail">Its description, or why it does not load.</param>
/// <param name="WhyNotReproducible">Why it cannot promise the same bits for two runs; null when it can, or does not
/// load.</param>
public sealed record BlasProbe(string Name, bool Available, string Detail, string? WhyNotReproducible = null);

/// <summary>Finds and loads BLAS backends by name.</summary>
public static class BlasBackends
{
    /// <summary>The name that takes the first backend that loads.</summary>
    public const string Auto = "auto";

    private static readonly IReadOnlyList<KeyValuePair<string, Func<BlasBackend>>> Loaders =
    [
        new("mkl", MklBackend.Load),
        new("openblas", OpenBlasBackend.Load),
        new("managed", () => new ManagedBackend()),
        new("mathnet", () => new MathNetBackend()),
    ];

    /// <summary>The backends in the order in which <c>auto</c> tries them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Loaders.Select(loader => loader.Key)];

    /// <summary>Loads a backend by name; <c>auto</c> takes the first of <see cref="Names"/> that loads.</summary>
    /// <exception cref="ConfigException">There is no backend of that name.</exception>
    /// <exception cref="BackendException">It cannot be loaded; the message lists every path tried, and why
    /// not.</exception>
    public static BlasBackend Load(string name) => Load(name, Loaders);

    /// <summary>Tries every backend and says of each whether it loads, or why not.</summary>
    public static IReadOnlyList<BlasProbe> Probe() => [.. Loaders.Select(loader => Probe(loader.Key, loader.Value))];

    internal static BlasBackend Load(string name, IReadOnlyList<KeyValuePair<string, Func<BlasBackend>>> loaders)
    {
        if (name == Auto)
            return LoadFirst(loaders);
        foreach (var loader in loaders)
            if (loader.Key == name)
                return loader.Value();
        string[] allowed = [Auto, .. loaders.Select(loader => loader.Key)];
        throw new ConfigException($"BLAS backend: received '{name}', allowed: {string.Join(", ", allowed)}"
            + Suggestion.For(name, allowed));
    }

    private static BlasBackend LoadFirst(IReadOnlyList<KeyValuePair<string, Func<BlasBackend>>> loaders)
    {
        var reasons = new List<string>();
        foreach (var loader in loaders)
            try
            {
                return loader.Value();
            }
            catch (BackendException error)
            {
                reasons.Add(error.Message);
            }
        throw new BackendException("no BLAS backend can be loaded" + Environment.NewLine
            + string.Join(Environment.NewLine, reasons));
    }

    private static BlasProbe Probe(string name, Func<BlasBackend> load)
    {
        try
        {
            var backend = load();
            return new BlasProbe(name, true, backend.Description, backend.WhyNotReproducible);
        }
        catch (BackendException error)
        {
            return new BlasProbe(name, false, error.Message);
        }
    }
}
