using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class Cifar10FilesTests
{
    private DataFolder folder = null!;
    private string set = null!;

    [SetUp]
    public void WriteSmallSet()
    {
        folder = new DataFolder();
        set = folder.WriteCifar(3);
    }

    [TearDown]
    public void RemoveSmallSet() => folder.Dispose();

    private void ExpectError(string message, DataSplit split = DataSplit.Train) =>
        Assert.That(() => Cifar10Files.Read(set, split), Throws.TypeOf<DataException>().With.Message.EqualTo(message));

    [Test]
    public void Files_are_joined_in_order_and_records_are_taken_apart()
    {
        var images = Cifar10Files.Read(set, DataSplit.Train);
        Assert.That((images.Count, images.Channels, images.Height, images.Width), Is.EqualTo((15, 3, 32, 32)));
        for (var i = 0; i < images.Count; i++)
        {
            var record = DataFolder.CifarRecords(3, i / 3).AsSpan(i % 3 * 3073, 3073);
            Assert.That(images.Labels[i], Is.EqualTo(record[0]), $"label {i}");
            Assert.That(images.Image(i).SequenceEqual(record[1..]), $"image {i}");
        }
        Assert.That(images.ClassNames[3], Is.EqualTo("cat"));
    }

    [Test]
    public void Files_longer_than_one_piece_are_read_whole()
    {
        folder.Write("cifar-10-batches-bin/test_batch.bin", DataFolder.CifarRecords(150, 5));
        var images = Cifar10Files.Read(set, DataSplit.Test);
        Assert.That(images.Count, Is.EqualTo(150));
        Assert.That(images.Image(149).SequenceEqual(DataFolder.CifarRecords(150, 5).AsSpan(149 * 3073 + 1)));
    }

    [Test]
    public void Links_to_files_are_followed()
    {
        var path = folder.In("cifar-10-batches-bin", "test_batch.bin");
        File.Move(path, folder.In("elsewhere.bin"));
        File.CreateSymbolicLink(path, folder.In("elsewhere.bin"));
        Assert.That(Cifar10Files.Read(set, DataSplit.Test).Count, Is.EqualTo(3));
    }

    [Test]
    public void A_truncated_file_names_record_and_offset()
    {
        var path = folder.Write("cifar-10-batches-bin/data_batch_2.bin", DataFolder.CifarRecords(3, 1)[..6200]);
        ExpectError($"{path}: record 2 at offset 6146: received 54 bytes and the end of the file, allowed: 3073 bytes "
            + "a record");
    }

    [Test]
    public void An_empty_file_is_an_error()
    {
        var path = folder.Write("cifar-10-batches-bin/test_batch.bin", "");
        ExpectError($"{path}: received an empty file, allowed: records of 3073 bytes", DataSplit.Test);
    }

    [Test]
    public void A_label_above_9_names_record_and_offset()
    {
        var records = DataFolder.CifarRecords(3, 3);
        records[2 * 3073] = 200;
        var path = folder.Write("cifar-10-batches-bin/data_batch_4.bin", records);
        ExpectError($"{path}: record 2 at offset 6146: received the label 200, allowed: 0 to 9");
    }

    [Test]
    public void A_missing_file_is_named()
    {
        File.Delete(Path.Combine(set, "data_batch_5.bin"));
        ExpectError($"{Path.Combine(set, "data_batch_5.bin")}: no such file");
    }

    [Test]
    public void A_folder_in_place_of_a_file_is_an_error()
    {
        var path = Path.Combine(set, "data_batch_1.bin");
        File.Delete(path);
        Directory.CreateDirectory(path);
        ExpectError($"{path}: received a folder, allowed: a file");
    }

    [Test]
    public void A_failure_is_not_kept_once_the_file_is_repaired_the_set_loads()
    {
        folder.Write("cifar-10-batches-bin/test_batch.bin", "");
        Assert.That(() => Cifar10Files.Load(DataSplit.Test), Throws.TypeOf<DataException>());
        folder.Write("cifar-10-batches-bin/test_batch.bin", DataFolder.CifarRecords(1, 5));
        Assert.That(Cifar10Files.Load(DataSplit.Test).Count, Is.EqualTo(1));
    }
}
