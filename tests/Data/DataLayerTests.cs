using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class DataLayerTests
{
    private const int Count = 10;

    // Sample i has the value i, so the data tell the order.
    private static ServedLayer<float> Serve(int batchSize, bool shuffle, Phase phase = Phase.Train, long seed = 1,
        string name = "data") => new(new InMemoryLayer<float>(new InMemoryOptions
        {
            BatchSize = batchSize,
            Shuffle = shuffle,
            Data = Enumerable.Range(0, Count).Select(i => new[] { (float)i }).ToArray(),
            Labels = Enumerable.Range(0, Count).ToArray(),
        }), phase, seed, name);

    [Test]
    public void Without_shuffle_samples_come_in_the_order_of_the_set_and_batches_straddle_epochs()
    {
        var served = Serve(4, shuffle: false);
        var order = Enumerable.Range(0, 5).SelectMany(_ => served.Next().Data);
        Assert.That(order, Is.EqualTo(Enumerable.Range(0, 20).Select(p => (float)(p % Count))));
        Assert.That(served.Layer.Position, Is.EqualTo(20));
    }

    [Test]
    public void A_batch_larger_than_the_set_takes_no_memory_for_samples_that_there_are_not()
    {
        var bytes = Allocation.Of(() => Serve(2_000_000_000, shuffle: false, Phase.Test));
        Assert.That(bytes, Is.LessThan(100_000));
    }

    [Test]
    public void Shuffled_every_epoch_has_each_sample_once_in_another_order()
    {
        var served = Serve(5, shuffle: true);
        var first = served.Next().Data.Concat(served.Next().Data).ToList();
        var second = served.Next().Data.Concat(served.Next().Data).ToList();
        var all = Enumerable.Range(0, Count).Select(i => (float)i);
        Assert.That(first, Is.EquivalentTo(all));
        Assert.That(second, Is.EquivalentTo(all));
        Assert.That(first, Is.Not.EqualTo(second));
        Assert.That(first, Is.Not.EqualTo(all));
    }

    [TestCase(3)]
    [TestCase(7)]
    [TestCase(25)]
    public void A_batch_is_a_function_of_the_position_alone(int batchSize)
    {
        var whole = Serve(batchSize, shuffle: true);
        var batches = Enumerable.Range(0, 8).Select(_ => whole.Next().Data).ToList();
        foreach (var k in new[] { 5, 0, 7, 2 })
        {
            var resumed = Serve(batchSize, shuffle: true);
            resumed.Layer.Position = (long)k * batchSize;
            whole.Layer.Position = (long)k * batchSize;
            Assert.That(resumed.Next().Data, Is.EqualTo(batches[k]), $"batch {k}, resumed");
            Assert.That(whole.Next().Data, Is.EqualTo(batches[k]), $"batch {k}, gone back to");
        }
    }

    [Test]
    public void The_order_depends_on_seed_and_layer_name()
    {
        var order = Serve(Count, shuffle: true).Next().Data;
        Assert.That(Serve(Count, shuffle: true, seed: 2).Next().Data, Is.Not.EqualTo(order));
        Assert.That(Serve(Count, shuffle: true, name: "other").Next().Data, Is.Not.EqualTo(order));
        Assert.That(Serve(Count, shuffle: true).Next().Data, Is.EqualTo(order));
    }

    [Test]
    public void Labels_come_with_their_samples()
    {
        var served = Serve(7, shuffle: true);
        for (var i = 0; i < 5; i++)
        {
            var (data, labels) = served.Next();
            Assert.That(labels, Is.EqualTo(data));
        }
    }

    [TestCase(Phase.Test)]
    [TestCase(Phase.Deploy)]
    public void Outside_training_the_last_batch_of_an_epoch_is_short_and_the_next_starts_over(Phase phase)
    {
        var served = Serve(4, shuffle: false, phase);
        var sizes = new List<int>();
        var samples = new List<float>();
        for (var i = 0; i < 3; i++)
        {
            samples.AddRange(served.Next().Data);
            sizes.Add(served.Data.Shape[0]);
            Assert.That(served.Label.Shape, Is.EqualTo(new Shape(sizes[^1])));
        }
        Assert.That(sizes, Is.EqualTo(new[] { 4, 4, 2 }));
        Assert.That(samples, Is.EqualTo(Enumerable.Range(0, Count).Select(i => (float)i)));
        Assert.That(served.Layer.Position, Is.EqualTo(Count));
        Assert.That(served.Next().Data, Is.EqualTo(new[] { 0f, 1, 2, 3 }));
        Assert.That(served.Data.Shape, Is.EqualTo(new Shape(4, 1)));
    }

    [Test]
    public void A_batch_larger_than_the_set_is_the_set_in_testing_and_several_epochs_in_training()
    {
        Assert.That(Serve(25, shuffle: false, Phase.Test).Data.Shape, Is.EqualTo(new Shape(Count, 1)));
        var trained = Serve(25, shuffle: true).Next().Data;
        Assert.That(trained[..Count], Is.EquivalentTo(trained[Count..(2 * Count)]));
        Assert.That(trained, Has.Length.EqualTo(25));
    }

    [Test]
    public void Forward_allocates_nothing_within_an_epoch()
    {
        var served = Serve(2, shuffle: true);
        Blob<float>[] tops = [served.Data, served.Label];
        Blob<float>[] bottoms = [];
        served.Layer.Forward(bottoms, tops);
        Assert.That(Allocation.Of(() =>
        {
            served.Layer.Position = 0;
            for (var i = 0; i < 4; i++)
                served.Layer.Forward(bottoms, tops);
        }), Is.Zero);
    }

    [Test]
    public void The_label_may_be_left_out()
    {
        var layer = new InMemoryLayer<double>(new InMemoryOptions { BatchSize = 2, Data = new[] { 1.5, 2.5 } });
        var served = new ServedLayer<double>(layer, topCount: 1);
        Assert.That(served.Next().Data, Is.EqualTo(new[] { 1.5, 2.5 }));
        Assert.That(served.Data.Shape, Is.EqualTo(new Shape(2)));
    }

    [Test]
    public void A_label_top_without_labels_is_an_error()
    {
        var layer = new InMemoryLayer<double>(new InMemoryOptions { BatchSize = 2, Data = new[] { 1.5, 2.5 } });
        Assert.That(() => new ServedLayer<double>(layer), Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "layer 'data' (InMemory): received 2 top blobs, but no labels, allowed: exactly 1 top blob, or a set with "
                + "labels"));
    }

    [Test]
    public void Three_tops_or_a_bottom_are_errors()
    {
        var options = new InMemoryOptions { BatchSize = 2, Data = new[] { 1.5, 2.5 }, Labels = new[] { 0, 1 } };
        var layer = new InMemoryLayer<double>(options);
        Assert.That(() => new ServedLayer<double>(layer, topCount: 3), Throws.TypeOf<ShapeException>().With.Message
            .EqualTo("layer 'data' (InMemory): received 3 top blobs, allowed: 1 to 2"));
        Assert.That(() => layer.SetUp([new Blob<double>([1])], [new Blob<double>([1])]), Throws.TypeOf<ShapeException>()
            .With.Message.EqualTo("layer 'data' (InMemory): received 1 bottom blob, allowed: exactly 0"));
    }

    [Test]
    public void A_negative_position_is_an_error() =>
        Assert.That(() => Serve(2, shuffle: false).Layer.Position = -1, Throws.TypeOf<DataException>().With.Message
            .EqualTo("layer 'data' (InMemory): position: received -1, allowed: 0 or more"));

    [Test]
    public void A_batch_size_of_0_is_an_error_in_code_and_in_JSON()
    {
        Assert.That(() => Serve(0, shuffle: false), Throws.TypeOf<ConfigException>().With.Message.EqualTo(
            "layer 'data' (InMemory): member 'batch_size': received 0, allowed: 1 or more"));
        Assert.That(() => LayerRegistry.Create<float>("FashionMnist", new() { ["batch_size"] = 0 }),
            Throws.TypeOf<ConfigException>().With.Message.Contains("member 'batch_size': received 0, allowed: a whole "
                + "number, 1 or more"));
        Assert.That(() => LayerRegistry.Create<float>("FashionMnist", []),
            Throws.TypeOf<ConfigException>().With.Message.Contains("the member 'batch_size' is missing"));
    }

    [Test]
    public void A_net_with_a_data_layer_runs_forward_and_backward()
    {
        var config = NetConfig.Read(ConfigDocument.Parse("""
            { "layers": [ { "name": "train", "type": "InMemory", "top": ["data", "label"], "batch_size": 2,
                "data": [[1, 2], [3, 4]],
              "labels": [0, 1] } ] }
            """u8.ToArray(), "net.json"));
        var net = Net<double>.FromConfig(config, Phase.Train);
        net.Forward();
        net.Backward();
        Assert.That(net.Blobs["data"].Data.ToArray(), Is.EqualTo(new[] { 1.0, 2, 3, 4 }));
        Assert.That(net.Blobs["label"].Data.ToArray(), Is.EqualTo(new[] { 0.0, 1 }));
    }
}
