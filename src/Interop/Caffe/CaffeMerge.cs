using System.Text.Json.Nodes;

namespace NeuralFramework.Interop;

/// <summary>What is to be done to the layers of a net as a whole.</summary>
internal static class CaffeMerge
{
    /// <summary>Makes one net of that for training and testing and that for deploying: what is the same in both becomes one
    /// layer.</summary>
    public static List<JsonObject> Merge(List<JsonObject> learned, List<JsonObject> deployed)
    {
        var result = learned.ToList();
        var keys = result.ConvertAll(KeyOf);
        foreach (var layer in result)
            layer["phase"] ??= new JsonArray("train", "test");
        var at = 0;
        foreach (var layer in deployed)
            if (keys.IndexOf(KeyOf(layer)) is var index and >= 0)
            {
                AddDeploy(result[index]);
                // So that it is not found twice.
                keys[index] = "";
                at = index + 1;
            }
            else
            {
                layer["phase"] = "deploy";
                result.Insert(at, layer);
                keys.Insert(at++, "");
            }
        return result;
    }

    /// <summary>Caffe lets some layers overwrite their bottom that need its values here: their tops get names of their
    /// own.</summary>
    public static void RenameInPlace(List<JsonObject> layers)
    {
        var names = new Dictionary<string, string>();
        foreach (var layer in layers)
        {
            var (bottoms, tops) = (NamesOf(layer["bottom"]), NamesOf(layer["top"] ?? layer["name"]));
            var isInPlace = bottoms.Count > 0 && tops.Count > 0 && bottoms[0] == tops[0];
            Rename(layer, "bottom", bottoms, names);
            if (!isInPlace)
                tops.ForEach(top => names.Remove(top));
            else if (!layer.ContainsKey("phase")
                && !LayerRegistry.Create<float>((string)layer["type"]!, layer).CanRunInPlace)
                names[tops[0]] = (string)layer["name"]! == tops[0] ? $"{tops[0]}_out" : (string)layer["name"]!;
            Rename(layer, "top", tops, names);
        }
    }

    private static void Rename(JsonObject layer, string member, List<string> received, Dictionary<string, string> names)
    {
        if (!received.Exists(names.ContainsKey))
            return;
        var renamed = received.ConvertAll(name => (JsonNode)names.GetValueOrDefault(name, name));
        layer[member] = renamed is [var only] ? only : new JsonArray([.. renamed]);
    }

    private static List<string> NamesOf(JsonNode? names) => names switch
    {
        null => [],
        JsonArray list => [.. list.Select(name => (string)name!)],
        _ => [(string)names!],
    };

    private static void AddDeploy(JsonObject layer)
    {
        if (layer["phase"] is JsonArray)
            layer.Remove("phase");
        else
            layer["phase"] = new JsonArray(layer["phase"]!.DeepClone(), "deploy");
    }

    // How a layer learns, and in which phase, does not make it another.
    private static string KeyOf(JsonObject layer)
    {
        var key = (JsonObject)layer.DeepClone();
        foreach (var (member, _) in layer)
            if (member is "phase" or "lr_mult" or "decay_mult" or "param_name" or "loss_weight"
                || member.EndsWith("filler", StringComparison.Ordinal))
                key.Remove(member);
        return key.ToJsonString();
    }
}
