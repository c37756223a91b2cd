using NUnit.Framework;

namespace NeuralFramework.Tests;

public class DrawCommandTests : CommandLineTest
{
    [TestCase("svg")]
    [TestCase("dot")]
    public void Draw_writes_the_file_and_says_what_is_in_it(string extension)
    {
        var path = Cli.In($"net.{extension}");
        var result = CommandLine.RunJson("draw", Cli.Model, "-o", path, "--values");
        Assert.That(result.Select(member => member.Key), Is.EqualTo(new[] { "file", "layers", "wires", "width", "height" }));
        Assert.That((string?)result["file"], Is.EqualTo(path));
        Assert.That(File.ReadAllText(path), Does.Contain("SoftmaxLoss"));
    }

    [Test]
    public void The_phase_decides_which_layers_are_drawn()
    {
        Assert.That(Run("draw", Cli.Model, "-o", Cli.In("train.dot")).ExitCode, Is.Zero);
        Assert.That(Run("draw", Cli.Model, "-o", Cli.In("test.dot"), "--phase", "test").ExitCode, Is.Zero);
        Assert.That(File.ReadAllText(Cli.In("train.dot")), Does.Not.Contain("Accuracy"));
        Assert.That(File.ReadAllText(Cli.In("test.dot")), Does.Contain("Accuracy"));
    }

    [Test]
    public void Another_extension_is_refused_before_anything_is_read() =>
        AssertBadInput(Run("draw", Cli.In("nowhere"), "-o", "net.jpg"),
            "drawing: received the file 'net.jpg', allowed: one that ends in .svg, .png, .dot");

    [Test]
    public void A_file_that_cannot_be_written_is_an_error()
    {
        var path = Cli.In("nowhere", "net.svg");
        AssertBadInput(Run("draw", Cli.Model, "-o", path), $"{path}: cannot be written: ");
    }

    [Test]
    public void A_net_with_errors_draws_nothing()
    {
        var result = Run("draw", Cli.Model, "-o", Cli.In("net.svg"), "--set", "layers.fc1.num_output=0");
        Assert.That(result.ExitCode, Is.EqualTo(2), result.ToString());
        Assert.That(result.Error, Does.Contain("num_output"));
        Assert.That(File.Exists(Cli.In("net.svg")), Is.False);
    }

    [Test]
    public void A_drawing_needs_a_file() => AssertBadInput(Run("draw", Cli.Model), "Option '--output' is required.");
}
