using System.Text;
using NeuralFramework.Reporting;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class TfRecordTests
{
    private static IEnumerable<TestCaseData> Vectors() =>
    [
        new TestCaseData(Encoding.ASCII.GetBytes("123456789"), 0xE3069283u).SetArgDisplayNames("123456789"),
        // RFC 3720, B.4.
        new TestCaseData(new byte[32], 0x8A9136AAu).SetArgDisplayNames("32 zeros"),
        new TestCaseData(Enumerable.Repeat((byte)0xFF, 32).ToArray(), 0x62A8AB43u).SetArgDisplayNames("32 ones"),
        new TestCaseData(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray(), 0x46DD794Eu)
            .SetArgDisplayNames("rising"),
        new TestCaseData(Array.Empty<byte>(), 0u).SetArgDisplayNames("nothing"),
    ];

    [TestCaseSource(nameof(Vectors))]
    public void The_checksum_is_that_of_the_published_vectors(byte[] data, uint expected) =>
        Assert.That(TfRecord.Crc32C(data), Is.EqualTo(expected));

    [Test]
    public void A_checksum_is_turned_and_shifted() =>
        // 0xE3069283 turned right by 15 is 0x2507C60D.
        Assert.That(TfRecord.MaskedCrc(Encoding.ASCII.GetBytes("123456789")),
            Is.EqualTo(unchecked(0x2507C60Du + 0xA282EAD8u)));

    [Test]
    public void A_record_is_length_checksum_bytes_checksum()
    {
        var record = TfRecord.Frame([7, 8, 9]);
        Assert.That(record, Has.Length.EqualTo(8 + 4 + 3 + 4));
        Assert.That(record[..8], Is.EqualTo(new byte[] { 3, 0, 0, 0, 0, 0, 0, 0 }));
        Assert.That(BitConverter.ToUInt32(record, 8), Is.EqualTo(TfRecord.MaskedCrc(record.AsSpan(0, 8))));
        Assert.That(record[12..15], Is.EqualTo(new byte[] { 7, 8, 9 }));
        Assert.That(BitConverter.ToUInt32(record, 15), Is.EqualTo(TfRecord.MaskedCrc([7, 8, 9])));
    }
}
