using System.Security.Cryptography;
using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class Cifar10LayerTests
{
    [Test]
    public void A_missing_set_is_an_error_that_lists_the_places_and_the_command_that_installs_it()
    {
        using var folder = new DataFolder();
        var layer = new Cifar10Layer<float>(new Cifar10Options { BatchSize = 1 });
        Assert.That(() => new ServedLayer<float>(layer), Throws.TypeOf<DataException>().With.Message
            .EqualTo(string.Join(Environment.NewLine,
            "data set cifar10: not found; looked for cifar-10-batches-bin/ or its files in",
            $"    {folder.Path} (--data)",
            $"    {Path.GetFullPath("data")} (./data)",
            $"    {folder.In("cache", "neuralframework")} (the cache)",
            "  Install it with: nf data install cifar10")));
    }

    [Test]
    public void The_tops_have_the_shapes_of_images_and_labels()
    {
        using var folder = new DataFolder();
        folder.WriteCifar(2);
        var served = new ServedLayer<float>(new Cifar10Layer<float>(new Cifar10Options { BatchSize = 5 }));
        Assert.That(served.Data.Shape, Is.EqualTo(new Shape(5, 3, 32, 32)));
        Assert.That(served.Label.Shape, Is.EqualTo(new Shape(5)));
        // Files of two records: labels (file + record) mod 10.
        Assert.That(served.Next().Labels, Is.EqualTo(new[] { 0f, 1, 1, 2, 2 }));
    }

    [Test]
    public void The_nets_of_all_phases_share_one_copy()
    {
        using var folder = new DataFolder();
        folder.WriteCifar(2);
        Assert.That(Cifar10Files.Load(DataSplit.Train), Is.SameAs(Cifar10Files.Load(DataSplit.Train)));
    }

    [TestCase(DataSplit.Train, 50000, new byte[] { 6, 9, 9, 4, 1 })]
    [TestCase(DataSplit.Test, 10000, new byte[] { 3, 8, 8, 0, 6 })]
    public void The_installed_set_has_the_official_images(DataSplit split, int count, byte[] firstLabels)
    {
        if (DataSets.StatusOf(DataSets.Cifar10) is { IsUsable: false } status)
            Assert.Ignore($"CIFAR-10 is not installed: {status.Remark}");
        var set = Cifar10Files.Load(split);
        Assert.That(set.Count, Is.EqualTo(count));
        Assert.That(set.Labels[..5].ToArray(), Is.EqualTo(firstLabels));
        Assert.That(set.Labels.ToArray().CountBy(label => label).Select(pair => pair.Value),
            Is.All.EqualTo(count / 10));
        if (split == DataSplit.Test)
            Assert.That(Md5OfRecords(set), Is.EqualTo(DataSets.Cifar10.Files[^1].Md5));
    }

    private static string Md5OfRecords(ImageSet set)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        for (var i = 0; i < set.Count; i++)
        {
            hash.AppendData(set.Labels.Slice(i, 1));
            hash.AppendData(set.Image(i));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
