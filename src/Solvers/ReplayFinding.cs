namespace NeuralFramework.Solvers;

/// <summary>What a number that is not finite is.</summary>
public enum ReplayPart
{
    /// <summary>A value that the data layer served.</summary>
    Data,

    /// <summary>A weight, as it was before the step.</summary>
    Weight,

    /// <summary>A value that the forward pass made.</summary>
    Value,

    /// <summary>A gradient that the backward pass made.</summary>
    Gradient,
}

/// <summary>The smallest and the largest finite value of something that a layer read.</summary>
/// <param name="Name">The blob's or the parameter's name.</param>
/// <param name="Min">The smallest; NaN when none is finite.</param>
/// <param name="Max">The largest; NaN when none is finite.</param>
public sealed record ReplayInput(string Name, double Min, double Max);

/// <summary>The first number of a step that is not finite.</summary>
public sealed record ReplayFinding
{
    /// <summary>The name of the layer that made it, or whose weight it is.</summary>
    public required string Layer { get; init; }

    /// <summary>The layer's type.</summary>
    public required string LayerType { get; init; }

    /// <summary>The blob's or the parameter's name.</summary>
    public required string Blob { get; init; }

    /// <summary>What it is.</summary>
    public required ReplayPart Part { get; init; }

    /// <summary>The sample's place in the batch; null where the number belongs to no sample, or to none that could be
    /// found.</summary>
    public int? Sample { get; init; }

    /// <summary>Whether the sample alone makes the number not finite. Else the sum over the batch does, and the sample
    /// is that with the largest share.</summary>
    public bool SampleAlone { get; init; } = true;

    /// <summary>Where in the blob the number stands, an index an axis.</summary>
    public required IReadOnlyList<int> Index { get; init; }

    /// <summary>The number: NaN or an infinity.</summary>
    public required double Value { get; init; }

    /// <summary>The values before it, itself, and behind it, of the same sample.</summary>
    public required IReadOnlyList<double> Around { get; init; }

    /// <summary>Its place in <see cref="Around"/>.</summary>
    public required int PlaceInAround { get; init; }

    /// <summary>What the layer had read, of the same sample, and its weights.</summary>
    public IReadOnlyList<ReplayInput> Inputs { get; init; } = [];
}
