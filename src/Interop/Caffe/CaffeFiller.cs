using System.Text.Json.Nodes;

namespace NeuralFramework.Interop;

/// <summary>Caffe's fillers and ours, which have the same names and members.</summary>
internal static class CaffeFiller
{
    private static readonly string[] Numbers = ["value", "min", "max", "mean", "std"];

    private static readonly Dictionary<string, string[]> Members = new()
    {
        ["constant"] = ["value"],
        ["uniform"] = ["min", "max"],
        ["gaussian"] = ["mean", "std"],
        ["xavier"] = ["variance_norm"],
        ["msra"] = ["variance_norm"],
    };

    /// <summary>Our filler; null where there is none of that type.</summary>
    public static JsonObject? Read(PrototxtMessage? filler, string member, List<string> remarks)
    {
        if (filler is null)
            return null;
        var type = filler.Text("type") ?? "constant";
        // Members that the type does not look at are allowed there, and often stand there.
        var values = Numbers.ToDictionary(name => name, name => (JsonNode?)filler.Real(name));
        values["variance_norm"] = filler.One("variance_norm")?.AsWord("FAN_IN", "FAN_OUT", "AVERAGE").ToLowerInvariant();
        if (filler.Whole("sparse") is >= 0)
            remarks.Add($"{member}: 'sparse' is left out: all weights are drawn");
        if (!Members.TryGetValue(type, out var members))
        {
            remarks.Add($"{member}: the filler '{type}' is not offered; it starts with the default");
            return null;
        }
        var result = new JsonObject { ["type"] = type };
        foreach (var name in members)
            if (values[name] is { } value)
                result[name] = value;
        return result;
    }

    public static void Write(JsonObject filler, string name, PrototxtMessage message, List<string> remarks)
    {
        var type = filler["type"]!.GetValue<string>();
        if (!Members.TryGetValue(type, out var members))
        {
            remarks.Add($"{name}: the filler '{type}' is not Caffe's; it starts with 0 there");
            return;
        }
        var result = message.AddMessage(name);
        result.AddText("type", type);
        foreach (var member in members)
            if (filler[member] is { } value)
                if (member == "variance_norm")
                    result.AddWord(member, value.GetValue<string>().ToUpperInvariant());
                else
                    result.AddNumber(member, value.ToJsonString());
    }
}
