using System.Numerics;

namespace NeuralFramework;

/// <summary>The parameters of a net in a safetensors file: <c>param/&lt;layer&gt;/&lt;i&gt;</c>.</summary>
internal static class Weights
{
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
    }

    public static void Load<T>(Net<T> net, string path) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Read(SafeTensors.Load(path), net, path);

    /// <summary>Checks everything, then copies: a file that does not fit changes nothing.</summary>
    public static void Read<T>(SafeTensors file, Net<T> net, string path) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var problems = new List<string>();
        foreach (var parameter in net.Parameters)
            if (file.ShapeOf(KeyOf(parameter)) is not { } shape)
                problems.Add($"{path}: has no tensor '{KeyOf(parameter)}' ({parameter.Shape}); it has: "
                    + string.Join(", ", file.Names.Where(name => name.StartsWith("param/", StringComparison.Ordinal))));
            else if (!shape.Equals(parameter.Shape))
                problems.Add($"{path}: tensor '{KeyOf(parameter)}': received the shape {shape}, allowed: {parameter.Shape}");
        if (problems.Count > 0)
            throw new DataException(string.Join(Environment.NewLine, problems));
        foreach (var parameter in net.Parameters)
            file.CopyTo(KeyOf(parameter), parameter.Data);
    }

    private static string KeyOf<T>(Parameter<T> parameter) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        $"param/{parameter.Name}";
}
