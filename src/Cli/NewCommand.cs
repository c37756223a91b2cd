using System.CommandLine;
using System.CommandLine.Completions;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;

namespace NeuralFramework.Cli;

/// <summary><c>nf new</c>: a model to begin with, which trains at once on embedded data.</summary>
internal static class NewCommand
{
    private const string Prefix = "Templates/";
    private const string NameInTemplate = "MODEL_NAME";
    private const string PathInTemplate = "MODEL_PATH";

    private static readonly Argument<string> Folder = new("MODEL")
    {
        Description = "The folder to make; its name is the model's",
    };

    private static readonly Option<string> Template = new("--template")
    {
        Description = $"What to begin with: {string.Join(", ", Names)}",
        DefaultValueFactory = _ => "two_layer",
        HelpName = string.Join("|", Names),
    };

    public static Command Create(CommonOptions common)
    {
        if (Template.CompletionSources.Count == 0)
            Template.CompletionSources.Add(_ => Names.Select(name => new CompletionItem(name)));
        var command = new Command("new", "Make a model's folder from a template, ready to train") { Folder, Template };
        command.SetAction(parsed =>
            Execute(common.Terminal, parsed.GetRequiredValue(Folder), parsed.GetRequiredValue(Template)));
        return command;
    }

    /// <summary>The templates.</summary>
    public static IReadOnlyList<string> Names => [.. Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name.Split('/')[1])
        .Distinct().Order(StringComparer.Ordinal)];

    private static int Execute(Terminal terminal, string folder, string template)
    {
        if (!Names.Contains(template))
            throw new ConfigException($"--template: received '{template}', allowed: {string.Join(", ", Names)}"
                + Suggestion.For(template, Names));
        var path = Path.TrimEndingDirectorySeparator(folder);
        if (Path.Exists(path))
            throw new ConfigException($"{path}: received a path that exists, allowed: a new one; nothing is overwritten");
        var name = Path.GetFileName(Path.GetFullPath(path));
        var files = FilesOf(template).ToDictionary(file => file.Name, file => file.Text
            .Replace(NameInTemplate, JsonValue.Create(name).ToJsonString()[1..^1]).Replace(PathInTemplate, path));
        Write(path, files);
        terminal.Line($"{path}: {string.Join(", ", files.Keys)}, from the template {template}");
        terminal.Line($"next: nf train {path}");
        terminal.Result(new JsonObject
        {
            ["model"] = path,
            ["template"] = template,
            ["files"] = new JsonArray([.. files.Keys.Select(file => (JsonNode)file)]),
        });
        return ExitCode.Done;
    }

    // Under a temporary name beside it, so that the folder is there with all files or not at all.
    private static void Write(string path, Dictionary<string, string> files)
    {
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            Directory.CreateDirectory(temporary);
            foreach (var (name, text) in files)
                File.WriteAllText(Path.Combine(temporary, name), text);
            Directory.Move(temporary, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
            throw new DataException($"{path}: cannot be made: {error.Message}", error);
        }
    }

    private static IEnumerable<(string Name, string Text)> FilesOf(string template)
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var resource in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
            if (resource.StartsWith($"{Prefix}{template}/", StringComparison.Ordinal))
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
                yield return (resource.Split('/')[^1], reader.ReadToEnd());
            }
    }
}
