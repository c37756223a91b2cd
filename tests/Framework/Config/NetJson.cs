using System.Text;

namespace NeuralFramework.Tests;

/// <summary>Nets and errors from JSON text, as if it stood in net.json.</summary>
internal static class NetJson
{
    public static ConfigDocument Document(string json, string source = "net.json") =>
        ConfigDocument.Parse(Encoding.UTF8.GetBytes(json), source);

    public static NetConfig Config(string json) => NetConfig.Read(Document(json));

    /// <summary>A net of the given layers, a JSON object each, in a file of a line for each.</summary>
    public static NetConfig Layers(params string[] layers) => Config(FileOf(layers));

    public static Net<double> Net(params string[] layers) => Net(Phase.Train, layers);

    public static Net<double> Net(Phase phase, params string[] layers) => Net<double>.FromConfig(Layers(layers), phase);

    public static string FileOf(params string[] layers) =>
        $"{{ \"layers\": [\n{string.Join(",\n", layers)}\n] }}";

    /// <summary>The problems that reading the text reports.</summary>
    public static IReadOnlyList<string> Problems(string json) => ProblemsOf(() => Config(json));

    public static IReadOnlyList<string> ProblemsOf(Func<object> read)
    {
        try
        {
            read();
            return [];
        }
        catch (ConfigException error)
        {
            return error.Problems;
        }
    }
}
