namespace NeuralFramework.Data;

/// <summary>A file of a data set.</summary>
/// <param name="Name">Its name in the set's folder.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Md5">The checksum of the official release, in lower-case hexadecimal; null when it is not known, and
/// the set's <see cref="DataSetInfo.Verify"/> has to do.</param>
public sealed record DataSetFile(string Name, long Size, string? Md5)
{
    /// <summary>The name of the file packed by gzip.</summary>
    internal string PackedName => Name + ".gz";
}

/// <summary>An installed package that a data set is made from.</summary>
/// <param name="Name">Debian's name of it.</param>
/// <param name="File">Its file.</param>
/// <param name="Convert">The bytes of the set's one file from a path: that of the package's file, or of the set's file
/// itself.</param>
public sealed record DataPackage(string Name, string File, Func<string, Stream> Convert);

/// <summary>A data set that the framework knows.</summary>
public sealed record DataSetInfo
{
    /// <summary>The name on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, a line.</summary>
    public required string Description { get; init; }

    /// <summary>Its folder in a data folder.</summary>
    public required string FolderName { get; init; }

    /// <summary>The official address of its archive, a .tar.gz; or, ending in /, that of its files, each packed by
    /// gzip; or the page of its package.</summary>
    public required Uri Url { get; init; }

    /// <summary>Whether the files come one by one, each packed by gzip, and not in an archive.</summary>
    public bool HasSeparateFiles => Url.AbsolutePath.EndsWith('/');

    /// <summary>The package that it is made from, which is never downloaded; null: it is at its address.</summary>
    public DataPackage? Package { get; init; }

    /// <summary>The length of the archive at that address, in bytes.</summary>
    public long ArchiveSize { get; init; }

    /// <summary>The MD5 of the archive at that address, which a download is compared with; null where those of the
    /// files are enough.</summary>
    public string? ArchiveMd5 { get; init; }

    /// <summary>The files that an installation has.</summary>
    public required IReadOnlyList<DataSetFile> Files { get; init; }

    /// <summary>Refuses a folder of files that are not what they should be, by a <see cref="DataException"/>; null when
    /// their checksums are known.</summary>
    public Action<string>? Verify { get; init; }

    /// <summary>Whether a part of the set is in this assembly.</summary>
    public bool HasEmbeddedPart { get; init; }

    /// <summary>The names that its files may have in a data folder.</summary>
    internal IEnumerable<string> NamesInFolder => HasSeparateFiles
        ? Files.SelectMany(file => new[] { file.Name, file.PackedName })
        : Files.Select(file => file.Name);

    /// <summary>The folder in a data folder that has files of it, or null. Sets of separate files must have their own:
    /// their names are those of other sets, too.</summary>
    internal string? FindIn(string place) =>
        DataLocations.FindIn(place, FolderName, NamesInFolder) is { } folder
            && (folder != place || !HasSeparateFiles) ? folder : null;
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

    /// <summary>CIFAR-100, to be installed.</summary>
    /// <remarks>The checksums of its files are not published. A download is verified by that of the archive, which is;
    /// the files of any archive by their lengths and by the labels of all records.</remarks>
    public static DataSetInfo Cifar100 { get; } = new()
    {
        Name = "cifar100",
        Description = "CIFAR-100 (Krizhevsky 2009): 60,000 colour images of 32×32 in 100 classes and 20 coarse ones",
        FolderName = Cifar100Files.FolderName,
        Url = new Uri("https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz"),
        ArchiveSize = 168_513_733,
        ArchiveMd5 = "03b5dce01913d631647c71ecec9e9cb8",
        Files =
        [
            new(Cifar100Files.TrainFile, 50_000 * 3074, null),
            new(Cifar100Files.TestFile, 10_000 * 3074, null),
        ],
        Verify = Cifar100Files.Verify,
    };

