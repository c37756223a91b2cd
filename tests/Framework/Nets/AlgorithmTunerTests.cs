using System.Text;
using NeuralFramework.Layers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class AlgorithmTunerTests
{
    private string folder = "";

    private string CachePath => Path.Combine(folder, "new", "algorithms.json");

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("nf-tuner").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    private static Net<float> Make(string conv) => Net<float>.FromConfig(NetConfig.Read(ConfigDocument.Parse(Encoding.UTF8.GetBytes($$"""
        { "layers": [
          { "name": "data", "type": "DummyData", "batch_size": 4, "shape": [20, 16, 16], "top": "data" },
          { "name": "conv", "type": "Convolution", "num_output": 20, {{conv}} },
          { "name": "sum", "type": "Reduction", "loss_weight": 1 } ] }
        """), "net.json")), Phase.Train);

    [Test]
    public void The_faster_algorithm_is_used_and_remembered()
    {
        var net = Make("\"kernel_size\": 3, \"pad\": 1");
        var cache = new AlgorithmCache(CachePath);
        var choice = AlgorithmTuner.Tune(net, cache).Single();
        Assert.That(choice.Layer, Is.EqualTo("conv"));
        Assert.That(choice.Milliseconds.Keys, Is.EquivalentTo(new[] { "direct", "winograd" }));
        Assert.That(choice.Algorithm, Is.EqualTo(choice.Milliseconds.MinBy(time => time.Value).Key));
        Assert.That(((ITunable)net.Layer<ConvolutionLayer<float>>("conv")).Algorithm, Is.EqualTo(choice.Algorithm));
        cache.Save();

        var again = AlgorithmTuner.Tune(Make("\"kernel_size\": 3, \"pad\": 1"), new AlgorithmCache(CachePath)).Single();
        Assert.That(again.Algorithm, Is.EqualTo(choice.Algorithm));
        Assert.That(again.Milliseconds, Is.Empty);
    }

    [TestCase("\"kernel_size\": 2", "direct")]
    [TestCase("\"kernel_size\": 3, \"algorithm\": \"winograd\"", "winograd")]
    public void A_layer_without_a_choice_is_left_alone(string conv, string algorithm)
    {
        var net = Make(conv);
        Assert.That(AlgorithmTuner.Tune(net, new AlgorithmCache(CachePath)), Is.Empty);
        Assert.That(((ITunable)net.Layer<ConvolutionLayer<float>>("conv")).Algorithm, Is.EqualTo(algorithm));
    }

    [Test]
    public void A_file_that_is_no_cache_is_an_error_that_says_so()
    {
        var path = Path.Combine(folder, "broken.json");
        File.WriteAllText(path, "{ \"task\": ");
        Assert.That(() => new AlgorithmCache(path), Throws.TypeOf<DataException>().With.Message.Matches(
            "broken.json: received what is not a list of algorithms .*, allowed: what was written here, or no file"));
    }
}
