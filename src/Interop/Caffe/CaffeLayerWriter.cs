using System.Text.Json;
using System.Text.Json.Nodes;

namespace NeuralFramework.Interop;

/// <summary>A layer of Caffe's made of one of ours, and which of our parameters its blobs are.</summary>
/// <param name="Message">The layer.</param>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Blobs">Our parameter that each blob is.</param>
internal sealed record CaffeWrittenLayer(PrototxtMessage Message, string Name, string Type, params IReadOnlyList<int> Blobs);

/// <summary>Makes layers of Caffe's of a layer of ours: one, two that compute the same, or none.</summary>
internal sealed class CaffeLayerWriter(ResolvedLayer layer, string? phase)
{
    // What says how to compute, or how to start.
    private static readonly string[] Harmless = ["algorithm", "forget_bias"];

    private static readonly Dictionary<string, (string Type, string Param, Action<PrototxtMessage> Write)> Operators = new()
    {
        ["Add"] = ("Eltwise", "eltwise_param", param => param.AddWord("operation", "SUM")),
        ["Multiply"] = ("Eltwise", "eltwise_param", param => param.AddWord("operation", "PROD")),
        ["Max"] = ("Eltwise", "eltwise_param", param => param.AddWord("operation", "MAX")),
        ["Subtract"] = ("Eltwise", "eltwise_param", param =>
        {
            param.AddNumber("coeff", "1");
            param.AddNumber("coeff", "-1");
        }),
        ["Negate"] = ("Power", "power_param", param => param.AddNumber("scale", "-1")),
        ["Reciprocal"] = ("Power", "power_param", param => param.AddNumber("power", "-1")),
    };

    private readonly List<string> remarks = [];
    private readonly JsonObject options = layer.Config.ToJson();

    private string Name => layer.Config.Name!;

    private string Type => layer.Config.Type;

    /// <summary>Caffe's layers, and what is to be said about them.</summary>
    public (List<CaffeWrittenLayer> Layers, ParityLine Line) Write()
    {
        var (layers, reason) = Make();
        if (reason is not null)
            return ([], new ParityLine(Name, Type, Parity.NotSupported, null, reason));
        return (layers, new ParityLine(Name, Type, remarks.Count > 0 ? Parity.Different : Parity.Mapped,
            string.Join(" + ", layers.Select(made => made.Type)), remarks.Count > 0 ? string.Join("; ", remarks) : null));
    }

    private (List<CaffeWrittenLayer> Layers, string? Reason) Make()
    {
        if (Type == "Input")
            return options["values"] is null ? ([Input()], null) : ([], "'values': a program writes them in Caffe");
        if (Type == "Constant" && options["values"] is null && !options["trainable"]!.GetValue<bool>())
            return ([Dummy()], null);
        if (Type is "LSTM" && layer.Bottoms.Count < 2)
            return ([], "Caffe's needs the marks of sequences, the second bottom");
        if (Operators.TryGetValue(Type, out var made))
            return ([Operator(made.Type, made.Param, made.Write)], null);
        if (Type == "BatchNorm" && options["scale_bias"]!.GetValue<bool>())
            return BatchNormWithScale();
        if (CaffeMapping.All.FirstOrDefault(mapping => mapping.Ours == Type) is { } mapping)
            return Mapped(mapping);
        return IsData() ? ([Data()], null) : ([], "Caffe has no such layer");
    }

    private bool IsData() => options.ContainsKey("batch_size") && layer.Bottoms.Count == 0;

    private CaffeWrittenLayer Operator(string type, string param, Action<PrototxtMessage> write)
    {
        var message = Common(type, Name, layer.Bottoms, layer.Tops);
        write(message.AddMessage(param));
        if (layer.Bottoms.Count > 1)
            remarks.Add("in Caffe the bottoms have to have one shape");
        return new CaffeWrittenLayer(message, Name, type);
    }

    private (List<CaffeWrittenLayer> Layers, string? Reason) Mapped(CaffeMapping mapping)
    {
        if (UnknownOption(mapping) is { } reason)
            return ([], reason);
        var message = Common(mapping.Caffe, Name, layer.Bottoms, layer.Tops);
        int[] order = mapping.Caffe == "LSTM" ? [0, 2, 1] : [.. Enumerable.Range(0, mapping.Ranks.Length)];
        AddParameters(message, order, LearnedOf(mapping));
        AddFields(mapping, message);
        return ([new CaffeWrittenLayer(message, Name, mapping.Caffe, order)], null);
    }

    private (List<CaffeWrittenLayer> Layers, string? Reason) BatchNormWithScale()
    {
        var norm = Common("BatchNorm", Name, layer.Bottoms, layer.Tops);
        AddFields(CaffeMapping.Of("BatchNorm")!, norm);
        var scale = Common("Scale", $"{Name}_scale", layer.Tops, layer.Tops);
        AddParameters(scale, [0, 1], 2);
        var param = scale.AddMessage("scale_param");
        foreach (var (ours, theirs) in new[] { ("scale_filler", "filler"), ("bias_filler", "bias_filler") })
            CaffeFiller.Write(options[ours]!.AsObject(), theirs, param, remarks);
        param.AddWord("bias_term", "true");
        return ([new(norm, Name, "BatchNorm", 2, 3, 4), new(scale, $"{Name}_scale", "Scale", 0, 1)], null);
    }

    private CaffeWrittenLayer Input()
    {
        var message = Common("Input", Name, [], layer.Tops);
        var shape = message.AddMessage("input_param").AddMessage("shape");
        foreach (var extent in options["shape"]!.AsArray())
            shape.AddNumber("dim", extent!.ToJsonString());
        return new CaffeWrittenLayer(message, Name, "Input");
    }

