namespace NeuralFramework;

/// <summary>How gradients are checked. What is left out follows the element type: in double, differences can be trusted
/// far below 1e-6; in float, only gross errors show.</summary>
public sealed record GradientCheckOptions
{
    /// <summary>The step h of the differences, relative to max(1, |x|). 1e-4 in double, 1e-2 in float.</summary>
    public double? Step { get; init; }

    /// <summary>The largest relative error that passes. 1e-6 in double, 1e-1 in float, where only gross
    /// errors stand out from rounding.</summary>
    public double? Tolerance { get; init; }

    /// <summary>How many elements of each blob are checked, chosen at random; all when left out.</summary>
    public int? SamplesPerBlob { get; init; }

    /// <summary>The seed of the projection, of the sampled elements and of inputs that the checker draws.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Where the seed and phase of a single layer come from.</summary>
    public NetContext Context { get; init; } = new();

    /// <summary>Breaks the check off between two elements.</summary>
    public CancellationToken Cancellation { get; init; }

    internal double StepFor<T>() => Step ?? (typeof(T) == typeof(double) ? 1e-4 : 1e-2);

    internal double ToleranceFor<T>() => Tolerance ?? (typeof(T) == typeof(double) ? 1e-6 : 1e-1);
}
