using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>Base of the tests of commands: each has a folder with a tiny model.</summary>
[NonParallelizable]
public abstract class CommandLineTest
{
    private protected CommandLine Cli { get; private set; } = null!;

    [SetUp]
    public void WriteModel()
    {
        Cli = new CommandLine();
        Cli.WriteModel();
    }

    [TearDown]
    public void PutBack() => Cli.Dispose();

    private protected static CommandResult Run(params string[] args) => CommandLine.Run(args);

    private protected static void AssertBadInput(CommandResult result, string message)
    {
        Assert.That(result.ExitCode, Is.EqualTo(2), result.ToString());
        Assert.That(result.Output, Is.Empty);
        Assert.That(result.Error.TrimEnd(), Is.EqualTo(message).Or.StartWith(message));
        Assert.That(result.Error, Does.Not.Contain("   at "), "no stack trace without --debug");
    }
}
