using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
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
        var parsed = root.Parse(args.Length > 0 ? args : ["--help"]);
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
            NewCommand.Create(common),
            PlanCommand.Create(common),
            LintCommand.Create(common),
            TrainCommand.Create(common),
            TestCommand.Create(common),
            PredictCommand.Create(common),
            TimeCommand.Create(common),
            CheckCommand.Create(common),
            VerifyResumeCommand.Create(common),
            ReplayCommand.Create(common),
            SampleCommand.Create(common),
            DrawCommand.Create(common),
            GradientsCommand.Create(common),
            ReportCommand.Create(common),
            CompareCommand.Create(common),
            DiffCommand.Create(common),
            ServeCommand.Create(common),
            DataCommand.Create(common),
            EmbedCommand.Create(common),
            InfoCommand.Create(common),
            HelpCommand.Create(common),
            SchemaCommand.Create(common),
            ImportCommand.Create(common),
            ExportCommand.Create(common),
            CompletionCommand.Create(common),
        };
        foreach (var option in common.Everywhere)
            root.Add(option);
        return root;
    }

    private static int ReportUsage(ParseResult parsed, TextWriter error)
    {
        var command = parsed.CommandResult.Command;
        var name = string.Join(' ', PathOf(command));
        if (parsed.UnmatchedTokens.Count > 0)
            error.WriteLine(Unexpected(command, name, parsed.UnmatchedTokens[0]));
        else
            foreach (var problem in parsed.Errors)
                error.WriteLine(Describe(problem));
        error.WriteLine($"see: {name} --help");
        return ExitCode.BadInput;
    }

    private static IEnumerable<string> PathOf(Command command) => command is RootCommand ? ["nf"]
        : [.. command.Parents.OfType<Command>().SelectMany(PathOf), command.Name];

    // The library's own message for a value that it cannot convert names a .NET type.
    private static string Describe(ParseError problem)
    {
        var (name, type) = problem.SymbolResult switch
        {
            OptionResult result => (result.Option.Name, result.Option.ValueType),
            ArgumentResult result => (result.Argument.Name, result.Argument.ValueType),
            _ => (null, typeof(string)),
        };
        type = Nullable.GetUnderlyingType(type) ?? type;
        return name is null || type == typeof(string) || type.IsArray || problem.SymbolResult!.Tokens.Count != 1
            ? problem.Message
            : $"{name}: received '{problem.SymbolResult.Tokens[0].Value}', allowed: "
                + (type.IsEnum ? string.Join(", ", Enum.GetNames(type)).ToLowerInvariant()
                    : type == typeof(double) ? "a number" : "a whole number");
    }

    private static string Unexpected(Command command, string name, string received)
    {
        var allowed = received.StartsWith('-')
            ? command.Options.Concat(command.Parents.OfType<Command>().SelectMany(parent => parent.Options))
                .Where(option => !option.Hidden).Select(option => option.Name)
            : command.Subcommands.Select(subcommand => subcommand.Name);
        var names = allowed.Distinct().Order(StringComparer.Ordinal).ToList();
        return $"{name}: received '{received}', allowed: "
            + (names.Count > 0 ? string.Join(", ", names) + Suggestion.For(received, names) : "no further argument");
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
