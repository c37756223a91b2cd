namespace NeuralFramework.Data;

/// <summary>The four files in which MNIST and the sets made to replace it come.</summary>
internal static class MnistFormat
{
    /// <summary>The names of the files, not packed.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    /// <summary>The names that the files may have: packed or not.</summary>
    public static IReadOnlyList<string> NamesPackedOrNot { get; } =
        [.. Names.SelectMany(name => new[] { name + ".gz", name })];

    /// <summary>The names of images and labels of a part.</summary>
    public static (string Images, string Labels) NamesOf(DataSplit split) =>
        split == DataSplit.Train ? (Names[0], Names[1]) : (Names[2], Names[3]);

    /// <summary>Reads the files of a folder, packed or not.</summary>
    /// <exception cref="DataException">A file is missing or damaged.</exception>
    public static ImageSet Read(string folder, DataSplit split, IReadOnlyList<string> classNames)
    {
        var (images, labels) = NamesOf(split);
        return IdxFile.ToImages(folder, FromFolder(images), FromFolder(labels), classNames);

        IdxFile FromFolder(string name)
        {
            var plain = Path.Combine(folder, name);
            return IdxFile.Load(File.Exists(plain) ? plain : plain + ".gz");
        }
    }
}
