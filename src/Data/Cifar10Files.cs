namespace NeuralFramework.Data;

/// <summary>
/// Reads CIFAR-10 (Krizhevsky 2009, "Learning multiple layers of features from tiny images") in its binary version: in
/// each file records of 1 label byte, 0 … 9, and 3,072 pixel bytes, the planes red, green and blue of 32×32, row-major.
/// </summary>
public static class Cifar10Files
{
    /// <summary>The folder of the files in the official archive.</summary>
    public const string FolderName = "cifar-10-batches-bin";

    /// <summary>The files of the training set, in order.</summary>
    public static IReadOnlyList<string> TrainFiles { get; } =
        ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"];

    /// <summary>The files of the test set.</summary>
    public static IReadOnlyList<string> TestFiles { get; } = ["test_batch.bin"];

    /// <summary>The classes by number.</summary>
    public static IReadOnlyList<string> ClassNames { get; } =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>The set, from the first of the <see cref="DataLocations"/> that has it; read once in a
    /// process.</summary>
    /// <exception cref="DataException">It is not found, incomplete or damaged.</exception>
    public static ImageSet Load(DataSplit split)
    {
        var folder = DataLocations.Find(FolderName, [.. TrainFiles, .. TestFiles])
            ?? throw DataLocations.Missing($"data set {DataSets.Cifar10.Name}", $"{FolderName}/ or its files",
                $"Install it with: nf data install {DataSets.Cifar10.Name}");
        return ImageSet.Once($"cifar10/{split}/{folder}", () => Read(folder, split));
    }

    /// <summary>Reads the files of a folder.</summary>
    /// <exception cref="DataException">A file is missing, cannot be read, is not a whole number of records, or has a
    /// record with a label above 9: names file, record and offset.</exception>
    public static ImageSet Read(string folder, DataSplit split) =>
        new CifarReader(folder, [new CifarLabel("label", ClassNames)], 0)
            .Read(split == DataSplit.Train ? TrainFiles : TestFiles);
}
