using System.Diagnostics;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>A short form of <c>tests/kill-and-resume.sh</c>.</summary>
public class KillAndResumeTests
{
    [Test]
    public void A_training_killed_at_random_moments_ends_with_the_weights_of_one_that_was_never_killed()
    {
        if (OperatingSystem.IsWindows())
            Assert.Ignore("needs bash and kill -9");
        var script = Path.Combine(Repository.Folder, "tests", "kill-and-resume.sh");
        var start = new ProcessStartInfo("bash", [script, "3", "1", "400"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Beside the tests' own assemblies the program would look for layers in those too.
        var built = Path.GetRelativePath(Path.Combine(Repository.Folder, "tests"), AppContext.BaseDirectory);
        start.Environment["NF_PROGRAM"] = Path.Combine(Repository.Folder, "src", "Cli", built, "nf.dll");
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, $"{output}{errors.Result}");
        Assert.That(output, Does.Match(@"3 kills \(\d while a file was being written\), \d+ trainings of 400 iterations "
            + "brought to their end, all with the weights [0-9a-f]{16}… and the log of the run that was never killed"));
    }
}
