using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class IdxFileTests
{
    private static IdxFile Read(byte[] bytes) => IdxFile.Read(new MemoryStream(bytes), "x.idx");

    private static void ExpectError(byte[] bytes, string message) =>
        Assert.That(() => Read(bytes), Throws.TypeOf<DataException>().With.Message.EqualTo(message));

    [TestCase(false)]
    [TestCase(true)]
    public void An_array_is_read_packed_or_not(bool packed)
    {
        var bytes = DataFolder.Idx([2, 3], [1, 2, 3, 4, 5, 6]);
        var idx = Read(packed ? DataFolder.Gzip(bytes) : bytes);
        Assert.That(idx.Extents, Is.EqualTo(new[] { 2, 3 }));
        Assert.That(idx.Values, Is.EqualTo(new byte[] { 1, 2, 3, 4, 5, 6 }));
    }

    [Test]
    public void Another_format_is_an_error() =>
        ExpectError([0, 0, 13, 1, 0, 0, 0, 1, 0], "x.idx: received the first bytes 00000d01, allowed: 000008 (IDX, "
            + "unsigned bytes) and 1 to 8 axes");

    [Test]
    public void Too_few_bytes_are_an_error()
    {
        ExpectError([], "x.idx: ends at offset 0, allowed: 4 bytes from offset 0 on");
        ExpectError([0, 0, 8, 2, 0, 0], "x.idx: ends at offset 6, allowed: 8 bytes from offset 4 on");
        ExpectError(DataFolder.Idx([5], [1, 2]), "x.idx: received the extents 5, allowed: extents of 2 elements, as "
            + "the file has");
        ExpectError(DataFolder.Gzip(DataFolder.Idx([5], [1, 2])), "x.idx: ends at offset 10, allowed: 5 bytes from "
            + "offset 8 on");
    }

    [Test]
    public void Too_many_bytes_are_an_error()
    {
        ExpectError(DataFolder.Idx([1], [1, 2]), "x.idx: received the extents 1, allowed: extents of 2 elements, as "
            + "the file has");
        ExpectError(DataFolder.Gzip(DataFolder.Idx([1], [1, 2])), "x.idx: received more than 9 bytes, allowed: 1 "
            + "elements");
    }

    [Test]
    public void Extents_of_0_or_beyond_memory_are_errors()
    {
        ExpectError(DataFolder.Idx([2, 0], []), "x.idx: axis 1 at offset 8: received the extent 0, allowed: 1 to "
            + "2147483647");
        var packed = DataFolder.Gzip(DataFolder.Idx([int.MaxValue, int.MaxValue, int.MaxValue], []));
        ExpectError(packed, "x.idx: received the extents 2147483647×2147483647×2147483647, allowed: "
            + $"{packed.Length * 1032 - 16:N0} elements, the most that the file can have");
    }

    [Test]
    public void A_damaged_gzip_is_an_error()
    {
        var packed = DataFolder.Gzip(DataFolder.Idx([5], [1, 2, 3, 4, 5]));
        packed[12] ^= 0xff;
        Assert.That(() => Read(packed), Throws.TypeOf<DataException>().With.Message.StartsWith("x.idx: "));
    }

    [Test]
    public void Images_and_labels_must_fit()
    {
        var images = new IdxFile("images", [2, 2, 2], new byte[8]);
        Assert.That(() => IdxFile.ToImages("set", images, new IdxFile("labels", [3], new byte[3]), ["a"]),
            Throws.TypeOf<DataException>().With.Message.EqualTo("set: received images 2×2×2 and labels 3, allowed: "
                + "N×H×W and N"));
        Assert.That(() => IdxFile.ToImages("set", images, new IdxFile("labels", [2], [0, 7]), ["a"]),
            Throws.TypeOf<DataException>().With.Message.EqualTo("labels: label 1 at offset 9: received 7, allowed: 0 "
                + "to 0"));
    }

    [Test]
    public void A_missing_file_is_an_error() =>
        Assert.That(() => IdxFile.Load("nowhere.idx"), Throws.TypeOf<DataException>().With.Message
            .EqualTo("nowhere.idx: no such file"));
}
