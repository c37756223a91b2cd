namespace NeuralFramework.Data;

/// <summary>A file of a data set.</summary>
/// <param name="Name">Its name in the set's folder.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Md5">The checksum of the official release, in lower-case hexadecimal.</param>
public sealed record DataSetFile(string Name, long Size, string Md5);

/// <summary>A data set that the framework knows.</summary>
public sealed record DataSetInfo
{
    /// <summary>The name on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, a line.</summary>
    public required string Description { get; init; }

    /// <summary>Its folder in a data folder.</summary>
    public required string FolderName { get; init; }

    /// <summary>The official address of its archive, a .tar.gz; null when it is embedded.</summary>
    public Uri? Url { get; init; }

    /// <summary>The length of the archive at that address, in bytes.</summary>
    public long ArchiveSize { get; init; }

    /// <summary>The files that an installation has; none when the set is embedded.</summary>
    public IReadOnlyList<DataSetFile> Files { get; init; } = [];

    /// <summary>Whether the set, or a part of it, is in this assembly.</summary>
    public bool IsEmbedded => Url is null;
}

/// <summary>Whether a data set is there.</summary>
/// <param name="Set">The set.</param>
/// <param name="IsUsable">Whether a net can use it now.</param>
/// <param name="Folder">The folder that has files of it; null when none has.</param>
/// <param name="Remark">Where it was found, what is wrong with it, or how to install it, a line.</param>
public sealed record DataSetStatus(DataSetInfo Set, bool IsUsable, string? Folder, string Remark);

/// <summary>The catalogue of data sets.</summary>
public static class DataSets
{
    private const long CifarFileSize = 10_000 * 3073;

    /// <summary>CIFAR-10, to be installed.</summary>
    public static DataSetInfo Cifar10 { get; } = new()
    {
        Name = "cifar10",
        Description = "CIFAR-10 (Krizhevsky 2009): 60,000 colour images of 32×32 in 10 classes",
        FolderName = Cifar10Files.FolderName,
        Url = new Uri("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"),
        ArchiveSize = 170_052_171,
        Files =
        [
            new("data_batch_1.bin", CifarFileSize, "5dd7e06a14cb22eb9f671a540d1b7c25"),
            new("data_batch_2.bin", CifarFileSize, "5ea93a67294ea407fff1d09f752e9692"),
            new("data_batch_3.bin", CifarFileSize, "942cd6a4bcdd0dd3c604fbe906cb4421"),
            new("data_batch_4.bin", CifarFileSize, "ae636b3ba5c66a11e91e8cb52e771fcb"),
            new("data_batch_5.bin", CifarFileSize, "53f37980c15c3d472c316c40844f3f0d"),
            new("test_batch.bin", CifarFileSize, "803d5f7f4d78ea53de84dbe85f74fb6d"),
        ],
    };

    /// <summary>Fashion-MNIST, of which a part is embedded.</summary>
    public static DataSetInfo FashionMnist { get; } = new()
    {
        Name = "fashion_mnist",
        Description = "Fashion-MNIST (Xiao, Rasul, Vollgraf 2017): 70,000 grey images of 28×28 in 10 classes",
        FolderName = FashionMnistFiles.FolderName,
    };

    /// <summary>All sets.</summary>
    public static IReadOnlyList<DataSetInfo> All { get; } = [Cifar10, FashionMnist];

    /// <summary>The set of a name.</summary>
    /// <exception cref="ConfigException">There is none.</exception>
    public static DataSetInfo Find(string name) => All.FirstOrDefault(set => set.Name == name)
        ?? throw new ConfigException($"data set: received '{name}', allowed: "
            + string.Join(", ", All.Select(set => set.Name)) + Suggestion.For(name, All.Select(set => set.Name)));

    /// <summary>Where each set was found, in the order of <see cref="All"/>. Looks at names and sizes; checksums are
    /// the installer's affair. Never fails: what is wrong with the data folders is in the remark.</summary>
    public static IReadOnlyList<DataSetStatus> Status() => [.. All.Select(StatusOf)];

    /// <summary>Where a set was found.</summary>
    /// <inheritdoc cref="Status" path="/summary"/>
    public static DataSetStatus StatusOf(DataSetInfo set)
    {
        try
        {
            return set.IsEmbedded ? StatusOfEmbedded(set) : StatusOfInstalled(set);
        }
        catch (DataException error)
        {
            return new DataSetStatus(set, set.IsEmbedded, null, error.Message);
        }
    }

    private static DataSetStatus StatusOfEmbedded(DataSetInfo set)
    {
        var folder = DataLocations.Find(set.FolderName, FashionMnistFiles.FileNames);
        return new DataSetStatus(set, true, folder, folder is null
            ? "a part is embedded: 6,000 training and 2,000 test images"
            : $"a part is embedded; files of the full set in {folder}");
    }

    private static DataSetStatus StatusOfInstalled(DataSetInfo set)
    {
        var folder = DataLocations.Find(set.FolderName, set.Files.Select(file => file.Name));
        if (folder is null)
            return new DataSetStatus(set, false, null, $"not found; install it with: nf data install {set.Name}");
        var problems = set.Files.Select(file => SizeProblem(folder, file)).OfType<string>().ToList();
        return new DataSetStatus(set, problems.Count == 0, folder,
            problems.Count == 0 ? folder : $"{folder}: {string.Join("; ", problems)}");
    }

    private static string? SizeProblem(string folder, DataSetFile file)
    {
        var length = DataFile.LengthOf(Path.Combine(folder, file.Name));
        return length is null ? $"{file.Name} is missing"
            : length != file.Size ? $"{file.Name}: received {length:N0} bytes, allowed: {file.Size:N0}"
            : null;
    }
}
