using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace NeuralFramework.Cli;

/// <summary>Where a command writes. With <c>--json</c>, standard output gets one JSON object, as its last line, and
/// everything for people goes to standard error.</summary>
internal sealed class Terminal
{
    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly TextWriter output;
    private readonly bool isJson;

    public Terminal(TextWriter output, TextWriter error, bool isJson, CancellationToken interrupted)
    {
        this.output = output;
        this.isJson = isJson;
        Interrupted = interrupted;
        var people = isJson ? error : output;
        var isRedirected = isJson ? System.Console.IsErrorRedirected : System.Console.IsOutputRedirected;
        IsInteractive = !isRedirected && (people == System.Console.Out || people == System.Console.Error);
        Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(people),
            Ansi = IsInteractive ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = IsInteractive ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = IsInteractive ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!IsInteractive)
            // Without a terminal there is no width to fit into: nothing is wrapped.
            Console.Profile.Width = 10_000;
    }

    /// <summary>Whether people watch: progress bars and colour are for them only.</summary>
    public bool IsInteractive { get; }

    /// <summary>The console for people.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>Set when the user asks to stop.</summary>
    public CancellationToken Interrupted { get; }

    /// <summary>Writes a line for people.</summary>
    public void Line(string text = "") => Console.WriteLine(text);

    /// <summary>Writes a table for people.</summary>
    public void Write(Table table) => Console.Write(table);

    /// <summary>With <c>--json</c>, writes the result; else does nothing.</summary>
    public void Result(JsonObject result)
    {
        if (isJson)
            output.WriteLine(result.ToJsonString(JsonOptions));
    }

    /// <summary>A number of a result. JSON has no NaN and no infinity: they, and what was not measured, are null.</summary>
    public static JsonNode? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    /// <summary>Writes text that is itself the result, such as a schema.</summary>
    public void Raw(string text) => output.WriteLine(text);

    /// <summary>A table with a head, plain enough to be read when piped.</summary>
    public static Table NewTable(params ReadOnlySpan<(string Title, bool IsNumber)> columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var (title, isNumber) in columns)
            table.AddColumn(new TableColumn(Markup.Escape(title)) { Alignment = isNumber ? Justify.Right : Justify.Left });
        return table;
    }
}
