using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class DataSetsTests
{
    private DataFolder folder = null!;

    [SetUp]
    public void CreateFolder() => folder = new DataFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void Sets_are_found_by_name()
    {
        Assert.That(DataSets.Find("cifar10"), Is.SameAs(DataSets.Cifar10));
        Assert.That(() => DataSets.Find("cifar"), Throws.TypeOf<ConfigException>().With.Message.EqualTo(
            "data set: received 'cifar', allowed: cifar10, cifar100, fashion_mnist, mnist, bible_kjv, gcide, wordnet"));
        Assert.That(() => DataSets.Find("fashion"), Throws.TypeOf<ConfigException>());
        Assert.That(DataSets.Find("fashion-mnist"), Is.SameAs(DataSets.FashionMnist));
    }

    [Test]
    public void The_catalogue_and_the_reader_know_the_same_files() =>
        Assert.That(DataSets.Cifar10.Files.Select(file => file.Name),
            Is.EqualTo(Cifar10Files.TrainFiles.Concat(Cifar10Files.TestFiles)));

    [Test]
    public void Files_of_a_set_with_separate_files_may_be_packed_and_stand_in_the_folder_of_the_set()
    {
        folder.Write("train-images-idx3-ubyte.gz", "of any set");
        Assert.That(DataSets.StatusOf(DataSets.Mnist).IsUsable, Is.False);
        foreach (var name in MnistFormat.Names.Take(3))
            folder.Write($"mnist/{name}.gz", "packed");
        Assert.That(DataSets.StatusOf(DataSets.Mnist).Remark, Does.EndWith("mnist: t10k-labels-idx1-ubyte is missing"));
        folder.Write("mnist/t10k-labels-idx1-ubyte.gz", "packed");
        Assert.That(DataSets.StatusOf(DataSets.Mnist),
            Is.EqualTo(new DataSetStatus(DataSets.Mnist, true, folder.In("mnist"), folder.In("mnist"))));
    }

    [Test]
    public void Status_says_what_is_missing_and_what_is_always_there()
    {
        var status = DataSets.Status();
        Assert.That(status.Select(set => (set.Set.Name, set.IsUsable, set.Folder)),
            Is.EqualTo(new[] { ("cifar10", false, (string?)null), ("cifar100", false, null),
                ("fashion_mnist", true, null), ("mnist", false, null), ("bible_kjv", false, null),
                ("gcide", false, null), ("wordnet", false, null) }));
        Assert.That(status[0].Remark, Is.EqualTo("not found; install it with: nf data install cifar10"));
    }

    [Test]
    public void Status_names_files_of_a_wrong_length_and_missing_ones()
    {
        folder.WriteCifar(1);
        File.Delete(folder.In(Cifar10Files.FolderName, "test_batch.bin"));
        var status = DataSets.StatusOf(DataSets.Cifar10);
        Assert.That(status.IsUsable, Is.False);
        Assert.That(status.Remark, Does.Contain("data_batch_1.bin: received 3,073 bytes, allowed: 30,730,000")
            .And.Contain("test_batch.bin is missing"));
    }

    [Test]
    public void Status_reports_a_data_folder_that_does_not_exist()
    {
        DataLocations.Folder = folder.In("nowhere");
        Assert.That(DataSets.Status()[0].Remark, Does.StartWith("--data: received"));
    }
}
