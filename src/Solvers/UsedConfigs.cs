using System.Text;
using System.Text.Json.Nodes;

namespace NeuralFramework.Solvers;

/// <summary>The configurations of a training as it used them, beside what it made: a folder that can itself be
/// trained.</summary>
public static class UsedConfigs
{
    /// <summary>Writes <c>solver.json</c> and <c>net.json</c> into a folder, every member written out.</summary>
    /// <exception cref="DataException">They cannot be written.</exception>
    public static void Write(string folder, SolverConfig solver, NetConfig net)
    {
        var asUsed = solver with { Net = NetConfig.FileName, Schema = null };
        WriteJson(Path.Combine(folder, SolverConfig.FileName), asUsed.ToJson());
        WriteJson(Path.Combine(folder, NetConfig.FileName), net.ToJson());
    }

    internal static void WriteJson(string path, JsonObject json) => AtomicFile.Write(path,
        stream => stream.Write(Encoding.UTF8.GetBytes(json.ToJsonString(ConfigJson.Options) + "\n")));
}
