using System.Text.Json;
using System.Text.Json.Nodes;

namespace NeuralFramework.Tests;

/// <summary>A tensor of a golden file: values, and gradients where the other framework computed or was given
/// them.</summary>
public sealed record GoldenTensor(int[] Shape, double[] Data, double[]? Diff = null);

/// <summary>One layer run forward and backward by another framework, in double.</summary>
public sealed record GoldenCase(string Name, string Type, JsonObject Options, Phase Phase, GoldenTensor[] Bottoms,
    GoldenTensor[] Parameters, GoldenTensor[] Tops)
{
    public override string ToString() => Name;
}

/// <summary>The golden files beside this source, written by the Python scripts there.</summary>
internal static class GoldenFile
{
    /// <summary>The cases of all files.</summary>
    public static IEnumerable<GoldenCase> AllCases() =>
        Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Golden"), "*.json").Order().SelectMany(Read);

    private static GoldenCase[] Read(string path) =>
        JsonSerializer.Deserialize<GoldenCase[]>(File.ReadAllBytes(path), ConfigJson.Options)!;
}
