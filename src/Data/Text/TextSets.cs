namespace NeuralFramework.Data;

/// <summary>The data sets that are a text.</summary>
public static class TextSets
{
    private static IEnumerable<DataSetInfo> All => DataSets.All.Where(set => set.Package is not null);

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => All.Select(set => set.Name);

    /// <summary>The path of a text: of a data set by its name, else of a file, absolute or relative to the current folder or
    /// else to one of the <see cref="DataLocations"/>.</summary>
    /// <param name="nameOrPath">The name or path.</param>
    /// <param name="member">How messages name what was given.</param>
    /// <exception cref="DataException">There is none; for a data set, the message says how to install it.</exception>
    public static string Find(string nameOrPath, string member = "text")
    {
        if (File.Exists(nameOrPath) || All.FirstOrDefault(set => set.Name == nameOrPath.Replace('-', '_')) is not { } set)
            return DataLocations.FindGiven(nameOrPath, member);
        var file = set.Files[0].Name;
        return DataLocations.Find(set.FolderName, [file]) is { } folder ? Path.Combine(folder, file)
            : throw DataLocations.Missing($"data set {set.Name}", $"{set.FolderName}/{file}",
                $"Install it with: nf data install {set.Name} (from Debian's package {set.Package!.Name}: apt-get install "
                + $"{set.Package.Name})");
    }
}
