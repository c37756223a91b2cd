using NeuralFramework.Interop;
using NUnit.Framework;
using static NeuralFramework.Tests.ProtobufBytes;

namespace NeuralFramework.Tests;

public class CaffeModelFileTests
{
    private TempFolder folder = null!;

    [SetUp]
    public void CreateFolder() => folder = new TempFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private string Write(params byte[] bytes) => folder.Write("net.caffemodel", bytes);

    private static byte[] Layer(params byte[] blob) => Bytes(100, [.. Text(1, "fc"), .. Text(2, "InnerProduct"), .. Bytes(7, blob)]);

    private void AssertRefused(byte[] bytes, string message) =>
        Assert.That(() => CaffeModelFile.Load(Write(bytes)), Throws.TypeOf<DataException>().With.Message.EqualTo(
            $"{folder.In("net.caffemodel")}: {message}"));

    [Test]
    public void The_newest_format_has_shapes_and_packed_values()
    {
        var layer = CaffeModelFile.Load(Write([.. Text(1, "net"), .. Layer([.. Floats(5, 1, 2, 3), .. Bytes(7, Bytes(1, 3, 1))])])).Single();
        Assert.That((layer.Name, layer.Type), Is.EqualTo(("fc", "InnerProduct")));
        Assert.That(layer.Blobs[0].Extents, Is.EqualTo(new long[] { 3, 1 }));
        Assert.That(layer.Blobs[0].Values, Is.EqualTo(new[] { 1f, 2, 3 }));
    }

    [Test]
    public void The_format_V1_has_four_extents_and_values_one_by_one()
    {
        byte[] blob = [.. Number(1, 1), .. Number(2, 1), .. Number(3, 2), .. Number(4, 1), .. Single(5, 4), .. Single(5, 5), .. Floats(6, 9, 9)];
        var layer = CaffeModelFile.Load(Write(Bytes(2, [.. Text(4, "fc"), .. Number(5, 14), .. Bytes(6, blob)]))).Single();
        Assert.That(layer.Name, Is.EqualTo("fc"));
        Assert.That(layer.Blobs[0].Extents, Is.EqualTo(new long[] { 1, 1, 2, 1 }));
        Assert.That(layer.Blobs[0].Values, Is.EqualTo(new[] { 4f, 5 }));
        Assert.That(layer.Blobs[0].IsLegacy);
    }

    [Test]
    public void The_format_V0_has_its_layer_inside()
    {
        byte[] inner = [.. Text(1, "fc"), .. Text(2, "innerproduct"), .. Bytes(50, Floats(5, 7))];
        var layer = CaffeModelFile.Load(Write(Bytes(2, Bytes(1, inner)))).Single();
        Assert.That((layer.Name, layer.Blobs[0].Values[0]), Is.EqualTo(("fc", 7f)));
    }

    [Test]
    public void Doubles_are_read_as_floats() => Assert.That(
        CaffeModelFile.Load(Write(Layer([.. Doubles(8, 0.5, -2), .. Bytes(7, Bytes(1, 2))]))).Single().Blobs[0].Values,
        Is.EqualTo(new[] { 0.5f, -2 }));

    [Test]
    public void A_shape_of_2_to_the_40_costs_no_memory()
    {
        var bytes = Layer([.. Floats(5, 1, 2, 3), .. Bytes(7, Bytes(1, [.. Varint(1 << 20), .. Varint(1 << 20)]))]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        AssertRefused(bytes, "layer 'fc', blob 0: received the shape 1048576×1048576 and 3 values; allowed: a whole caffemodel");
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1 << 20));
    }

    [Test]
    public void A_length_beyond_the_end_costs_no_memory()
    {
        byte[] bytes = [.. Varint(100 << 3 | 2), .. Varint(int.MaxValue), 1, 2];
        var before = GC.GetAllocatedBytesForCurrentThread();
        AssertRefused(bytes, "a layer is said to have 2147483647 bytes from byte 7 on, where 2 are left; allowed: a whole caffemodel");
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1 << 20));
    }

    [Test]
    public void A_file_cut_anywhere_is_refused()
    {
        byte[] whole = Layer([.. Floats(5, 1, 2, 3), .. Bytes(7, Bytes(1, 3, 1))]);
        for (var length = 0; length < whole.Length; length++)
            Assert.That(() => CaffeModelFile.Load(Write(whole[..length])), Throws.TypeOf<DataException>(), $"{length} bytes");
    }

    [Test]
    public void Groups_deep_in_each_other_are_refused() => Assert.That(
        () => CaffeModelFile.Load(Write([.. Enumerable.Repeat((byte)(9 << 3 | 3), 1_000_000)])), Throws.TypeOf<DataException>());

    [Test]
    public void A_file_without_weights_is_refused() =>
        AssertRefused(Text(1, "net"), "received 0 layers without weights; allowed: a whole caffemodel");

    [Test]
    public void A_missing_file_is_an_error() =>
        Assert.That(() => CaffeModelFile.Load(folder.In("no")), Throws.TypeOf<DataException>().With.Message.EqualTo(
            $"{folder.In("no")}: no such file; allowed: a caffemodel"));

    [Test]
    public void What_is_written_is_read()
    {
        var layers = new[]
        {
            new CaffeLayerBlobs("a", "Convolution", [new CaffeBlob([2, 1, 1, 150], [.. Enumerable.Range(0, 300).Select(i => i * 0.5f)])]),
            new CaffeLayerBlobs("b/é", "PReLU", [new CaffeBlob([], [0.25f]), new CaffeBlob([2], [1, float.NaN])]),
        };
        using (var stream = File.Create(folder.In("net.caffemodel")))
            CaffeModelWriter.Write(stream, "net", layers);
        var read = CaffeModelFile.Load(folder.In("net.caffemodel"));
        Assert.That(read.Select(layer => (layer.Name, layer.Type)), Is.EqualTo(layers.Select(layer => (layer.Name, layer.Type))));
        for (var i = 0; i < layers.Length; i++)
            for (var j = 0; j < layers[i].Blobs.Count; j++)
            {
                Assert.That(read[i].Blobs[j].Extents, Is.EqualTo(layers[i].Blobs[j].Extents));
                Assert.That(read[i].Blobs[j].Values, Is.EqualTo(layers[i].Blobs[j].Values));
            }
    }
}
