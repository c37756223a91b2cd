using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class AddingProblemLayerTests
{
    private static (AddingProblemLayer<double> Layer, Blob<double>[] Tops) SetUp(AddingProblemOptions options,
        Phase phase = Phase.Train)
    {
        var layer = new AddingProblemLayer<double>(options)
        {
            Name = "adding",
            Context = new NetContext { Phase = phase, Seed = 1 },
        };
        Blob<double>[] tops = [new("data", new Shape(0)), new("label", new Shape(0))];
        layer.SetUp([], tops);
        return (layer, tops);
    }

    [Test]
    public void The_label_is_the_sum_of_the_two_marked_numbers_one_of_each_half()
    {
        var (layer, tops) = SetUp(new() { BatchSize = 50, Steps = 5 });
        layer.Forward([], tops);
        Assert.That(tops[0].Shape, Is.EqualTo(new Shape(5, 50, 2)));
        Assert.That(tops[1].Shape, Is.EqualTo(new Shape(50, 1)));
        for (var n = 0; n < 50; n++)
        {
            var pairs = Enumerable.Range(0, 5).Select(t => tops[0].Data.Slice(2 * (t * 50 + n), 2).ToArray()).ToList();
            Assert.That(pairs.Select(pair => pair[0]), Has.All.InRange(0.0, 1.0));
            Assert.That(pairs.Select(pair => pair[1]), Has.All.EqualTo(0).Or.All.AnyOf(0.0, 1.0));
            Assert.That(pairs.Take(2).Sum(pair => pair[1]), Is.EqualTo(1));
            Assert.That(pairs.Skip(2).Sum(pair => pair[1]), Is.EqualTo(1));
            Assert.That(pairs.Sum(pair => pair[0] * pair[1]), Is.EqualTo(tops[1].Data[n]).Within(1e-15));
        }
    }

    [Test]
    public void Numbers_and_marks_are_evenly_drawn_so_that_who_answers_1_is_wrong_by_a_sixth()
    {
        var (layer, tops) = SetUp(new() { BatchSize = 20_000, Steps = 2 });
        layer.Forward([], tops);
        var labels = tops[1].Data.ToArray();
        // Both means have a standard error below 0.003.
        Assert.That(labels.Average(), Is.EqualTo(1).Within(0.015));
        Assert.That(labels.Average(sum => (sum - 1) * (sum - 1)), Is.EqualTo(1.0 / 6).Within(0.015));
    }

    [Test]
    public void In_training_no_sequence_comes_twice_and_in_the_test_each_pass_is_the_same()
    {
        var options = new AddingProblemOptions { BatchSize = 4, Steps = 6, Samples = 6 };
        Assert.That(Labels(Phase.Train, 3).SelectMany(batch => batch).Distinct().Count(), Is.EqualTo(12));
        var test = Labels(Phase.Test, 4);
        Assert.That(test.Select(batch => batch.Length), Is.EqualTo(new[] { 4, 2, 4, 2 }));
        Assert.That(test[2].Concat(test[3]), Is.EqualTo(test[0].Concat(test[1])));

        List<double[]> Labels(Phase phase, int batches)
        {
            var (layer, tops) = SetUp(options, phase);
            return [.. Enumerable.Range(0, batches).Select(_ =>
            {
                layer.Forward([], tops);
                return tops[1].Data.ToArray();
            })];
        }
    }

    [Test]
    public void A_batch_depends_on_the_position_alone()
    {
        var (one, expected) = SetUp(new() { BatchSize = 3 });
        one.Forward([], expected);
        one.Forward([], expected);
        var (other, received) = SetUp(new() { BatchSize = 3 });
        other.Position = 3;
        other.Forward([], received);
        Assert.That(received[0].Data.ToArray(), Is.EqualTo(expected[0].Data.ToArray()));
        Assert.That(() => other.Position = -1, Throws.TypeOf<DataException>());
    }
}
