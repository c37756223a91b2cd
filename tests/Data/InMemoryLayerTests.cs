using System.Text.Json.Nodes;
using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class InMemoryLayerTests
{
    private static ServedLayer<double> Serve(InMemoryOptions options, int topCount = 1) =>
        new(new InMemoryLayer<double>(options), topCount: topCount);

    private static ServedLayer<double> ServeJson(string json, int topCount = 1) => new(
        (InMemoryLayer<double>)LayerRegistry.Create<double>("InMemory", (JsonObject)JsonNode.Parse(json)!),
            topCount: topCount);

    [Test]
    public void Arrays_of_a_program_are_served()
    {
        var rows = new[] { new[] { 1f, 2 }, new[] { 3f, 4 } };
        var served = Serve(new InMemoryOptions { BatchSize = 2, Data = rows, Labels = new[] { 7, 8 } }, 2);
        var (data, labels) = served.Next();
        Assert.That(served.Data.Shape, Is.EqualTo(new Shape(2, 2)));
        Assert.That(data, Is.EqualTo(new[] { 1.0, 2, 3, 4 }));
        Assert.That(labels, Is.EqualTo(new[] { 7.0, 8 }));
    }

    [Test]
    public void A_blob_or_a_matrix_is_served_with_its_shape()
    {
        var blob = new Blob<double>("x", [2, 1, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
        Assert.That(Serve(new InMemoryOptions { BatchSize = 1, Data = NumberArray.From(blob) }).Data.Shape,
            Is.EqualTo(new Shape(1, 1, 2, 2)));
        var matrix = Serve(new InMemoryOptions { BatchSize = 2, Data = new double[,] { { 1, 2, 3 }, { 4, 5, 6 } } });
        Assert.That(matrix.Next().Data, Is.EqualTo(new[] { 1.0, 2, 3, 4, 5, 6 }));
        Assert.That(matrix.Data.Shape, Is.EqualTo(new Shape(2, 3)));
    }

    [Test]
    public void A_flat_list_gets_its_shape_from_the_option()
    {
        var served = ServeJson("""
            { "batch_size": 2, "data": [1, 2, 3, 4, 5, 6, 7, 8], "shape": [2, 2], "labels": [[1, 0], [0, 1]] }
            """, topCount: 2);
        Assert.That(served.Data.Shape, Is.EqualTo(new Shape(2, 2, 2)));
        Assert.That(served.Label.Shape, Is.EqualTo(new Shape(2, 2)));
        Assert.That(served.Next().Labels, Is.EqualTo(new[] { 1.0, 0, 0, 1 }));
    }

    [Test]
    public void Without_data_in_a_net_file_the_error_says_what_to_give() =>
        Assert.That(() => ServeJson("""{ "batch_size": 2 }"""), Throws.TypeOf<ConfigException>().With.Message.EndsWith(
            "the member 'data' is missing; allowed: a list of numbers, or of lists of the same length, nested to any "
                + "depth"));

    [TestCase("[[1, 2], [3]]")]
    [TestCase("[1, [2]]")]
    [TestCase("[[1], 2]")]
    [TestCase("[[1], [\"x\"]]")]
    [TestCase("3")]
    public void Lists_that_are_no_array_are_errors(string data) =>
        Assert.That(() => ServeJson($$"""{ "batch_size": 2, "data": {{data}} }"""), Throws.TypeOf<ConfigException>()
            .With.Message.Contains("allowed: a list of numbers, or of lists of the same length, nested to any depth"));

    [Test]
    public void No_samples_are_an_error() =>
        Assert.That(() => ServeJson("""{ "batch_size": 2, "data": [] }"""), Throws.TypeOf<DataException>()
            .With.Message.EqualTo("layer 'data' (InMemory): received a set without samples, allowed: 1 sample or "
                + "more"));

    [Test]
    public void Labels_and_shape_must_fit_the_data()
    {
        Assert.That(() => ServeJson("""{ "batch_size": 2, "data": [1, 2, 3], "labels": [1] }"""),
            Throws.TypeOf<ConfigException>()
                .With.Message.EndsWith("member 'labels': received 1, allowed: 3, one a sample"));
        Assert.That(() => Serve(new InMemoryOptions { BatchSize = 1, Data = new[] { 1.0, 2, 3 }, Shape = [2] }),
            Throws.TypeOf<ConfigException>()
            .With.Message.EqualTo("layer 'data' (InMemory): member 'shape': received 2 for 3 numbers in 'data', "
                + "allowed: a shape whose number of elements divides theirs"));
    }

    [Test]
    public void Rows_of_different_lengths_in_code_are_an_error() =>
        Assert.That(() => (NumberArray)new[] { new[] { 1f, 2 }, new[] { 3f } }, Throws.TypeOf<ShapeException>()
            .With.Message.EqualTo("numbers: row 1: received 1 numbers, allowed: 2 as in row 0"));

    [Test]
    public void The_options_are_written_as_they_were_read()
    {
        var data = new double[,] { { 1, 2 }, { 3.5, 4 } };
        var config = new LayerConfig("in", new InMemoryOptions { BatchSize = 1, Data = data, Labels = new[] { 0, 1 } });
        var json = config.ToJson();
        Assert.That(json["data"]!.ToJsonString(), Is.EqualTo("[[1,2],[3.5,4]]"));
        Assert.That(json["labels"]!.ToJsonString(), Is.EqualTo("[0,1]"));
        json.Remove("type");
        Assert.That(LayerRegistry.Create<float>("InMemory", json), Is.TypeOf<InMemoryLayer<float>>());
    }
}