    private CaffeWrittenLayer Dummy()
    {
        var message = Common("DummyData", Name, [], layer.Tops);
        var param = message.AddMessage("dummy_data_param");
        if (options["filler"] is JsonObject filler)
        {
            CaffeFiller.Write(filler, "data_filler", param, remarks);
            if (filler["type"]!.GetValue<string>() != "constant")
                remarks.Add("Caffe draws the values anew in each pass");
        }
        var shape = param.AddMessage("shape");
        foreach (var extent in options["shape"] as JsonArray ?? [])
            shape.AddNumber("dim", extent!.ToJsonString());
        return new CaffeWrittenLayer(message, Name, "DummyData");
    }

    private CaffeWrittenLayer Data()
    {
        var message = Common("Data", Name, [], layer.Tops);
        var transform = message.AddMessage("transform_param");
        foreach (var name in new[] { "scale", "crop_size" })
            if (options[name] is JsonValue value)
                transform.AddNumber(name, value.ToJsonString());
        if (options["mirror"] is { } mirror && mirror.GetValue<bool>())
            transform.AddWord("mirror", "true");
        foreach (var mean in options["mean_value"] is JsonArray several ? several : [options["mean_value"]?.DeepClone()])
            if (mean is not null)
                transform.AddNumber("mean_value", mean.ToJsonString());
        var data = message.AddMessage("data_param");
        data.AddText("source", $"{Type.ToLowerInvariant()}_{phase?.ToLowerInvariant() ?? "all"}_lmdb");
        data.AddNumber("batch_size", options["batch_size"]!.ToJsonString());
        data.AddWord("backend", "LMDB");
        remarks.Add("make the database, with channels in the order that the weights have learned");
        return new CaffeWrittenLayer(message, Name, "Data");
    }

    private PrototxtMessage Common(string type, string name, IReadOnlyList<string> bottoms, IReadOnlyList<string> tops)
    {
        var message = new PrototxtMessage("layer");
        message.AddText("name", name);
        message.AddText("type", type);
        foreach (var bottom in bottoms)
            message.AddText("bottom", bottom);
        foreach (var top in tops)
            message.AddText("top", top);
        if (phase is not null)
            message.AddMessage("include").AddWord("phase", phase);
        foreach (var weight in List("loss_weight"))
            message.AddNumber("loss_weight", weight.ToJsonString());
        return message;
    }

    private List<JsonNode> List(string member) => options[member] switch
    {
        null => [],
        JsonArray several => [.. several.Select(item => item!)],
        var only => [only],
    };

    private int LearnedOf(CaffeMapping mapping) => mapping.Caffe switch
    {
        "BatchNorm" => 0,
        "Scale" or "Bias" when layer.Bottoms.Count > 1 => options["bias_term"]?.GetValue<bool>() == true ? 1 : 0,
        "Scale" => options["bias_term"]!.GetValue<bool>() ? 2 : 1,
        "LSTM" => 3,
        _ => options["bias_term"]?.GetValue<bool>() == false ? 1 : mapping.Ranks.Length,
    };

    private void AddParameters(PrototxtMessage message, IReadOnlyList<int> order, int count)
    {
        var (rates, decays, names) = (List("lr_mult"), List("decay_mult"), List("param_name"));
        for (var i = 0; i < count && (rates.Count > 0 || decays.Count > 0 || names.Count > 0); i++)
        {
            var param = message.AddMessage("param");
            if (order[i] < names.Count && names[order[i]].GetValue<string>() is { Length: > 0 } name)
                param.AddText("name", name);
            foreach (var (member, values) in new[] { ("lr_mult", rates), ("decay_mult", decays) })
                if (values.Count > 0)
                    param.AddNumber(member, values[values.Count == 1 ? 0 : order[i]].ToJsonString());
        }
    }

    private void AddFields(CaffeMapping mapping, PrototxtMessage message)
    {
        var defaults = Defaults();
        var written = new HashSet<string>();
        var messages = new Dictionary<string, PrototxtMessage>();
        foreach (var field in mapping.Fields)
            // Where Caffe starts weights with 0, ours is always written.
            if (options[field.Ours] is { } value && written.Add(field.Ours)
                && (field.Name == "weight_filler" || !JsonNode.DeepEquals(value, defaults[field.Ours])))
            {
                if (!messages.TryGetValue(field.Param, out var param))
                    messages[field.Param] = param = message.AddMessage(field.Param);
                field.Write(value, param, remarks);
            }
    }

    private string? UnknownOption(CaffeMapping mapping)
    {
        var defaults = Defaults();
        foreach (var (name, value) in mapping.Fixed)
            if (!JsonNode.DeepEquals(options[name], value))
                return $"'{name}' is {options[name]?.ToJsonString()}, in Caffe always {value.ToJsonString()}";
        foreach (var (name, value) in defaults)
            if (!Harmless.Contains(name) && !mapping.Fixed.Any(pair => pair.Name == name)
                && !mapping.Fields.Any(field => field.Ours == name) && !JsonNode.DeepEquals(options[name], value))
                return $"'{name}' {options[name]?.ToJsonString()} has no counterpart in Caffe";
        return null;
    }

    // Members without a default are null or 0 here, which no layer has.
    private JsonObject Defaults()
    {
        var type = layer.Config.Options.GetType();
        var defaults = JsonSerializer.SerializeToNode(Activator.CreateInstance(type), type, ConfigJson.Options)!.AsObject();
        foreach (var (name, _) in JsonSerializer.SerializeToNode(layer.Config.Options, type, ConfigJson.Options)!.AsObject())
            defaults.TryAdd(name, null);
        return defaults;
    }
}
