using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class MnistLayerTests
{
    [Test]
    public void The_set_is_read_from_its_folder_packed_or_not()
    {
        using var folder = new DataFolder();
        folder.Write("mnist/t10k-images-idx3-ubyte.gz", DataFolder.Gzip(DataFolder.Idx([2, 1, 2], [1, 2, 3, 4])));
        folder.Write("mnist/t10k-labels-idx1-ubyte", DataFolder.Idx([2], [9, 0]));
        var layer = new MnistLayer<double>(new MnistOptions { BatchSize = 2, Scale = 1.0 });
        var (data, labels) = new ServedLayer<double>(layer, Phase.Test).Next();
        Assert.That(data, Is.EqualTo(new double[] { 1, 2, 3, 4 }));
        Assert.That(labels, Is.EqualTo(new double[] { 9, 0 }));
        Assert.That(() => MnistFiles.Load(DataSplit.Train), Throws.TypeOf<DataException>().With.Message.EqualTo(
            $"{folder.In("mnist", "train-images-idx3-ubyte.gz")}: no such file"));
    }

    [Test]
    public void Files_of_these_names_elsewhere_are_not_taken_for_it()
    {
        using var folder = new DataFolder();
        folder.Write("train-images-idx3-ubyte", DataFolder.Idx([1, 1, 1], [1]));
        Assert.That(() => MnistFiles.Load(DataSplit.Train), Throws.TypeOf<DataException>().With.Message
            .StartsWith("data set mnist: not found; looked for mnist/train-images-idx3-ubyte.gz in")
            .And.Message.EndsWith("Install it with: nf data install mnist"));
    }
}
