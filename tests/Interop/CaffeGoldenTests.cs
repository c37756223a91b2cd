using System.Text.Json.Nodes;
using NeuralFramework.Interop;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>A caffemodel that was written byte by byte, and what OpenCV, which reads Caffe's files too, computes of it:
/// tests/Golden/caffe.py.</summary>
public class CaffeGoldenTests
{
    private static readonly string Folder = Path.Combine(Repository.Folder, "tests", "Golden", "Caffe");

    private static float[] Numbers(JsonNode values) => [.. values.AsArray().Select(value => (float)value!)];

    [Test]
    public void An_imported_net_gives_what_OpenCV_gives()
    {
        var model = CaffeImporter.Import(new CaffeFiles(Path.Combine(Folder, "net.prototxt"))
        {
            Weights = Path.Combine(Folder, "weights.caffemodel"),
        });
        Assert.That(model.Report.Lines.Select(line => line.Parity), Has.All.EqualTo(Parity.Mapped));
        var net = Net<float>.FromConfig(NetConfig.Read(ConfigDocument.FromNode(model.Net)), Phase.Deploy);
        net.ReadWeights(model.Weights!, "weights");
        var golden = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "outputs.json")))!;
        Numbers(golden["data"]!).CopyTo(net.Blobs["data"].Data);
        net.Forward();
        foreach (var (name, values) in golden["blobs"]!.AsObject())
            Assert.That(net.Blobs[name].Data.ToArray(), Is.EqualTo(Numbers(values!)).Within(1e-5f), name);
    }
}
