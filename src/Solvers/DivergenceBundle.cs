using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NeuralFramework.Solvers;

/// <summary>
/// All that a step needs which left the finite numbers, in one folder: <c>net.json</c> and <c>solver.json</c> as used,
/// <c>weights.safetensors</c> as they were before the step, <c>batch.safetensors</c> with what the layers without
/// bottoms served, and <c>divergence.json</c>. <see cref="Replay{T}"/> runs the step again; the data set is not needed
/// for it.
/// </summary>
/// <param name="Iteration">How many updates had been made.</param>
/// <param name="Pass">The number of the forward pass, which random numbers depend on: as <paramref name="Iteration"/>
/// unless <c>iter_size</c> is above 1.</param>
/// <param name="Seed">The seed of all random numbers.</param>
/// <param name="Message">What the training said.</param>
/// <param name="Blas">The matrix engine that computed it.</param>
public sealed record DivergenceBundle(long Iteration, long Pass, long Seed, string Message, string Blas)
{
    private const string FileName = "divergence.json";
    private const string LayerKey = "layer/";

    /// <summary>The name of the folder of a bundle.</summary>
    public static string NameFor(long iteration) => $"diverged-{iteration}";

    /// <summary>Writes the bundle of a training that has just thrown, whole or not at all, into a folder of its own in
    /// <paramref name="folder"/>. One of the same iteration is replaced.</summary>
    /// <returns>The bundle's path.</returns>
    /// <exception cref="DataException">It cannot be written.</exception>
    public static string Write<T>(Solver<T> solver, DivergedException error, string folder)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var path = Path.Combine(folder, NameFor(solver.Iteration));
        var temporary = path + ".tmp";
        try
        {
            Remove(temporary);
            Directory.CreateDirectory(temporary);
            UsedConfigs.Write(temporary, solver.Config, solver.Net.Config);
            solver.Net.SaveWeights(WeightsIn(temporary));
            BatchOf(solver.Net).Save(BatchIn(temporary));
            var bundle = new DivergenceBundle(solver.Iteration, solver.Net.Context.Iteration, solver.Config.RandomSeed,
                error.Message, NeuralFramework.Blas.Current.Name);
            UsedConfigs.WriteJson(Path.Combine(temporary, FileName),
                JsonSerializer.SerializeToNode(bundle, ConfigJson.Options)!.AsObject());
            Remove(path);
            Directory.Move(temporary, path);
            return path;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be written: {failure.Message}", failure);
        }
    }

    /// <summary>Reads what a bundle says of itself.</summary>
    /// <exception cref="ConfigException">The folder is no bundle, or its file has problems.</exception>
    public static DivergenceBundle Read(string path)
    {
        if (!Directory.Exists(path))
            throw new ConfigException($"{path}: no such folder; allowed: a folder {NameFor(0)[..^1]}N of a run");
        var document = ConfigDocument.Load(Path.Combine(path, FileName));
        var reader = new ConfigReader(document);
        var bundle = reader.Read<DivergenceBundle>(document.Root, "", "divergence");
        reader.ThrowIfAny();
        return bundle!;
    }

    internal static string WeightsIn(string path) => Path.Combine(path, "weights.safetensors");

    internal static string BatchIn(string path) => Path.Combine(path, "batch.safetensors");

    /// <summary>The layer that served a blob of the batch.</summary>
    internal static string LayerOf(SafeTensors batch, string blob) =>
        batch.Metadata.GetValueOrDefault(LayerKey + blob) ?? "";

    /// <summary>Whether a layer is a source of values that it does not learn: its tops are part of the batch.</summary>
    private static bool IsSource<T>(NetNode<T> node) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        node.Bottom.Count == 0 && node.Layer.Parameters.Count == 0;

    private static SafeTensors BatchOf<T>(Net<T> net) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var batch = new SafeTensors();
        foreach (var node in net.Nodes.Where(IsSource))
            foreach (var blob in node.Top)
            {
                batch.Add<T>(blob.Name, blob.Shape, blob.Data);
                batch.Metadata[LayerKey + blob.Name] = node.Layer.Name;
            }
        return batch;
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
