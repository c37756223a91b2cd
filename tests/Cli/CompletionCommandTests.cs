using System.Diagnostics;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class CompletionCommandTests : CommandLineTest
{
    /// <summary>What bash offers for a line, with the cursor at its end.</summary>
    private string[] Complete(string line)
    {
        if (OperatingSystem.IsWindows() || !File.Exists("/bin/bash"))
        {
            Assert.Ignore("needs bash");
            return [];
        }
        var program = Path.Combine(AppContext.BaseDirectory, "nf.dll");
        Cli.Write("bin/nf", $"#!/bin/sh\nexec dotnet '{program}' \"$@\"\n");
        File.SetUnixFileMode(Cli.In("bin", "nf"), (UnixFileMode)Convert.ToInt32("755", 8));
        Cli.Write("script", Run("completion", "bash").Output);
        var words = line.Split(' ');
        var start = new ProcessStartInfo("/bin/bash", ["-c", $$"""
            source ./script
            COMP_LINE='{{line}}' COMP_POINT={{line.Length}} COMP_WORDS=({{string.Join(' ', words.Select(word => $"'{word}'"))}}) COMP_CWORD={{words.Length - 1}}
            _nf
            printf '%s\n' "${COMPREPLY[@]}"
            """]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{Cli.In("bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(errors.Result, Is.Empty);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    [Test]
    public void Bash_completes_commands_options_and_names()
    {
        Assert.That(Complete("nf pr"), Is.EqualTo(new[] { "predict" }));
        Assert.That(Complete("nf train model --thr"), Is.EqualTo(new[] { "--threads" }));
        Assert.That(Complete("nf help Convo"), Is.EqualTo(new[] { "Convolution" }));
        Assert.That(Complete("nf new x --template l"), Is.EqualTo(new[] { "lstm" }));
    }

    [Test]
    public void Bash_is_left_to_complete_paths_where_no_option_is_begun() => Assert.That(Complete("nf train "), Is.Empty);

    [Test]
    public void The_other_shells_have_scripts_and_an_unknown_one_is_an_error()
    {
        Assert.That(Run("completion", "zsh").Output, Does.Contain("compdef _nf nf"));
        Assert.That(Run("completion", "pwsh").Output, Does.Contain("Register-ArgumentCompleter"));
        AssertBadInput(Run("completion", "fish"), "SHELL: received 'fish', allowed: bash, zsh, pwsh");
    }
}
