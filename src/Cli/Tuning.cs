using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using NeuralFramework.Data;

namespace NeuralFramework.Cli;

/// <summary><c>--tune</c>: the layers' fastest algorithms, measured or remembered, become options of the net, so that the
/// run folder's net.json has them.</summary>
internal static class Tuning
{
    private const string FileName = "algorithms.json";

    public static Option<bool> Option { get; } = new("--tune")
    {
        Description = "Measure first which algorithm is the fastest for each layer (remembered in the cache folder)",
    };

    /// <summary>Sets the option <c>algorithm</c> of the layers that have a choice, if <c>--tune</c> was given.</summary>
    /// <exception cref="ConfigException">The net has problems.</exception>
    /// <exception cref="DataException">The file of what is remembered cannot be read or written.</exception>
    public static void Apply(CommonOptions common, ParseResult parsed, ModelFiles files, Phase phase)
    {
        if (!parsed.GetValue(Option))
            return;
        var cache = new AlgorithmCache(Path.Combine(DataLocations.CacheFolder, FileName));
        var choices = AlgorithmTuner.Tune(Net<float>.FromConfig(files.ReadNet(), phase), cache,
            common.Terminal.Interrupted);
        cache.Save();
        files.SetLayers("algorithm", choices.Select(choice => (choice.Layer, choice.Algorithm)));
        foreach (var choice in choices)
            common.Terminal.Line($"{choice.Layer}: {choice.Algorithm} ({Reason(choice)})");
    }

    private static string Reason(AlgorithmChoice choice) => choice.Milliseconds.Count == 0
        ? "measured before"
        : string.Join(", ", choice.Milliseconds.Select(time => string.Create(CultureInfo.InvariantCulture,
            $"{time.Key} {time.Value:0.###} ms")));
}
