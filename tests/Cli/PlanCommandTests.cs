using NUnit.Framework;

namespace NeuralFramework.Tests;

public class PlanCommandTests : CommandLineTest
{
    private static readonly string Quickstart = Path.Combine(Repository.Folder, "models", "quickstart");

    [Test]
    public void A_plan_counts_parameters_and_multiply_adds()
    {
        var plan = CommandLine.RunJson("plan", Quickstart, "--steps", "0");
        Assert.That((long)plan["parameters"]!, Is.EqualTo(784 * 100 + 100 + 100 * 10 + 10));
        Assert.That((long)plan["forward_multiply_adds"]!, Is.EqualTo(100 * (784 * 100 + 100 * 10)));
        // The first layer has the gradient of its weights, the second that of its inputs too.
        Assert.That((long)plan["step_multiply_adds"]!, Is.EqualTo(100 * (2 * 784 * 100 + 3 * 100 * 10)));
        Assert.That((double)plan["steps_of_epoch"]!, Is.EqualTo(60));
        Assert.That(plan["step_ms"], Is.Null);
        Assert.That(plan["layers"]![1]!.ToJsonString(), Is.EqualTo("""
            {"name":"fc1","type":"InnerProduct","tops":{"fc1":[100,100]},"parameters":78500,"forward_multiply_adds":7840000,"step_multiply_adds":15680000}
            """));
    }

    [Test]
    public void A_plan_counts_memory()
    {
        var memory = CommandLine.RunJson("plan", Quickstart, "--steps", "0")["memory"]!;
        Assert.That((long)memory["weights"]!, Is.EqualTo(4 * 79_510));
        Assert.That((long)memory["gradients_of_weights"]!, Is.EqualTo(4 * 79_510));
        Assert.That((long)memory["history_of_the_solver"]!, Is.EqualTo(4 * 79_510));
        // Of each sample 784 pixels, a label, 100 hidden units in place and 10 scores; the test's batch has 500 and an
        // accuracy besides.
        Assert.That((long)memory["blobs"]!, Is.EqualTo(4 * (600 * (784 + 1 + 100 + 10) + 3)));
        Assert.That((long)memory["gradients_of_blobs"]!, Is.EqualTo(4 * 100 * (100 + 10)));
        Assert.That((long)memory["data_sets"]!, Is.EqualTo(8000 * (784 + 1)));
        Assert.That((long)memory["total"]!, Is.EqualTo(memory.AsObject().Where(part => part.Key != "total")
            .Sum(part => (long)part.Value!)));
    }

    [Test]
    public void Groups_transposes_and_sequences_are_counted_as_they_compute()
    {
        Cli.Write("net.json", """
            { "layers": [
                { "name": "images", "type": "Input", "shape": [2, 4, 6, 6] },
                { "name": "conv", "type": "Convolution", "num_output": 8, "kernel_size": 3, "group": 2 },
                { "name": "up", "type": "Deconvolution", "num_output": 4, "kernel_size": 3 },
                { "name": "fc", "type": "InnerProduct", "num_output": 5, "transpose": true },
                { "name": "a", "type": "Input", "shape": [3, 7] }, { "name": "b", "type": "Input", "shape": [3, 2] },
                { "name": "product", "type": "MatMul", "bottom": ["a", "b"], "transpose_a": true },
                { "name": "steps", "type": "Input", "shape": [6, 2, 3] },
                { "name": "lstm", "type": "LSTM", "num_output": 4 } ] }
            """);
        var plan = CommandLine.RunJson("plan", Cli.In("net.json"));
        long Of(string name) => (long)plan["layers"]!.AsArray().Single(layer => (string?)layer!["name"] == name)!["forward_multiply_adds"]!;
        Assert.That(Of("conv"), Is.EqualTo(2 * 8 * 4 * 4 * (2 * 3 * 3)));
        Assert.That(Of("up"), Is.EqualTo(2 * 8 * 4 * 4 * (4 * 3 * 3)));
        Assert.That(Of("fc"), Is.EqualTo(2 * 5 * 4 * 6 * 6));
        Assert.That(Of("product"), Is.EqualTo(7 * 2 * 3));
        Assert.That(Of("lstm"), Is.EqualTo(6 * 2 * 4 * 4 * (3 + 4)));
    }

    [Test]
    public void A_plan_measures_a_few_steps_and_fits_a_terminal()
    {
        var result = CommandLine.RunJson("plan", Quickstart, "--steps", "2");
        Assert.That((double)result["step_ms"]!, Is.GreaterThan(0));
        Assert.That((double)result["epoch_seconds"]!, Is.EqualTo(60 * (double)result["step_ms"]! / 1000).Within(1e-9));
        Assert.That((double)result["training_seconds"]!, Is.EqualTo(1200 * (double)result["step_ms"]! / 1000).Within(1e-9));
        Assert.That((long)result["process_bytes_peak"]!, Is.GreaterThan((long)result["memory"]!["total"]!));
        var lines = Run("plan", Quickstart, "--steps", "1").Output.Split('\n');
        Assert.That(lines.Max(line => line.Length), Is.LessThanOrEqualTo(80));
        Assert.That(lines, Has.Some.StartsWith("time: ").And.Some.StartsWith("memory: "));
    }

    [Test]
    public void A_wrong_number_of_steps_is_an_error() =>
        AssertBadInput(Run("plan", Quickstart, "--steps", "-1"), "--steps: received -1, allowed: 0 (none) or more");
}
