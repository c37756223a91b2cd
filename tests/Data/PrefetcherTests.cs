using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class PrefetcherTests
{
    private static readonly ImageSet Images = GivenImages<float>.RandomImages(10, 3, 8, 8);

    private static readonly Cifar10Options Everything = new()
    {
        BatchSize = 4,
        Shuffle = true,
        Mirror = true,
        MeanImage = true,
        CropSize = 8,
        Pad = 2,
        Cutout = 3,
        Brightness = 0.3,
        Contrast = 0.4,
    };

    private static ServedLayer<float> Serve(int prefetch, Phase phase = Phase.Train) =>
        new(new GivenImages<float>(Everything with { Prefetch = prefetch }, Images), phase);

    [TestCase(1, Phase.Train)]
    [TestCase(3, Phase.Train)]
    [TestCase(1, Phase.Test)]
    [TestCase(2, Phase.Test)]
    public void Batches_made_ahead_are_the_same_bits_as_those_made_in_time(int prefetch, Phase phase)
    {
        var (ahead, inTime) = (Serve(prefetch, phase), Serve(0, phase));
        for (var batch = 0; batch < 200; batch++)
        {
            var (expected, received) = (inTime.Next(), ahead.Next());
            Assert.That(received.Data, Is.EqualTo(expected.Data));
            Assert.That(received.Labels, Is.EqualTo(expected.Labels));
            Assert.That(ahead.Data.Shape, Is.EqualTo(inTime.Data.Shape));
            Assert.That(ahead.Layer.Position, Is.EqualTo(inTime.Layer.Position), "the consumer's, not the producer's");
        }
    }

    [Test]
    public void After_a_jump_the_batches_are_those_of_the_new_position()
    {
        var (ahead, inTime) = (Serve(2), Serve(0));
        var random = new Random(1);
        for (var jump = 0; jump < 300; jump++)
        {
            ahead.Layer.Position = inTime.Layer.Position = random.Next(40);
            for (var batch = 0; batch < random.Next(3); batch++)
                Assert.That(ahead.Next().Data, Is.EqualTo(inTime.Next().Data));
        }
    }

    [Test]
    public void An_error_ahead_is_thrown_by_the_Forward_whose_batch_it_is_and_again_if_tried_again()
    {
        var served = new ServedLayer<float>(new Failing(badSample: 3));
        for (var batch = 0; batch < 3; batch++)
            Assert.That(served.Next().Data, Is.EqualTo(new[] { (float)batch }));
        for (var attempt = 0; attempt < 2; attempt++)
            Assert.That(served.Next, Throws.TypeOf<DataException>().With.Message.EqualTo("sample 3 is bad"));
        Assert.That(served.Layer.Position, Is.EqualTo(3));
        served.Layer.Position = 4;
        Assert.That(served.Next().Data, Is.EqualTo(new[] { 4f }));
    }

    [Test]
    public void No_more_batches_are_made_ahead_than_asked_for()
    {
        var layer = new Failing(badSample: -1);
        var served = new ServedLayer<float>(layer);
        served.Next();
        Assert.That(() => layer.Made, Is.EqualTo(3).After(5000, 1));
        Thread.Sleep(20);
        Assert.That(layer.Made, Is.EqualTo(3));
        served.Next();
        Assert.That(() => layer.Made, Is.EqualTo(4).After(5000, 1));
    }

    [Test]
    public void A_layer_that_nobody_holds_any_more_is_collected_with_its_batches()
    {
        var weak = Abandoned();
        // A work item still under way holds the layer for as long as a batch takes.
        for (var attempt = 0; attempt < 1000 && weak.IsAlive; attempt++)
        {
            Thread.Sleep(1);
            GC.Collect();
        }
        Assert.That(weak.IsAlive, Is.False);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static WeakReference Abandoned()
        {
            var served = Serve(2);
            served.Next();
            return new WeakReference(served.Layer);
        }
    }

    [Test]
    public void Forward_allocates_nothing()
    {
        var served = Serve(1);
        Blob<float>[] tops = [served.Data, served.Label];
        Blob<float>[] bottoms = [];
        for (var warmUp = 0; warmUp < 20; warmUp++)
            served.Layer.Forward(bottoms, tops);
        Assert.That(Allocation.Of(() =>
        {
            // Within one epoch, whose order stays.
            served.Layer.Position = 50;
            served.Layer.Forward(bottoms, tops);
            served.Layer.Forward(bottoms, tops);
        }), Is.Zero);
    }

    [Test]
    public void Blobs_that_share_the_values_of_a_top_see_each_batch()
    {
        var (ahead, inTime) = (Serve(1), Serve(0));
        var sharing = new Blob<float>(ahead.Data.Shape);
        sharing.ShareData(ahead.Data);
        for (var batch = 0; batch < 20; batch++)
        {
            ahead.Next();
            Assert.That(sharing.Data.ToArray(), Is.EqualTo(inTime.Next().Data));
        }
    }

    [Test]
    public void A_number_of_batches_below_0_is_an_error() =>
        Assert.That(() => LayerRegistry.Create<float>("Cifar10", new() { ["batch_size"] = 1, ["prefetch"] = -1 }),
            Throws.TypeOf<ConfigException>().With.Message.Contains("member 'prefetch': received -1, allowed: a whole "
                + "number, 0 or more and at most 64"));

    // Serves sample i as the value i, but for a bad one.
    private sealed class Failing(int badSample) : DataLayer<float>(new Cifar10Options { BatchSize = 1, Prefetch = 2 })
    {
        private int made;

        public int Made => Volatile.Read(ref made);

        public override int SampleCount => 100;

        protected override Shape SampleShape => Shape.Scalar;

        protected override Shape LabelShape => Shape.Scalar;

        protected override void Load()
        {
        }

        protected override void ReadData(long number, ReadOnlySpan<int> samples, Span<float> data)
        {
            if (samples[0] == badSample)
                throw new DataException($"sample {badSample} is bad");
            data[0] = samples[0];
            Interlocked.Increment(ref made);
        }

        protected override void ReadLabels(ReadOnlySpan<int> samples, Span<float> labels) => labels[0] = 0;
    }
}
