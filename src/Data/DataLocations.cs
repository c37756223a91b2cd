namespace NeuralFramework.Data;

/// <summary>A folder in which data sets are looked for.</summary>
/// <param name="Path">The folder; it need not exist.</param>
/// <param name="Origin">Who says so: <c>--data</c>, <c>$NF_DATA</c>, …</param>
public sealed record DataPlace(string Path, string Origin)
{
    /// <summary>Such as <c>/srv/data ($NF_DATA)</c>.</summary>
    public override string ToString() => $"{Path} ({Origin})";
}

/// <summary>
/// Where data sets are looked for, in this order: the folder that the program chose (<see cref="Folder"/>, the command
/// line's <c>--data</c>), <c>$NF_DATA</c>, <c>./data</c>, and <c>neuralframework</c> in <c>$XDG_CACHE_HOME</c> or
/// <c>~/.cache</c>. In each, the files of a set stand in the set's own folder or directly.
/// </summary>
public static class DataLocations
{
    /// <summary>The environment variable that names a data folder.</summary>
    public const string Variable = "NF_DATA";

    /// <summary>The data folder that the program chose; null: none.</summary>
    public static string? Folder { get; set; }

    /// <summary>Where a set is installed: the chosen folder, else <c>$NF_DATA</c>, else the cache folder.</summary>
    public static string InstallFolder => Path.GetFullPath(Folder ?? FromEnvironment(Variable) ?? CacheFolder);

    /// <summary><c>neuralframework</c> in <c>$XDG_CACHE_HOME</c> or <c>~/.cache</c>.</summary>
    public static string CacheFolder
    {
        get
        {
            // A relative XDG_CACHE_HOME is invalid and ignored, says the XDG base directory specification.
            var cache = FromEnvironment("XDG_CACHE_HOME") is { } given && Path.IsPathRooted(given)
                ? given
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
            return Path.Combine(cache, "neuralframework");
        }
    }

    /// <summary>The places in order.</summary>
    /// <exception cref="DataException">The chosen folder or <c>$NF_DATA</c> names a folder that does not
    /// exist.</exception>
    public static IReadOnlyList<DataPlace> Places()
    {
        var places = new List<DataPlace>();
        if (Folder is { } chosen)
            places.Add(Existing(chosen, "--data"));
        if (FromEnvironment(Variable) is { } named)
            places.Add(Existing(named, "$" + Variable));
        places.Add(new DataPlace(Path.GetFullPath("data"), "./data"));
        places.Add(new DataPlace(CacheFolder, "the cache"));
        return places;
    }

    /// <summary>The folder that has any of a set's files: in the first place that has one, its subfolder or else the
    /// place itself. Null when no place has one.</summary>
    /// <param name="subfolder">The set's own folder, such as <c>cifar-10-batches-bin</c>.</param>
    /// <param name="files">The names of its files.</param>
    /// <inheritdoc cref="Places" path="/exception"/>
    public static string? Find(string subfolder, IEnumerable<string> files) =>
        Places().Select(place => FindIn(place.Path, subfolder, files)).FirstOrDefault(folder => folder is not null);

    /// <summary>As <see cref="Find"/>, but in the subfolders alone: for sets whose files have the same names as those
    /// of others.</summary>
    /// <inheritdoc cref="Places" path="/exception"/>
    public static string? FindFolder(string subfolder, IReadOnlyList<string> files) =>
        Places().Select(place => Path.Combine(place.Path, subfolder))
            .FirstOrDefault(folder => files.Any(file => Path.Exists(Path.Combine(folder, file))));

    /// <summary>As <see cref="Find"/>, in one folder.</summary>
    public static string? FindIn(string place, string subfolder, IEnumerable<string> files) =>
        new[] { Path.Combine(place, subfolder), place }
            .FirstOrDefault(folder => files.Any(file => Path.Exists(Path.Combine(folder, file))));

    /// <summary>The file or folder that an option names: absolute, or relative to the current folder or else to one of
    /// the places.</summary>
    /// <param name="path">The path as given.</param>
    /// <param name="member">How messages name the option.</param>
    /// <exception cref="DataException">There is none.</exception>
    internal static string FindGiven(string path, string member)
    {
        if (Path.Exists(path))
            return path;
        if (Path.IsPathRooted(path))
            throw new DataException($"{member}: {path}: no such file");
        return Places().Select(place => Path.Combine(place.Path, path)).FirstOrDefault(Path.Exists)
            ?? throw Missing(member, $"{path} in {Environment.CurrentDirectory} and",
                "Give a path relative to one of them, or an absolute one.");
    }

    /// <summary>The error of a set or file that no place has: lists the places.</summary>
    /// <param name="what">What is missing, such as <c>data set cifar10</c>.</param>
    /// <param name="searched">What was looked for in each place.</param>
    /// <param name="remedy">What the user can do, a sentence.</param>
    public static DataException Missing(string what, string searched, string remedy) =>
        new($"{what}: not found; looked for {searched} in{Environment.NewLine}"
            + string.Concat(Places().Select(place => $"    {place}{Environment.NewLine}"))
            + $"  {remedy}");

    private static DataPlace Existing(string folder, string origin) =>
        Directory.Exists(folder)
            ? new DataPlace(Path.GetFullPath(folder), origin)
            : throw new DataException($"{origin}: received '{folder}', which "
                + $"{(File.Exists(folder) ? "is a file" : "does not exist")}; allowed: an existing folder");

    private static string? FromEnvironment(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
