using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class IdxLayerTests
{
    private DataFolder folder = null!;

    [SetUp]
    public void CreateFolder() => folder = new DataFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private static ServedLayer<double> Serve(IdxOptions options) => new(new IdxLayer<double>(options));

    private IdxOptions Pair(byte[] images, byte[] labels) => new()
    {
        BatchSize = 2,
        Scale = 1.0,
        Images = folder.Write("images", images),
        Labels = folder.Write("labels", labels),
    };

    private void ExpectError(IdxOptions options, string message) =>
        Assert.That(() => Serve(options), Throws.TypeOf<DataException>().With.Message.EqualTo(message));

    [TestCase(false)]
    [TestCase(true)]
    public void A_pair_of_files_is_served_packed_or_not(bool isPacked)
    {
        byte[] Packed(byte[] bytes) => isPacked ? DataFolder.Gzip(bytes) : bytes;
        var served = Serve(Pair(Packed(DataFolder.Idx([2, 1, 3], [1, 2, 3, 4, 5, 6])),
            Packed(DataFolder.Idx([2], [200, 7]))));
        var (data, labels) = served.Next();
        Assert.That(served.Data.Shape, Is.EqualTo(new Shape(2, 1, 1, 3)));
        Assert.That(data, Is.EqualTo(new double[] { 1, 2, 3, 4, 5, 6 }));
        Assert.That(labels, Is.EqualTo(new double[] { 200, 7 }));
    }

    [Test]
    public void Paths_are_looked_for_in_the_data_places()
    {
        var pair = Pair(DataFolder.Idx([1, 1, 1], [3]), DataFolder.Idx([1], [0]));
        Assert.That(Serve(pair with { BatchSize = 1, Images = "images", Labels = "labels" }).Next().Data,
            Is.EqualTo(new double[] { 3 }));
    }

    [Test]
    public void The_mean_image_is_that_of_the_images_themselves_or_of_a_file_named_for_it()
    {
        var pair = Pair(DataFolder.Idx([2, 1, 2], [1, 2, 3, 6]), DataFolder.Idx([2], [0, 1])) with
        {
            MeanImage = true,
        };
        Assert.That(Serve(pair).Next().Data, Is.EqualTo(new double[] { -1, -2, 1, 2 }));
        folder.Write("training", DataFolder.Idx([1, 1, 2], [1, 1]));
        Assert.That(Serve(pair with { MeanSource = "training" }).Next().Data, Is.EqualTo(new double[] { 0, 1, 2, 5 }));
        Assert.That(() => Serve(pair with { MeanSource = "training", MeanImage = false }),
            Throws.TypeOf<ConfigException>().With.Message.EqualTo("layer 'data' (Idx): member 'mean_source': received "
                + "a file without 'mean_image', allowed: together with it"));
    }

    [Test]
    public void A_missing_file_is_an_error_that_names_the_member()
    {
        var pair = Pair(DataFolder.Idx([1, 1, 1], [3]), DataFolder.Idx([1], [0]));
        ExpectError(pair with { Labels = folder.In("nowhere") },
            $"layer 'data' (Idx): member 'labels': {folder.In("nowhere")}: no such file");
    }

    [Test]
    public void A_truncated_file_is_an_error() =>
        ExpectError(Pair(DataFolder.Idx([2, 1, 3], [1, 2, 3, 4]), DataFolder.Idx([2], [0, 1])),
            $"{folder.In("images")}: received the extents 2×1×3, allowed: extents of 4 elements, as the file has");

    [Test]
    public void Images_and_labels_of_different_numbers_are_an_error() =>
        ExpectError(Pair(DataFolder.Idx([2, 1, 1], [1, 2]), DataFolder.Idx([1], [0])),
            $"{folder.In("images")} and {folder.In("labels")}: received images 2×1×1 and labels 1, allowed: N×H×W "
                + "and N");
}
