namespace NeuralFramework.Data;

/// <summary>Which label of CIFAR-100 is served.</summary>
public enum Cifar100Label
{
    /// <summary>One of 100 classes.</summary>
    Fine,

    /// <summary>One of 20 classes, of which each is five of the fine ones.</summary>
    Coarse,
}

/// <summary>
/// Reads CIFAR-100 (Krizhevsky 2009, "Learning multiple layers of features from tiny images") in its binary version: in
/// each file records of 1 coarse label byte, 0 … 19, 1 fine label byte, 0 … 99, and 3,072 pixel bytes, the planes red,
/// green and blue of 32×32, row-major.
/// </summary>
public static class Cifar100Files
{
    /// <summary>The folder of the files in the official archive.</summary>
    public const string FolderName = "cifar-100-binary";

    /// <summary>The file of the training set.</summary>
    public const string TrainFile = "train.bin";

    /// <summary>The file of the test set.</summary>
    public const string TestFile = "test.bin";

    /// <summary>The coarse classes by number.</summary>
    public static IReadOnlyList<string> CoarseNames { get; } =
    [
        "aquatic_mammals", "fish", "flowers", "food_containers", "fruit_and_vegetables",
        "household_electrical_devices", "household_furniture", "insects", "large_carnivores",
        "large_man-made_outdoor_things", "large_natural_outdoor_scenes", "large_omnivores_and_herbivores",
        "medium_mammals", "non-insect_invertebrates", "people", "reptiles", "small_mammals", "trees", "vehicles_1",
        "vehicles_2",
    ];

    /// <summary>The fine classes by number.</summary>
    public static IReadOnlyList<string> FineNames { get; } =
    [
        "apple", "aquarium_fish", "baby", "bear", "beaver", "bed", "bee", "beetle", "bicycle", "bottle", "bowl",
        "boy", "bridge", "bus", "butterfly", "camel", "can", "castle", "caterpillar", "cattle", "chair", "chimpanzee",
        "clock", "cloud", "cockroach", "couch", "crab", "crocodile", "cup", "dinosaur", "dolphin", "elephant",
        "flatfish", "forest", "fox", "girl", "hamster", "house", "kangaroo", "keyboard", "lamp", "lawn_mower",
        "leopard", "lion", "lizard", "lobster", "man", "maple_tree", "motorcycle", "mountain", "mouse", "mushroom",
        "oak_tree", "orange", "orchid", "otter", "palm_tree", "pear", "pickup_truck", "pine_tree", "plain", "plate",
        "poppy", "porcupine", "possum", "rabbit", "raccoon", "ray", "road", "rocket", "rose", "sea", "seal", "shark",
        "shrew", "skunk", "skyscraper", "snail", "snake", "spider", "squirrel", "streetcar", "sunflower",
        "sweet_pepper", "table", "tank", "telephone", "television", "tiger", "tractor", "train", "trout", "tulip",
        "turtle", "wardrobe", "whale", "willow_tree", "wolf", "woman", "worm",
    ];

    /// <summary>The set, from the first of the <see cref="DataLocations"/> that has it; read once in
    /// a process.</summary>
    /// <exception cref="DataException">It is not found, incomplete or damaged.</exception>
    public static ImageSet Load(DataSplit split, Cifar100Label label)
    {
        var folder = DataLocations.Find(FolderName, [TrainFile, TestFile])
            ?? throw DataLocations.Missing($"data set {DataSets.Cifar100.Name}", $"{FolderName}/ or its files",
                $"Install it with: nf data install {DataSets.Cifar100.Name}");
        return ImageSet.Once($"cifar100/{split}/{label}/{folder}", () => Read(folder, split, label));
    }

    /// <summary>Reads a file of a folder.</summary>
    /// <exception cref="DataException">The file is missing, cannot be read, is not a whole number of records, or has a
    /// record with a coarse label above 19 or a fine label above 99: names file, record and offset.</exception>
    public static ImageSet Read(string folder, DataSplit split, Cifar100Label label) =>
        new CifarReader(folder, [new CifarLabel("coarse label", CoarseNames), new CifarLabel("fine label", FineNames)],
            label == Cifar100Label.Coarse ? 0 : 1).Read([split == DataSplit.Train ? TrainFile : TestFile]);

    /// <summary>Refuses files that are not such records.</summary>
    /// <exception cref="DataException">As <see cref="Read"/>.</exception>
    internal static void Verify(string folder)
    {
        Read(folder, DataSplit.Train, Cifar100Label.Fine);
        Read(folder, DataSplit.Test, Cifar100Label.Fine);
    }
}
