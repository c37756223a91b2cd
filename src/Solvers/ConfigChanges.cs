using System.Text.Json;
using System.Text.Json.Nodes;

namespace NeuralFramework.Solvers;

/// <summary>Says in which members two configurations differ.</summary>
public static class ConfigChanges
{
    /// <summary>A line a member: <c>base_lr: was 0.1, is 0.2</c>. Layers are told apart by their names.</summary>
    public static IReadOnlyList<string> Between(JsonObject before, JsonObject now) =>
        // Through text, so that both are made of the same kind of nodes and equal where they read the same.
        [.. Compare("", JsonNode.Parse(before.ToJsonString()), JsonNode.Parse(now.ToJsonString()))];

    private static IEnumerable<string> Compare(string path, JsonNode? before, JsonNode? now)
    {
        if (JsonNode.DeepEquals(before, now))
            return [];
        if (before is JsonObject && now is JsonObject)
            return CompareMembers(path, before.AsObject(), now.AsObject());
        return Named(before) is { } namedBefore && Named(now) is { } namedNow
            ? CompareNamed(path, namedBefore, namedNow)
            : [$"{path}: was {Text(before)}, is {Text(now)}"];
    }

    private static IEnumerable<string> CompareMembers(string path, JsonObject before, JsonObject now) =>
        before.Concat(now).Select(member => member.Key).Distinct()
            .SelectMany(member => Compare(path.Length == 0 ? member : $"{path}.{member}", before[member], now[member]));

    private static IEnumerable<string> CompareNamed(string path, JsonObject before, JsonObject now)
    {
        var changes = CompareMembers(path, before, now).ToList();
        return changes.Count > 0
            ? changes
            : [$"{path}: was in the order {string.Join(", ", before.Select(item => item.Key))}, is in the order "
                + string.Join(", ", now.Select(item => item.Key))];
    }

    // A list of layers as an object with a member for each. Of one name there may be a layer for each phase.
    private static JsonObject? Named(JsonNode? list)
    {
        if (list is not JsonArray items || !items.All(item => item is JsonObject layer
            && layer["name"]?.GetValueKind() == JsonValueKind.String))
            return null;
        var named = new JsonObject();
        foreach (var item in items)
        {
            var name = (string)item!["name"]!;
            var key = name;
            for (var number = 2; named.ContainsKey(key); number++)
                key = $"{name} ({number})";
            named[key] = item.DeepClone();
        }
        return named;
    }

    private static string Text(JsonNode? node)
    {
        const int longest = 80;
        var text = node?.ToJsonString() ?? "nothing";
        return text.Length > longest ? text[..longest] + "…" : text;
    }
}
