using System.CommandLine;
using System.CommandLine.Completions;
using System.Text.Json.Nodes;

namespace NeuralFramework.Cli;

/// <summary><c>nf help</c>: what a layer, update rule, policy or filler computes and takes, from its documentation.</summary>
internal static class HelpCommand
{
    private const int Width = 78;

    private static readonly Argument<string?> Name = new("NAME")
    {
        Description = "A layer, update rule, lr_policy or filler; when left out, all are listed",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create(CommonOptions common)
    {
        var command = new Command("help",
            "Explain a layer, update rule, policy or filler: formula, shapes, options, example") { Name };
        if (Name.CompletionSources.Count == 0)
            Name.CompletionSources.Add(_ => HelpTopic.All.Select(topic => new CompletionItem(topic.Name)));
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(Name) is { } name)
                Explain(common.Terminal, HelpTopic.Find(name));
            else
                List(common.Terminal);
            return ExitCode.Done;
        });
        return command;
    }

    private static void List(Terminal terminal)
    {
        var groups = HelpTopic.All.GroupBy(topic => topic.Group).OrderBy(group => HelpTopic.Groups.IndexOf(group.Key)).ToList();
        foreach (var group in groups)
        {
            terminal.Line(group.Key);
            foreach (var line in Lines.Wrap(string.Join(", ", group.Select(topic => topic.Name)), Width - 4))
                terminal.Line($"    {line}");
        }
        terminal.Line("nf help NAME explains one of them.");
        terminal.Result(new JsonObject(groups.Select(group => KeyValuePair.Create(group.Key,
            (JsonNode?)new JsonArray([.. group.Select(topic => (JsonNode)topic.Name)])))));
    }

    private static void Explain(Terminal terminal, IReadOnlyList<HelpTopic> topics)
    {
        var topic = topics[0];
        var members = ConfigHelp.MembersOf(topic.Options);
        terminal.Line($"{topic.Name} ({topic.Kind})");
        foreach (var paragraph in (XmlDocs.Summary(topic.Class) ?? "").Split('\n'))
        {
            terminal.Line();
            Indented(terminal, paragraph, 2, 2);
        }
        terminal.Line();
        terminal.Line(members.Count > 0 ? "Options" : "It has no options.");
        foreach (var member in members.OrderBy(member => !member.IsRequired))
            Explain(terminal, member);
        if (topic.IsLayer)
            Indented(terminal, "And those of all layers: "
                + string.Join(", ", ConfigHelp.MembersOf(typeof(LayerConfig)).Select(member => member.Name)) + ".", 2, 4);
        terminal.Line();
        terminal.Line("Example");
        foreach (var line in topic.Example().Split('\n'))
            terminal.Line($"  {line.Trim()}");
        if (topics.Count > 1)
            terminal.Line($"See also: {string.Join(", ", topics.Skip(1).Select(other => $"{other.Name} ({other.Kind})"))}");
        terminal.Result(ToJson(topic, members));
    }

    private static void Explain(Terminal terminal, MemberHelp member)
    {
        Indented(terminal, $"{member.Name}: {member.Allowed}; "
            + (member.IsRequired ? "needed"
                : member.Default is { } preset ? $"default {Short(preset)}" : "may be left out"), 2, 6);
        Indented(terminal, member.Description, 6, 6);
        foreach (var (word, meaning) in member.Words)
            Indented(terminal, $"{word}: {meaning}", 8, 10);
    }

    // {"type":"xavier","variance_norm":"fan_in"} is xavier to people.
    private static string Short(JsonNode preset) => preset is JsonObject record && record["type"] is { } type
        ? string.Join(" ", record.Where(member => member.Key != "type" && member.Value is JsonValue)
            .Select(member => $"{member.Key} {member.Value}").Prepend($"{type}"))
        : preset.ToJsonString();

    private static void Indented(Terminal terminal, string text, int first, int others)
    {
        foreach (var (number, line) in Lines.Wrap(text, Width - Math.Max(first, others)).Index())
            terminal.Line(new string(' ', number == 0 ? first : others) + line);
    }

    private static JsonObject ToJson(HelpTopic topic, IReadOnlyList<MemberHelp> members) => new()
    {
        ["name"] = topic.Name,
        ["kind"] = topic.Kind,
        ["documentation"] = XmlDocs.Summary(topic.Class),
        ["options"] = new JsonArray([.. members.Select(member => (JsonNode)new JsonObject
        {
            ["name"] = member.Name,
            ["allowed"] = member.Allowed,
            ["required"] = member.IsRequired,
            ["default"] = member.Default?.DeepClone(),
            ["documentation"] = member.Description,
        })]),
        ["example"] = topic.Example(),
    };
}
