using System.CommandLine;
using NeuralFramework.Solvers;

namespace NeuralFramework.Cli;

/// <summary><c>nf schema</c>: the JSON Schema of configuration files, for editors.</summary>
internal static class SchemaCommand
{
    private enum Kind
    {
        Net,
        Solver,
    }

    private static readonly Argument<Kind> What = new("KIND")
    {
        Description = "net or solver",
        DefaultValueFactory = _ => Kind.Net,
    };

    public static Command Create(CommonOptions common)
    {
        var command = new Command("schema", "Print the JSON Schema of net files (or solver files)") { What };
        command.SetAction(parsed =>
        {
            var schema = parsed.GetValue(What) == Kind.Net ? NetConfig.Schema() : SolverConfig.SchemaOfFile();
            common.Terminal.Raw(schema.ToJsonString(ConfigJson.Options));
            return ExitCode.Done;
        });
        return command;
    }
}
