using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary><c>nf import caffe</c> and <c>nf export caffe</c>.</summary>
public class CaffeCommandTests : CommandLineTest
{
    private static string Golden(string name) => Path.Combine(Repository.Folder, "tests", "Golden", "Caffe", name);

    private string Net(string text) => Cli.Write("net.prototxt", text);

    [Test]
    public void A_net_with_solver_and_weights_becomes_a_model_that_runs()
    {
        var result = CommandLine.RunJson("import", "caffe", Golden("net.prototxt"), Golden("weights.caffemodel"), "--solver",
            CaffeNetsTests.PathOf("lenet_solver"), "-o", "made");
        Assert.That((int)result["mapped"]!, Is.EqualTo(20));
        Assert.That((int)result["not_supported"]!, Is.Zero);
        Assert.That(Directory.EnumerateFiles("made").Select(Path.GetFileName).Order(),
            Is.EqualTo(new[] { "net.json", "solver.json", "weights.safetensors" }));
        Assert.That((int)CommandLine.RunJson("draw", "made", "--weights", "made/weights.safetensors", "-o", "net.svg")["layers"]!,
            Is.GreaterThanOrEqualTo(20));
    }

    [Test]
    public void What_goes_out_comes_in_again_with_the_same_weights()
    {
        CommandLine.RunJson("import", "caffe", Golden("net.prototxt"), Golden("weights.caffemodel"), "-o", "made");
        var result = CommandLine.RunJson("export", "caffe", "made", "--weights", "made/weights.safetensors", "-o", "caffe");
        Assert.That(result["files"]!.AsArray().Select(file => (string)file!), Is.EqualTo(new[] { "deploy.prototxt", "weights.caffemodel" }));
        CommandLine.RunJson("import", "caffe", "caffe/deploy.prototxt", "caffe/weights.caffemodel", "-o", "again");
        Assert.That(File.ReadAllBytes("again/weights.safetensors"), Is.EqualTo(File.ReadAllBytes("made/weights.safetensors")));
    }

    [Test]
    public void A_mistake_has_file_line_and_column_and_leaves_nothing()
    {
        var path = Net("name: \"n\"\nlayer { type: \"ReLU\" ");
        AssertBadInput(Run("import", "caffe", path, "-o", "made"), $"{path}:2:22: received the end of the file, allowed: ");
        Assert.That(Directory.EnumerateFileSystemEntries(".").Any(entry => entry.Contains("made")), Is.False);
    }

    [Test]
    public void A_damaged_caffemodel_is_an_error_and_leaves_nothing()
    {
        var path = Cli.Write("w", File.ReadAllBytes(Golden("weights.caffemodel"))[..1000]);
        AssertBadInput(Run("import", "caffe", Golden("net.prototxt"), path, "-o", "made"), $"{path}: ");
        Assert.That(Directory.Exists("made"), Is.False);
    }

    [Test]
    public void A_solver_with_an_unknown_policy_is_an_error_with_the_likely_one()
    {
        var path = Cli.Write("s.prototxt", "base_lr: 1 max_iter: 1\nlr_policy: \"stepp\"");
        AssertBadInput(Run("import", "caffe", Golden("net.prototxt"), "--solver", path, "-o", "made"),
            $"{path}:2:12: field 'lr_policy': received the text \"stepp\", allowed: fixed, step, exp, inv, multistep, poly, sigmoid; "
            + "did you mean 'step'?");
        Assert.That(Directory.Exists("made"), Is.False);
    }

    [TestCase("import", "net.prototxt")]
    [TestCase("export", "model")]
    public void A_folder_with_files_is_not_written_over(string command, string source)
    {
        Net("layer { name: \"x\" type: \"Input\" top: \"x\" input_param { shape { dim: 1 } } }");
        AssertBadInput(Run(command, "caffe", source, "-o", Cli.Model),
            $"{Cli.Model}: received a folder with files, allowed: a new folder");
    }

    [Test]
    public void A_layer_that_is_not_supported_is_in_the_report_and_stops_nothing()
    {
        Net("layer { name: \"x\" type: \"Input\" top: \"x\" input_param { shape { dim: 1 } } }\n"
            + "layer { name: \"odd\" type: \"Frobnicate\" bottom: \"x\" top: \"y\" }");
        var result = Run("import", "caffe", "net.prototxt", "-o", "made");
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(result.Output, Does.Match("odd +Frobnicate +not supported +- +there is no such layer here")
            .And.Contain("2 layers: 1 mapped, 0 mapped with a difference, 1 not supported"));
    }
}
