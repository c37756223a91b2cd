using System.Numerics;

namespace NeuralFramework;

/// <summary>The parameters of a net in a safetensors file: <c>param/&lt;layer&gt;/&lt;i&gt;</c>.</summary>
internal static class Weights
{
    private const string Prefix = "param/";

    public static void Save<T>(Net<T> net, string path) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var file = new SafeTensors();
        AddTo(file, net);
        file.Save(path);
    }

    public static void AddTo<T>(SafeTensors file, Net<T> net) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (var parameter in net.Parameters)
            file.Add<T>(KeyOf(parameter), parameter.Shape, parameter.Data);
        WeightsMetadata.AddTo(file, net);
    }

    public static void Load<T>(Net<T> net, string path) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Read(SafeTensors.Load(path), net, path);

    /// <summary>Checks everything, then copies: a file that does not fit changes nothing.</summary>
    public static void Read<T>(SafeTensors file, Net<T> net, string path)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        WeightsMetadata.Require(file, net, path);
        Copy(file, net.Parameters, path);
    }

    /// <summary>Reads the layers that the file has, and returns the names of those that it does not have.</summary>
    public static IReadOnlyList<string> LoadKnown<T>(Net<T> net, string path)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var file = SafeTensors.Load(path);
        var layers = net.Parameters.GroupBy(parameter => LayerOf(parameter.Name)).ToLookup(
            layer => file.Names.Any(name => name.StartsWith($"{Prefix}{layer.Key}/", StringComparison.Ordinal)));
        if (!layers[true].Any() && net.Parameters.Count > 0)
            throw new DataException($"{path}: has no layer of the net '{net.Config.Name}': received "
                + $"{ListOf(WeightsIn(file).Select(LayerOf).Distinct())}, allowed: at least one of "
                + string.Join(", ", layers[false].Select(layer => layer.Key)));
        WeightsMetadata.Require(file, net, path);
        Copy(file, [.. layers[true].SelectMany(layer => layer)], path);
        return [.. layers[false].Select(layer => layer.Key)];
    }

    private static void Copy<T>(SafeTensors file, IReadOnlyList<Parameter<T>> parameters, string path)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var problems = new List<string>();
        foreach (var parameter in parameters)
            if (file.ShapeOf(KeyOf(parameter)) is not { } shape)
                problems.Add($"{path}: has no tensor '{KeyOf(parameter)}' ({parameter.Shape}); it has: "
                    + string.Join(", ", WeightsIn(file).Select(name => Prefix + name)));
            else if (!shape.Equals(parameter.Shape))
                problems.Add($"{path}: tensor '{KeyOf(parameter)}': received the shape {shape}, "
                    + $"allowed: {parameter.Shape}");
        if (problems.Count > 0)
            throw new DataException(string.Join(Environment.NewLine, problems));
        foreach (var parameter in parameters)
            file.CopyTo(KeyOf(parameter), parameter.Data);
    }

    private static string KeyOf<T>(Parameter<T> parameter) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Prefix + parameter.Name;

    private static IEnumerable<string> WeightsIn(SafeTensors file) => file.Names
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..]);

    private static string LayerOf(string parameter) => parameter[..Math.Max(0, parameter.LastIndexOf('/'))];

    private static string ListOf(IEnumerable<string> names) => string.Join(", ", names.DefaultIfEmpty("none"));
}
