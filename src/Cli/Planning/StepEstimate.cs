using System.Diagnostics;
using NeuralFramework.Solvers;

namespace NeuralFramework.Cli;

/// <summary>What a few steps of a training took.</summary>
/// <param name="Steps">How many were timed.</param>
/// <param name="StepMs">Their median in milliseconds.</param>
/// <param name="PeakBytes">The most memory that the process had at once up to their end.</param>
internal sealed record StepEstimate(int Steps, double StepMs, long PeakBytes)
{
    // The just-in-time compiler replaces its first, slow code after some calls.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    /// <summary>Takes steps: some to warm up, then at most <paramref name="steps"/>, fewer where they are long.</summary>
    /// <exception cref="DivergedException">The training diverges.</exception>
    public static StepEstimate Measure(Solver<float> solver, int steps, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        do
            Step();
        while (Stopwatch.GetElapsedTime(start) < WarmUp);
        var times = new List<double>();
        do
            times.Add(Step());
        while (times.Count < steps && Stopwatch.GetElapsedTime(start) < Longest);
        using var process = Process.GetCurrentProcess();
        return new StepEstimate(times.Count, times.Order().ElementAt(times.Count / 2), process.PeakWorkingSet64);

        double Step()
        {
            cancellation.ThrowIfCancellationRequested();
            var begin = Stopwatch.GetTimestamp();
            solver.Step(1);
            return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        }
    }
}
