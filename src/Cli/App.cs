using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;

namespace NeuralFramework.Cli;

/// <summary>The exit codes of the command line.</summary>
public static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>It ran and failed: diverged, a check found a mismatch.</summary>
    public const int Failed = 1;

    /// <summary>Bad usage, configuration or data.</summary>
    public const int BadInput = 2;

    /// <summary>Interrupted by the user.</summary>
    public const int Interrupted = 130;
}

/// <summary>The command line <c>nf</c>.</summary>
public static class App
{
    /// <summary>Runs one command and returns its exit code.</summary>
    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        var common = new CommonOptions();
        var root = CreateRoot(common);
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0 && parsed.Action is not { ClearsParseErrors: true })
            return ReportUsage(parsed, error);
        using var interrupt = new Interrupt();
        var terminal = new Terminal(output, error, parsed.GetValue(common.Json), interrupt.Token);
        common.Terminal = terminal;
        try
        {
            return parsed.Invoke(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = output,
                Error = error,
            });
        }
        catch (OperationCanceledException)
        {
            error.WriteLine("interrupted");
            return ExitCode.Interrupted;
        }
        catch (Exception exception)
        {
            return Report(exception, parsed.GetValue(common.Debug), error);
        }
    }

    private static RootCommand CreateRoot(CommonOptions common)
    {
        var root = new RootCommand("Train, test, time and check neural nets written in JSON.")
        {
            TrainCommand.Create(common),
            TestCommand.Create(common),
            TimeCommand.Create(common),
            CheckCommand.Create(common),
            DataCommand.Create(common),
            InfoCommand.Create(common),
            SchemaCommand.Create(common),
        };
        foreach (var option in common.Everywhere)
            root.Add(option);
        return root;
    }

    private static int ReportUsage(ParseResult parsed, TextWriter error)
    {
        foreach (var problem in parsed.Errors)
            error.WriteLine(problem.Message);
        if (parsed.CommandResult.Command is RootCommand && parsed.UnmatchedTokens.FirstOrDefault() is { } received)
        {
            var names = parsed.CommandResult.Command.Subcommands.Select(command => command.Name).ToList();
            error.WriteLine($"command: received '{received}', allowed: {string.Join(", ", names)}"
                + Suggestion.For(received, names));
        }
        var path = parsed.CommandResult.Command is RootCommand ? "nf" : $"nf {parsed.CommandResult.Command.Name}";
        error.WriteLine($"see: {path} --help");
        return ExitCode.BadInput;
    }

    private static int Report(Exception exception, bool debug, TextWriter error)
    {
        var isKnown = exception is NeuralFrameworkException or IOException or UnauthorizedAccessException;
        error.WriteLine(isKnown ? exception.Message
            : $"a fault of nf itself: {exception.GetType().Name}: {exception.Message}; run it again with --debug to see where");
        if (debug)
            error.WriteLine(exception);
        return exception is DivergedException || !isKnown ? ExitCode.Failed : ExitCode.BadInput;
    }
}

/// <summary>Turns the first Ctrl-C, or SIGTERM, into a request to stop; the second ends the process at once.</summary>
internal sealed class Interrupt : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly List<PosixSignalRegistration> registrations = [];

    public Interrupt()
    {
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop));
    }

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        registrations.ForEach(registration => registration.Dispose());
        source.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        // Not cancelled, the signal has its usual effect.
        context.Cancel = !source.IsCancellationRequested;
        source.Cancel();
    }
}
