using System.Security.Cryptography;
using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class FashionMnistLayerTests
{
    [TestCase(DataSplit.Train, 6000, "5d1f5ae87143747f6937c596763f841b", "24de83732a4d6cb96de29e88d7a47160")]
    [TestCase(DataSplit.Test, 2000, "c2966db507694f43ec3513c9e1f623a8", "ba7969dd4abe87fcb10a15a1dc2637ad")]
    public void The_embedded_part_has_the_first_images_of_the_official_set(DataSplit split, int count, string pixels,
        string labels)
    {
        var set = FashionMnistFiles.LoadEmbedded(split);
        Assert.That((set.Count, set.Channels, set.Height, set.Width), Is.EqualTo((count, 1, 28, 28)));
        Assert.That(Convert.ToHexStringLower(MD5.HashData(set.Pixels)), Is.EqualTo(pixels));
        Assert.That(Convert.ToHexStringLower(MD5.HashData(set.Labels)), Is.EqualTo(labels));
        Assert.That(set.Labels.ToArray().Distinct().Count(), Is.EqualTo(10));
    }

    [Test]
    public void The_first_training_image_is_an_ankle_boot()
    {
        var served = new ServedLayer<float>(new FashionMnistLayer<float>(new FashionMnistOptions { BatchSize = 2 }));
        var (_, labels) = served.Next();
        Assert.That(served.Data.Shape, Is.EqualTo(new Shape(2, 1, 28, 28)));
        Assert.That(FashionMnistFiles.ClassNames[(int)labels[0]], Is.EqualTo("Ankle boot"));
        Assert.That(labels[1], Is.Zero);
    }

    [Test]
    public void The_full_set_is_read_from_a_data_folder_packed_or_not()
    {
        using var folder = new DataFolder();
        folder.Write("fashion-mnist/train-images-idx3-ubyte.gz", DataFolder.Gzip(DataFolder.Idx([2, 2, 3],
            [.. Enumerable.Range(0, 12).Select(i => (byte)i)])));
        folder.Write("fashion-mnist/train-labels-idx1-ubyte", DataFolder.Idx([2], [4, 7]));
        var layer = new FashionMnistLayer<double>(new FashionMnistOptions { BatchSize = 2, Full = true, Scale = 1.0 });
        var (data, labels) = new ServedLayer<double>(layer).Next();
        Assert.That(data, Is.EqualTo(Enumerable.Range(0, 12).Select(i => (double)i)));
        Assert.That(labels, Is.EqualTo(new[] { 4.0, 7 }));
        Assert.That(() => FashionMnistFiles.LoadFull(DataSplit.Test), Throws.TypeOf<DataException>().With.Message
            .EqualTo($"{folder.In("fashion-mnist", "t10k-images-idx3-ubyte.gz")}: no such file"));
    }

    [Test]
    public void A_missing_full_set_is_an_error_that_says_how_to_install_it()
    {
        using var folder = new DataFolder();
        var layer = new FashionMnistLayer<double>(new FashionMnistOptions { BatchSize = 2, Full = true });
        Assert.That(() => new ServedLayer<double>(layer), Throws.TypeOf<DataException>().With.Message
            .StartsWith("the full Fashion-MNIST: not found; looked for fashion-mnist/train-images-idx3-ubyte.gz in")
            .And.Message.Contains("Install it with: nf data install fashion_mnist"));
    }
}