    /// <summary>Fashion-MNIST, of which a part is embedded; the whole is to be installed.</summary>
    public static DataSetInfo FashionMnist { get; } = new()
    {
        Name = "fashion_mnist",
        Description = "Fashion-MNIST (Xiao, Rasul, Vollgraf 2017): 70,000 grey images of 28×28 in 10 classes",
        FolderName = FashionMnistFiles.FolderName,
        Url = new Uri("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
        Files = MnistLike("f4a8712d7a061bf5bd6d2ca38dc4d50a", "9018921c3c673c538a1fc5bad174d6f9",
            "8181f5470baa50b63fa0f6fddb340f0a", "15d484375f8d13e6eb1aabb0c3f46965"),
        HasEmbeddedPart = true,
    };

    /// <summary>MNIST, to be installed.</summary>
    /// <remarks>Its first address, yann.lecun.com/exdb/mnist, no longer serves the files; this is the copy that
    /// torchvision uses.</remarks>
    public static DataSetInfo Mnist { get; } = new()
    {
        Name = "mnist",
        Description = "MNIST (LeCun, Bottou, Bengio, Haffner 1998): 70,000 grey images of 28×28, handwritten digits",
        FolderName = MnistFiles.FolderName,
        Url = new Uri("https://ossci-datasets.s3.amazonaws.com/mnist/"),
        Files = MnistLike("6bbc9ace898e44ae57da46a324031adb", "a25bea736e30d166cdddb491f175f624",
            "2646ac647ad5339dbf082846283269ea", "27ae3e4e09519cfbb04c329615203637"),
    };

    /// <summary>The King James Bible as a text, made from an installed Debian package.</summary>
    public static DataSetInfo BibleKjv { get; } = new()
    {
        Name = "bible_kjv",
        Description = "The King James Bible (1611, public domain): a text of 31,102 verses, from Debian's package "
            + BibleFiles.PackageName,
        FolderName = BibleFiles.FolderName,
        Url = new Uri($"https://packages.debian.org/{BibleFiles.PackageName}"),
        Package = new DataPackage(BibleFiles.PackageName, BibleFiles.PackageFile, BibleFiles.Convert),
        Files = [new(BibleFiles.FileName, 4_139_038, "452007e34c201a2ba6d453a4ec083384")],
    };

    /// <summary>A dictionary of English as a text, made from an installed Debian package.</summary>
    public static DataSetInfo Gcide { get; } = new()
    {
        Name = "gcide",
        Description = "The GNU Collaborative International Dictionary of English (GPL): a text of 5 million words, from "
            + "Debian's package " + GcideFiles.PackageName,
        FolderName = GcideFiles.FolderName,
        Url = new Uri($"https://packages.debian.org/{GcideFiles.PackageName}"),
        Package = new DataPackage(GcideFiles.PackageName, GcideFiles.PackageFile, GcideFiles.Convert),
        Files = [new(GcideFiles.FileName, 35_528_742, "facbfcaccf5d6678f41a0e6f859df9f6")],
    };

    /// <summary>The glosses of WordNet as a text, made from an installed Debian package.</summary>
    public static DataSetInfo WordNet { get; } = new()
    {
        Name = "wordnet",
        Description = "The glosses of WordNet 3.0 (its own free licence): a text of 1.5 million words, from Debian's package "
            + WordNetFiles.PackageName,
        FolderName = WordNetFiles.FolderName,
        Url = new Uri($"https://packages.debian.org/{WordNetFiles.PackageName}"),
        Package = new DataPackage(WordNetFiles.PackageName, WordNetFiles.PackageFile, WordNetFiles.Convert),
        Files = [new(WordNetFiles.FileName, 9_080_950, "8ec23fc88ce9ea480d5ebe227b4db122")],
    };

    /// <summary>All sets.</summary>
    public static IReadOnlyList<DataSetInfo> All { get; } =
        [Cifar10, Cifar100, FashionMnist, Mnist, BibleKjv, Gcide, WordNet];

    /// <summary>The set of a name, in which - is as good as _.</summary>
    /// <exception cref="ConfigException">There is none.</exception>
    public static DataSetInfo Find(string name) => All.FirstOrDefault(set => set.Name == name.Replace('-', '_'))
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
            var folders = DataLocations.Places().Select(place => set.FindIn(place.Path)).OfType<string>();
            return folders.FirstOrDefault() is { } folder ? StatusIn(folder, set) : StatusOfMissing(set);
        }
        catch (DataException error)
        {
            return new DataSetStatus(set, set.HasEmbeddedPart, null, error.Message);
        }
    }

    private static DataSetStatus StatusOfMissing(DataSetInfo set) => set.HasEmbeddedPart
        ? new DataSetStatus(set, true, null, "a part is embedded: 6,000 training and 2,000 test images; the whole is "
            + $"installed with: nf data install {set.Name}")
        : new DataSetStatus(set, false, null, $"not found; install it with: nf data install {set.Name}");

    private static DataSetStatus StatusIn(string folder, DataSetInfo set)
    {
        var problems = set.Files.Select(file => SizeProblem(folder, file, set.HasSeparateFiles)).OfType<string>()
            .ToList();
        var remark = problems.Count == 0 ? folder : $"{folder}: {string.Join("; ", problems)}";
        return new DataSetStatus(set, problems.Count == 0 || set.HasEmbeddedPart, folder,
            set.HasEmbeddedPart ? $"a part is embedded; the whole: {remark}" : remark);
    }

    private static string? SizeProblem(string folder, DataSetFile file, bool mayBePacked)
    {
        var length = DataFile.LengthOf(Path.Combine(folder, file.Name));
        if (length is null)
            return mayBePacked && File.Exists(Path.Combine(folder, file.PackedName)) ? null : $"{file.Name} is missing";
        return length != file.Size ? $"{file.Name}: received {length:N0} bytes, allowed: {file.Size:N0}" : null;
    }

    private static DataSetFile[] MnistLike(params string[] checksums) =>
    [
        new(MnistFormat.Names[0], 16 + 60_000 * 784, checksums[0]),
        new(MnistFormat.Names[1], 8 + 60_000, checksums[1]),
        new(MnistFormat.Names[2], 16 + 10_000 * 784, checksums[2]),
        new(MnistFormat.Names[3], 8 + 10_000, checksums[3]),
    ];
}
