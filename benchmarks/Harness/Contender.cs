using System.Text.Json.Nodes;

namespace NeuralFramework.Benchmarks;

/// <summary>A net to time, and how.</summary>
/// <param name="Name">The name of the row.</param>
/// <param name="Net">The net: a file of benchmarks/nets without its ending.</param>
/// <param name="Batch">How many samples a step takes.</param>
/// <param name="Iterations">How many steps are timed in each round, after a warm-up.</param>
/// <param name="GoalMs">The time to reach, in milliseconds.</param>
public sealed record Case(string Name, string Net, int Batch, int Iterations, double GoalMs)
{
    /// <summary>Whether a step is the forward pass alone.</summary>
    public bool Inference { get; init; }

    /// <summary>How many steps of time a sample has.</summary>
    public int Steps { get; init; } = 1;

    /// <summary>The rows of data that the net gets: a step of a sample each.</summary>
    public int Rows => Batch * Steps;
}

/// <summary>What one run of a contender gave.</summary>
/// <param name="MedianMs">The median of its steps, in milliseconds.</param>
/// <param name="MinMs">The fastest of its steps, in milliseconds.</param>
/// <param name="PeakBytes">The most memory that its process held.</param>
public sealed record Measurement(double MedianMs, double MinMs, long PeakBytes);

/// <summary>A program that can time the nets.</summary>
/// <param name="Name">The name of its column.</param>
/// <param name="Launch">How it is started.</param>
public sealed record Contender(string Name, Func<Case, Launch> Launch)
{
    private readonly Dictionary<Case, List<Measurement>> measurements = [];

    /// <summary>Which nets it is given.</summary>
    public Func<Case, bool> Takes { get; init; } = _ => true;

    /// <summary>What to know about its figures.</summary>
    public string? Note { get; init; }

    /// <summary>Why it is not run; null while it is.</summary>
    public string? Missing { get; set; }

    /// <summary>Its version, where it tells it.</summary>
    public string? Version { get; private set; }

    /// <summary>What to know about it: why it is missing, its version, its note.</summary>
    public IEnumerable<string> Remarks()
    {
        if (Missing is not null)
            yield return $"missing: {Missing}";
        if (Version is not null)
            yield return $"version {Version}";
        if (Note is not null)
            yield return Note;
    }

    /// <summary>The measurements of a net, a round each.</summary>
    public IReadOnlyList<Measurement> Of(Case @case) => measurements.GetValueOrDefault(@case) ?? [];

    /// <summary>Times a net once more. A contender that fails is missing from then on.</summary>
    public void Measure(Case @case, IReadOnlyList<string> prefix)
    {
        try
        {
            var (result, peak) = Launch(@case).Run(prefix);
            Version = (string?)result["version"] ?? Version;
            var measured = new Measurement(Number(result, "median_ms", "total_ms"),
                Number(result, "min_ms", "min_total_ms"), peak);
            if (!measurements.TryGetValue(@case, out var list))
                measurements[@case] = list = [];
            list.Add(measured);
        }
        catch (LaunchException error)
        {
            Missing = error.Message;
        }
    }

    // The peers name their times otherwise than `nf time` does.
    private static double Number(JsonObject result, string name, string nameOfNf) =>
        (double?)(result[name] ?? result[nameOfNf])
        ?? throw new LaunchException($"received {result.ToJsonString()}, allowed: an object with '{name}'");
}
