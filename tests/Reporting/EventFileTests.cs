using Google.Protobuf;
using NeuralFramework.Reporting;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class EventFileTests
{
    private TempFolder folder = null!;

    [SetUp]
    public void CreateFolder() => folder = new TempFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private sealed record Event(long Step, string? Version, Dictionary<string, float> Values);

    // Reads by the numbers of event.proto and summary.proto alone.
    private static List<Event> Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var events = new List<Event>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = (int)BitConverter.ToUInt64(bytes, at);
            var data = bytes.AsSpan(at + 12, length).ToArray();
            Assert.That(BitConverter.ToUInt32(bytes, at + 12 + length), Is.EqualTo(TfRecord.MaskedCrc(data)));
            events.Add(Parse(data));
            at += 16 + length;
        }
        return events;
    }

    private static Event Parse(byte[] data)
    {
        var (step, version, values) = (0L, (string?)null, new Dictionary<string, float>());
        var input = new CodedInputStream(data);
        while (input.ReadTag() is var tag and not 0)
            switch (tag >> 3)
            {
                case 1: Assert.That(input.ReadDouble(), Is.GreaterThan(1.7e9)); break;
                case 2: step = input.ReadInt64(); break;
                case 3: version = input.ReadString(); break;
                case 5: ParseSummary(input.ReadBytes().ToByteArray(), values); break;
                default: Assert.Fail($"field {tag >> 3}"); break;
            }
        return new Event(step, version, values);
    }

    private static void ParseSummary(byte[] data, Dictionary<string, float> values)
    {
        var summary = new CodedInputStream(data);
        while (summary.ReadTag() is var tag and not 0)
        {
            Assert.That(tag >> 3, Is.EqualTo(1));
            var value = new CodedInputStream(summary.ReadBytes().ToByteArray());
            Assert.That(value.ReadTag() >> 3, Is.EqualTo(1));
            var name = value.ReadString();
            Assert.That(value.ReadTag() >> 3, Is.EqualTo(2));
            values[name] = value.ReadFloat();
        }
    }

    [Test]
    public void What_was_written_is_read_back()
    {
        using var file = EventFile.Begin(folder.Path);
        file.Write(new LogRow { Iteration = 100, Loss = 1.5, RegularizationLoss = 0.25, LearningRate = 0.125 });
        file.Write(new LogRow { Iteration = 300, Accuracy = 0.75, TestLoss = 2 });
        file.Write([new LayerRow { Iteration = 300, Layer = "relu" },
            new LayerRow { Iteration = 300, Layer = "fc", GradientNorm = 4, UpdateRatio = 0.5 }]);
        var events = Read(file.FullPath);
        Assert.That(Path.GetFileName(file.FullPath), Does.StartWith("events.out.tfevents."));
        Assert.That(events.Select(item => item.Step), Is.EqualTo(new long[] { 0, 100, 300, 300 }));
        Assert.That(events[0].Version, Is.EqualTo("brain.Event:2"));
        Assert.That(events[1].Values, Is.EqualTo(new Dictionary<string, float>
        {
            ["train/loss"] = 1.5f, ["train/regularization_loss"] = 0.25f, ["train/learning_rate"] = 0.125f,
        }));
        Assert.That(events[2].Values, Is.EqualTo(new Dictionary<string, float>
        {
            ["test/loss"] = 2, ["test/accuracy"] = 0.75f,
        }));
        Assert.That(events[3].Values, Is.EqualTo(new Dictionary<string, float>
        {
            ["gradient_norm/fc"] = 4, ["update_ratio/fc"] = 0.5f,
        }));
    }

    [Test]
    public void A_folder_that_is_missing_is_a_data_error() =>
        Assert.That(() => EventFile.Begin(folder.In("no")), Throws.TypeOf<DataException>()
            .With.Message.Contains("cannot be written: "));
}
