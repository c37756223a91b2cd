using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace NeuralFramework.Reporting;

/// <summary>The file <c>run.json</c>: what a run was made with, and what it came to.</summary>
public sealed record RunInfo
{
    /// <summary>The file's name in a run's folder.</summary>
    public const string FileName = "run.json";

    /// <summary>The version of NeuralFramework.</summary>
    public required string Version { get; init; }

    /// <summary>The .NET runtime.</summary>
    public required string Runtime { get; init; }

    /// <summary>The operating system.</summary>
    public required string Os { get; init; }

    /// <summary>How many processors the machine has.</summary>
    public required int Processors { get; init; }

    /// <summary>The matrix engine.</summary>
    public required string Blas { get; init; }

    /// <summary>How many threads worked.</summary>
    public required int Threads { get; init; }

    /// <summary>When it began; a run that was resumed, when it went on.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>How many numbers the net learns.</summary>
    public required long Parameters { get; init; }

    /// <summary>How many samples an iteration reads; null where the data has no count.</summary>
    public long? SamplesPerIteration { get; init; }

    /// <summary>What it came to; null while it goes on and where it was broken off.</summary>
    public RunResult? Result { get; init; }

    /// <summary>The version of this program.</summary>
    public static string CurrentVersion { get; } = typeof(RunInfo).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>A run that begins now, in this process.</summary>
    public static RunInfo Now(long parameters, long? samplesPerIteration) => new()
    {
        Version = CurrentVersion,
        Runtime = RuntimeInformation.FrameworkDescription,
        Os = RuntimeInformation.OSDescription,
        Processors = Environment.ProcessorCount,
        Blas = NeuralFramework.Blas.Current.Name,
        Threads = WorkPool.Threads,
        Started = DateTimeOffset.Now,
        Parameters = parameters,
        SamplesPerIteration = samplesPerIteration,
    };

    /// <summary>Reads it from a run's folder; null when it has none, as runs of earlier versions.</summary>
    /// <exception cref="DataException">It cannot be read.</exception>
    public static RunInfo? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<RunInfo>(File.ReadAllText(path), ConfigJson.Options)
                : null;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Writes it into a run's folder, whole or not at all.</summary>
    /// <exception cref="DataException">It cannot be written.</exception>
    public void Write(string folder) => AtomicFile.Write(Path.Combine(folder, FileName),
        stream => stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this, ConfigJson.Options) + "\n")));
}

/// <summary>What a run came to.</summary>
/// <param name="Iteration">How many updates were made.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="WeightsSha256">The hash of the weights.</param>
/// <param name="StoppedEarly">Whether <c>early_stopping</c> ended it.</param>
public sealed record RunResult(long Iteration, double Seconds, string WeightsSha256, bool StoppedEarly);
