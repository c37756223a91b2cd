using System.Numerics;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>y = x + the number of passes made: a layer with a state that no snapshot has.</summary>
[LayerType("Forgetful")]
internal sealed class ForgetfulLayer<T> : ElementwiseLayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private int passes;

    protected override void Compute(ReadOnlySpan<T> x, Span<T> y)
    {
        passes++;
        for (var i = 0; i < x.Length; i++)
            y[i] = x[i] + T.CreateTruncating(passes);
    }

    protected override void ComputeGradient(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) =>
        dy.CopyTo(dx);
}

public class VerifyResumeCommandTests : CommandLineTest
{
    private static string Net(string layer) => NetJson.Layers(
        TrainingSets.Data(2), TrainingSets.Data(3, "test", "false"),
        """{ "name": "fc1", "type": "InnerProduct", "bottom": "x", "num_output": 5 }""",
        $$"""{ "name": "middle", "type": "{{layer}}" }""",
        """{ "name": "fc2", "type": "InnerProduct", "num_output": 2 }""",
        """{ "name": "loss", "type": "SoftmaxLoss", "bottom": ["fc2", "y"] }""").ToJson().ToJsonString();

    [Test]
    public void A_training_that_can_be_resumed_has_the_same_bits()
    {
        Cli.WriteModel(net: Net("Dropout"));
        var result = CommandLine.RunJson("verify-resume", Cli.Model, "--iterations", "7");
        Assert.That((int)result["iterations"]!, Is.EqualTo(7));
        Assert.That((int)result["stopped_at"]!, Is.EqualTo(3));
        Assert.That((string?)result["resumed_sha256"],
            Is.EqualTo((string?)result["weights_sha256"]).And.Length.EqualTo(64));
        Assert.That((bool)result["same"]!);
        var trained = CommandLine.RunJson("train", Cli.Model, "--max-iter", "7", "--run", Cli.In("run"));
        Assert.That((string?)trained["weights_sha256"], Is.EqualTo((string?)result["weights_sha256"]));
    }

    [Test]
    public void A_layer_with_a_state_of_its_own_is_found_and_the_first_parameter_named()
    {
        Cli.WriteModel(net: Net("Forgetful"));
        var result = Run("verify-resume", Cli.Model, "--json");
        Assert.That(result.ExitCode, Is.EqualTo(1), result.ToString());
        Assert.That((bool)result.Json["same"]!, Is.False);
        Assert.That((string?)result.Json["first_difference"], Is.EqualTo("param/fc1/0"));
        Assert.That((string?)result.Json["resumed_sha256"], Is.Not.EqualTo((string?)result.Json["weights_sha256"]));
        Assert.That(result.Error, Does.Contain("they differ, first in 'param/fc1/0'"));
    }

    [Test]
    public void Nothing_is_left_behind()
    {
        CommandLine.RunJson("verify-resume", Cli.Model, "--iterations", "2");
        Assert.That(Directory.GetFileSystemEntries(Cli.Path).Select(Path.GetFileName), Is.EqualTo(new[] { "model" }));
    }

    [Test]
    public void One_iteration_has_no_half() =>
        AssertBadInput(Run("verify-resume", Cli.Model, "--iterations", "1"),
            "--iterations: received 1, allowed: 2 or more");
}
