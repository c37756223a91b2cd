using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NeuralFramework.Benchmarks;

/// <summary>A program that is started to time something, and that prints one JSON object as its last line.</summary>
/// <param name="Program">The file to run.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record Launch(string Program, params string[] Arguments)
{
    // The longest takes half a minute on an idle machine.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan MemoryInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>What its environment has besides that of this process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Runs it and waits for its end.</summary>
    /// <param name="prefix">Words before the command, such as <c>chrt -r 50</c>.</param>
    /// <exception cref="LaunchException">It cannot be started, failed, or took too long; the message is a line
    /// of its error output.</exception>
    public (JsonObject Result, long PeakBytes) Run(IReadOnlyList<string> prefix)
    {
        using var process = Start(prefix);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        var peak = WaitAndWatchMemory(process);
        if (process.ExitCode != 0)
            throw new LaunchException(Reason(errors.Result) ?? $"{Program} ended with exit code {process.ExitCode}");
        var last = Lines(output.Result).LastOrDefault();
        try
        {
            return (JsonNode.Parse(last ?? "")!.AsObject(), peak);
        }
        catch (JsonException)
        {
            throw new LaunchException($"{Program}: received '{last}' as the last line, allowed: a JSON object");
        }
    }

    private Process Start(IReadOnlyList<string> prefix)
    {
        string[] words = [.. prefix, Program, .. Arguments];
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw new LaunchException($"{words[0]}: {error.Message}");
        }
    }

    private long WaitAndWatchMemory(Process process)
    {
        var peak = 0L;
        var start = Stopwatch.GetTimestamp();
        while (!process.WaitForExit(MemoryInterval))
        {
            if (Stopwatch.GetElapsedTime(start) > Limit)
            {
                process.Kill(entireProcessTree: true);
                throw new LaunchException($"{Program} was stopped after {Limit.TotalMinutes} minutes");
            }
            peak = Math.Max(peak, PeakOf(process));
        }
        process.WaitForExit();
        return peak;
    }

    // The highest resident size so far: on Linux, VmHWM of /proc/PID/status.
    private static long PeakOf(Process process)
    {
        try
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
        catch (InvalidOperationException)
        {
            // It has ended since the last look.
            return 0;
        }
    }

    // The reason in a Python trace is the line with the name of the error, not the first.
    private static string? Reason(string text) =>
        Lines(text).FirstOrDefault(line => line.Contains("Error:", StringComparison.Ordinal))
        ?? Lines(text).FirstOrDefault();

    private static string[] Lines(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

/// <summary>A contender could not be run.</summary>
public sealed class LaunchException(string message) : Exception(message);
