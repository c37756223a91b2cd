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

    private const string ImageNet = """
        { "name": "tiny", "layers": [
          { "name": "train", "type": "FashionMnist", "top": ["data", "label"], "phase": "train", "batch_size": 5 },
          { "name": "test", "type": "FashionMnist", "top": ["data", "label"], "phase": "test", "batch_size": 5 },
          { "name": "conv", "type": "Convolution", "bottom": "data", "num_output": 4, "kernel_size": 3 },
          { "name": "pool", "type": "Pooling", "kernel_size": 2, "stride": 2 },
          { "name": "scores", "type": "InnerProduct", "num_output": 10 },
          { "name": "loss", "type": "SoftmaxLoss", "bottom": ["scores", "label"] } ] }
        """;

    [Test]
    public void Filters_are_drawn_from_weights()
    {
        Cli.WriteModel(net: ImageNet);
        Assert.That(Run("train", Cli.Model, "--max-iter", "1", "--run", Cli.In("run")).ExitCode, Is.Zero);
        var result = CommandLine.RunJson("draw", Cli.Model, "--filters", "-o", Cli.In("start.svg"));
        Assert.That(result.Select(member => member.Key), Is.EqualTo(new[] { "file", "layers", "filters", "width", "height" }));
        Assert.That((int?)result["filters"], Is.EqualTo(4));
        CommandLine.RunJson("draw", Cli.Model, "--filters", "-o", Cli.In("learned.svg"), "--weights",
            Directory.GetFiles(Cli.In("run"), "*.safetensors").Single());
        Assert.That(File.ReadAllText(Cli.In("learned.svg")), Is.Not.EqualTo(File.ReadAllText(Cli.In("start.svg"))));
    }

    [Test]
    public void Templates_have_the_names_of_the_classes()
    {
        Cli.WriteModel(net: ImageNet.Replace(""""conv", "type": "Convolution", "bottom": "data", "num_output": 4, "kernel_size": 3"""",
            """"fc", "type": "InnerProduct", "bottom": "data", "num_output": 10"""").Replace("""{ "name": "pool", "type": "Pooling", "kernel_size": 2, "stride": 2 },""", ""));
        CommandLine.RunJson("draw", Cli.Model, "--filters", "-o", Cli.In("net.svg"));
        Assert.That(File.ReadAllText(Cli.In("net.svg")), Does.Contain(">Trouser</text>"));
    }

    [Test]
    public void Features_are_those_of_a_test_sample_unless_another_phase_is_asked_for()
    {
        Cli.WriteModel(net: ImageNet);
        var result = CommandLine.RunJson("draw", Cli.Model, "--features", "--sample", "7", "-o", Cli.In("test.svg"));
        Assert.That(((int?)result["layers"], (int?)result["maps"]), Is.EqualTo((3, 9)));
        CommandLine.RunJson("draw", Cli.Model, "--features", "--sample", "7", "-o", Cli.In("train.svg"), "--phase", "train");
        Assert.That(File.ReadAllText(Cli.In("train.svg")), Is.Not.EqualTo(File.ReadAllText(Cli.In("test.svg"))));
        AssertBadInput(Run("draw", Cli.Model, "--features", "--sample", "2000", "-o", Cli.In("net.svg")),
            "drawing: received the sample 2000, allowed: 0 to 1999");
    }

    [Test]
    public void Only_one_kind_of_picture_can_be_drawn_at_a_time()
    {
        AssertBadInput(Run("draw", Cli.Model, "--filters", "--features", "-o", "net.svg"),
            "draw: received --filters and --features, allowed: one of --values, --filters, --features");
        AssertBadInput(Run("draw", Cli.Model, "--sample", "3", "-o", "net.svg"),
            "--sample: received 3 without --features, allowed: with --features");
        AssertBadInput(Run("draw", Cli.Model, "--filters", "-o", "net.dot"),
            "drawing: received the file 'net.dot', allowed: one that ends in .svg, .png");
    }
}
