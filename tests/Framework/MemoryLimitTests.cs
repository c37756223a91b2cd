using NUnit.Framework;

namespace NeuralFramework.Tests;

public class MemoryLimitTests
{
    private long before;

    [SetUp]
    public void Keep() => before = MemoryLimit.Bytes;

    [TearDown]
    public void PutBack() => MemoryLimit.Bytes = before;

    private const string Input = """{ "name": "in", "type": "Input", "shape": [2, 1000] }""";

    private static string Product(string name, int outputs, string bottom = "in") =>
        $$"""{ "name": "{{name}}", "type": "InnerProduct", "bottom": "{{bottom}}", "num_output": {{outputs}} }""";

    private static string Refusal(Phase phase, params string[] layers)
    {
        var error = Assert.Throws<ShapeException>(() => NetJson.Net(phase, layers));
        return error!.Message.Split(Environment.NewLine)[0];
    }

    [Test]
    public void At_first_it_is_the_memory_of_the_machine() =>
        Assert.That(MemoryLimit.Bytes, Is.EqualTo(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes));

    [Test]
    public void A_blob_beyond_it_is_refused_before_it_is_made()
    {
        MemoryLimit.Bytes = 8_000;
        Assert.That(new Blob<double>([1_000]).Count, Is.EqualTo(1_000));
        Assert.That(() => new Blob<double>("x", [7, 143]), Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "blob x (7×143): needs 8,008 bytes, allowed: 8,000 in all, the memory of this machine"));
        Assert.That(new Blob<float>([7, 143]).Count, Is.EqualTo(1_001), "half as many bytes");
    }

    [Test]
    public void The_layers_of_a_net_count_together_and_the_first_beyond_it_is_named()
    {
        MemoryLimit.Bytes = 100_000;
        NetJson.Net(Phase.Deploy, Input, Product("fc1", 5));
        // The input has 16,000 bytes, fc1 40,000 and 40 of weights and 80 of its top, the weights of fc2 24,000.
        Assert.That(Refusal(Phase.Deploy, Input, Product("fc1", 5), Product("fc2", 600, "fc1")), Is.EqualTo(
            "net.json:4:1: layer 'fc2' (InnerProduct): filling the blob fc2/0 (600×5): needs 24,000 bytes beside the "
            + "80,120 of the net so far, allowed: 100,000 in all, the memory of this machine"));
        NetJson.Net(Phase.Deploy, Input, Product("fc1", 5));
    }

    [Test]
    public void A_net_that_is_to_be_trained_counts_its_gradients()
    {
        // Enough to draw the weights, 40,000 bytes beside as many and 16,080 of the inputs, but not for their gradients
        // and those of bias and top.
        MemoryLimit.Bytes = 96_300;
        string[] layers =
        [
            Input, """{ "name": "target", "type": "Input", "shape": [2, 5] }""", Product("fc", 5),
            """{ "name": "loss", "type": "EuclideanLoss", "bottom": ["fc", "target"] }""",
        ];
        NetJson.Net(Phase.Test, layers);
        Assert.That(Refusal(Phase.Train, layers), Does.StartWith(
            "net.json: the gradients of net 'net': needs 40,120 bytes beside the 56,296 "));
    }

    [TestCase(2_000_000_000, "shape 2000000000×1000: received more elements than one blob holds, allowed: ")]
    [TestCase(2_000_000, "blob fc/0 (2000000×1000): needs 16,000,000,000 bytes beside the 16,000 of the net so far, "
        + "allowed: 4,000,000,000 in all")]
    public void A_layer_of_far_too_many_outputs_is_named(int outputs, string reason)
    {
        MemoryLimit.Bytes = 4_000_000_000;
        Assert.That(Refusal(Phase.Train, Input, Product("fc", outputs)),
            Does.StartWith($"net.json:3:1: layer 'fc' (InnerProduct): {reason}"));
    }
}
