using NeuralFramework.Solvers;

namespace NeuralFramework.Reporting;

/// <summary>Several runs beside one another.</summary>
public sealed class RunComparison
{
    private RunComparison(IReadOnlyList<ComparedRun> runs) => Runs = runs;

    /// <summary>The runs.</summary>
    public IReadOnlyList<ComparedRun> Runs { get; }

    /// <summary>Compares runs.</summary>
    public static RunComparison Of(IReadOnlyList<RunRecord> runs)
    {
        var first = RunDifference.ConfigOf(runs[0]);
        // Folders of one name are told apart by their paths.
        var isDoubled = runs.Select(run => run.Name).Distinct().Count() < runs.Count;
        return new RunComparison([.. runs.Select(run => new ComparedRun(isDoubled ? run.Path : run.Name, run,
            ConfigChanges.Between(first, RunDifference.ConfigOf(run))))]);
    }

    /// <summary>Writes a page with the runs' curves over one another, whole or not at all, and returns its size in
    /// bytes.</summary>
    /// <exception cref="DataException">It cannot be written.</exception>
    public long Write(string path) => RunReport.WriteText(path, ComparisonPage.Of(this));
}

/// <summary>A run of a comparison.</summary>
/// <param name="Name">What it is called there.</param>
/// <param name="Run">The run.</param>
/// <param name="Changes">Where its configuration differs from the first run's, a line a member.</param>
public sealed record ComparedRun(string Name, RunRecord Run, IReadOnlyList<string> Changes)
{
    /// <summary>The loss of its last report.</summary>
    public double? Loss => Run.Reports.LastOrDefault()?.Loss;

    /// <summary>The loss of its last test.</summary>
    public double? TestLoss => Run.Tests.LastOrDefault()?.TestLoss;

    /// <summary>The accuracy of its last test.</summary>
    public double? Accuracy => Run.Tests.LastOrDefault()?.Accuracy;

    /// <summary>The greatest accuracy of a test.</summary>
    public double? BestAccuracy => Run.Tests.Max(test => test.Accuracy);
}
