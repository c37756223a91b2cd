using NeuralFramework.Data;
using NUnit.Framework;
using PureHDF;

namespace NeuralFramework.Tests;

public class Hdf5LayerTests
{
    private DataFolder folder = null!;

    [SetUp]
    public void CreateFolder() => folder = new DataFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private string Write(string name, params (string Name, object Values)[] datasets)
    {
        var file = new H5File();
        foreach (var (dataset, values) in datasets)
            file[dataset] = values;
        file.Write(folder.In(name));
        return folder.In(name);
    }

    // The tops are named top0 and top1.
    private static ServedLayer<double> Serve(int topCount, params string[] source) =>
        new(new Hdf5Layer<double>(new Hdf5Options { BatchSize = 2, Source = source }), topCount: topCount);

    private static void ExpectError(string message, int topCount, params string[] source) =>
        Assert.That(() => Serve(topCount, source), Throws.TypeOf<DataException>().With.Message.EqualTo(message));

    [Test]
    public void Datasets_with_the_names_of_the_tops_are_served()
    {
        var path = Write("set.h5", ("top0", new float[,,] { { { 1, 2 } }, { { 3, 4 } }, { { 5, 6 } } }),
            ("top1", new long[] { 7, -8, 9 }), ("other", new[] { 1 }));
        var served = Serve(2, path);
        Assert.That(served.Layer.SampleCount, Is.EqualTo(3));
        Assert.That((served.Data.Shape, served.Label.Shape), Is.EqualTo((new Shape(2, 1, 2), new Shape(2))));
        var (data, labels) = served.Next();
        Assert.That(data, Is.EqualTo(new double[] { 1, 2, 3, 4 }));
        Assert.That(labels, Is.EqualTo(new double[] { 7, -8 }));
    }

    [Test]
    public void A_label_may_have_a_shape_of_its_own()
    {
        var served = Serve(2, Write("set.h5", ("top0", new[] { 1.5, 2.5 }), ("top1", new[,] { { 1, 2 }, { 3, 4 } })));
        Assert.That((served.Data.Shape, served.Label.Shape), Is.EqualTo((new Shape(2), new Shape(2, 2))));
        Assert.That(served.Next().Labels, Is.EqualTo(new double[] { 1, 2, 3, 4 }));
    }

    [TestCase(new sbyte[] { -1, 2 })]
    [TestCase(new byte[] { 255, 2 })]
    [TestCase(new short[] { -300, 2 })]
    [TestCase(new ushort[] { 65535, 2 })]
    [TestCase(new[] { int.MinValue, 2 })]
    [TestCase(new uint[] { uint.MaxValue, 2 })]
    [TestCase(new[] { -1L << 40, 2 })]
    [TestCase(new ulong[] { 1UL << 63, 2 })]
    [TestCase(new[] { 0.1f, 2 })]
    [TestCase(new[] { 0.1, 2 })]
    public void Every_type_of_number_is_converted(Array values)
    {
        var path = Write("set.h5", ("top0", values));
        Assert.That(Serve(1, path).Next().Data, Is.EqualTo(values.Cast<object>().Select(Convert.ToDouble)));
        var asFloat = new Hdf5Layer<float>(new Hdf5Options { BatchSize = 2, Source = path });
        Assert.That(new ServedLayer<float>(asFloat, topCount: 1).Next().Data,
            Is.EqualTo(values.Cast<object>().Select(Convert.ToSingle)));
    }

    [Test]
    public void Several_files_are_joined()
    {
        var first = Write("1.h5", ("top0", new float[,] { { 1, 2 }, { 3, 4 } }), ("top1", new[] { 0, 1 }));
        var second = Write("2.h5", ("top0", new double[,] { { 5, 6 } }), ("top1", new byte[] { 2 }));
        var served = Serve(2, first, second);
        Assert.That(served.Layer.SampleCount, Is.EqualTo(3));
        served.Next();
        var (data, labels) = served.Next();
        Assert.That(data, Is.EqualTo(new double[] { 5, 6, 1, 2 }));
        Assert.That(labels, Is.EqualTo(new double[] { 2, 0 }));
    }

    [Test]
    public void A_missing_dataset_is_an_error_that_lists_those_there_are()
    {
        var path = Write("set.h5", ("top1", new[] { 1 }), ("data", new[] { 1 }));
        ExpectError($"{path}: dataset 'top0' is missing, allowed: data, top1; did you mean 'top1'?", 1, path);
    }

    [Test]
    public void Files_of_different_shapes_are_an_error()
    {
        var first = Write("1.h5", ("top0", new float[,] { { 1, 2 } }));
        var second = Write("2.h5", ("top0", new float[,] { { 1, 2, 3 } }));
        ExpectError($"{second}: dataset 'top0': received samples of the shape 3, allowed: 2, as in {first}", 1, first,
            second);
    }

    [Test]
    public void Labels_of_another_number_are_an_error()
    {
        var path = Write("set.h5", ("top0", new[] { 1.0, 2 }), ("top1", new[] { 1 }));
        ExpectError($"layer 'data' (Hdf5): {path}: dataset 'top1': received 1 samples, allowed: 2, as 'top0' has", 2,
            path);
    }

    [Test]
    public void Values_that_are_no_numbers_are_an_error()
    {
        var path = Write("set.h5", ("top0", new[] { "a", "b" }));
        Assert.That(() => Serve(1, path), Throws.TypeOf<DataException>().With.Message
            .StartsWith($"{path}: dataset 'top0': received the type ")
            .And.Message.EndsWith("allowed: floats of 2, 4 or 8 bytes, integers of 1, 2, 4 or 8 bytes"));
    }

    [Test]
    public void One_value_without_axes_is_an_error()
    {
        var path = Write("set.h5", ("top0", 3.5));
        ExpectError($"{path}: dataset 'top0': received one value without axes, allowed: samples along the first axis, "
            + "1 or more", 1, path);
    }

    [Test]
    public void A_file_that_is_missing_empty_truncated_or_no_HDF5_is_an_error()
    {
        var none = folder.In("none.h5");
        ExpectError($"layer 'data' (Hdf5): member 'source': {none}: no such file", 1, none);
        var whole = File.ReadAllBytes(Write("set.h5", ("top0", Enumerable.Range(0, 1000).ToArray())));
        foreach (var bytes in new[] { [], whole[..100], whole[..(whole.Length / 2)], "no HDF5 at all"u8.ToArray() })
        {
            var path = folder.Write("bad.h5", bytes);
            Assert.That(() => Serve(1, path), Throws.TypeOf<DataException>().With.Message.StartsWith(
                $"{path}: cannot be read as HDF5: "), $"{bytes.Length} bytes");
        }
    }

    [Test]
    public void No_file_is_an_error() =>
        Assert.That(() => Serve(1), Throws.TypeOf<ConfigException>().With.Message.EqualTo(
            "layer 'data' (Hdf5): member 'source': received no file, allowed: 1 file or more"));
}
