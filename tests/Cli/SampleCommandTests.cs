using NUnit.Framework;

namespace NeuralFramework.Tests;

public class SampleCommandTests : CommandLineTest
{
    private const string Net = """
        { "name": "letters", "layers": [
          { "name": "text", "type": "Text", "top": ["data", "label", "cont"], "phase": "train", "batch_size": 2, "steps": 4 },
          { "name": "input", "type": "Input", "top": ["data", "cont"], "phase": "deploy", "shape": [1, 1] },
          { "name": "embed", "type": "Embed", "bottom": "data", "input_dim": 60, "num_output": 4 },
          { "name": "rnn", "type": "RNN", "bottom": ["embed", "cont"], "num_output": 4, "carry_state": true },
          { "name": "fc", "type": "InnerProduct", "num_output": 60, "axis": 2 },
          { "name": "loss", "type": "SoftmaxLoss", "bottom": ["fc", "label"], "axis": 2, "phase": "train" },
          { "name": "prob", "type": "Softmax", "bottom": "fc", "axis": 2, "phase": "deploy" } ] }
        """;

    [SetUp]
    public void Train()
    {
        Cli.Write("model/net.json", Net);
        Cli.Write("model/solver.json", """{ "base_lr": 0.1, "max_iter": 2 }""");
        Assert.That(Run("train", Cli.Model, "--run", Cli.In("run")).ExitCode, Is.Zero);
    }

    [Test]
    public void Text_is_written_behind_the_prompt()
    {
        var weights = Directory.GetFiles(Cli.In("run"), "*.safetensors").Single();
        var result = Run("sample", Cli.Model, "--weights", weights, "--prompt", "In the ", "--length", "30");
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(result.Output, Does.StartWith("In the "));
        Assert.That(result.Output.TrimEnd('\r', '\n'), Has.Length.InRange(30, 37), "line ends at the end");
        var json = CommandLine.RunJson("sample", Cli.Model, "--weights", weights, "--prompt", "In the ", "--length",
            "30", "--temperature", "0.8", "--seed", "7");
        Assert.That((string?)json["text"], Has.Length.EqualTo(30));
        Assert.That(((double?)json["temperature"], (int?)json["seed"], (string?)json["prompt"]),
            Is.EqualTo((0.8, 7, "In the ")));
    }

    [Test]
    public void Bad_input_is_an_error()
    {
        var weights = Directory.GetFiles(Cli.In("run"), "*.safetensors").Single();
        AssertBadInput(Run("sample", Cli.Model, "--weights", weights, "--prompt", "a€"),
            "prompt: received the character € as number 2, allowed: line end space ! '");
        AssertBadInput(Run("sample", Cli.Model, "--temperature", "0"), "--temperature: received '0', allowed: a number above 0");
        AssertBadInput(Run("sample", Cli.Model, "--temperature", "hot"), "--temperature: received 'hot'");
        AssertBadInput(Run("sample", Cli.Model, "--length", "0"), "--length: received 0, allowed: 1 or more");
        AssertBadInput(Run("sample", Cli.Model, "--weights", Cli.In("nowhere")), $"{Cli.In("nowhere")}: no such file");
        AssertBadInput(Run("sample", Cli.Model), "--weights: received nothing, and ./runs has no run of the model");
        Cli.WriteModel();
        var result = Run("sample", Cli.Model, "--weights", weights);
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.Contain("received no layer of type Text"));
    }
}
