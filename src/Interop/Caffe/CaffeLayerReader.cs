using System.Text.Json.Nodes;

namespace NeuralFramework.Interop;

/// <summary>Makes layers of ours of a layer of Caffe's: one, or none where there is no such, or a few that compute the same
/// together.</summary>
/// <param name="layer">The layer.</param>
/// <param name="owners">What the parameters that several layers share have, by their names.</param>
internal sealed class CaffeLayerReader(CaffeLayer layer, Dictionary<string, PrototxtMessage> owners)
{
    private readonly List<string> remarks = [];

    private static readonly Dictionary<string, string> Advice = new()
    {
        ["HingeLoss"] = "SVMHinge is another loss: it compares scores with each other rather than each with 0",
        ["HDF5Output"] = "not needed: a program reads the blob by its name",
        ["Im2col"] = "not needed: Convolution does it by itself",
        ["Python"] = "write it as a layer in C# (docs/adding-a-layer.md)",
        ["WindowData"] = "cut the windows out into a folder for each class, and use ImageFolder; or write them to HDF5, and "
            + "use Hdf5",
        ["LSTMUnit"] = "a part of Caffe's LSTM: use LSTM",
        ["Recurrent"] = "a part of Caffe's recurrent layers: use LSTM or RNN",
    };

    /// <summary>Our layers, and what is to be said about them.</summary>
    /// <exception cref="ConfigException">A field has a value of the wrong kind.</exception>
    public (List<JsonObject> Layers, ParityLine Line) Read()
    {
        if (layer.Phases is (false, false))
            return ([], Line(Parity.Different, null, "left out: its rules hold in no phase"));
        if (layer is { Type: "LSTM", Bottoms.Count: 3 }
            && layer.Message.Message("recurrent_param")?.Flag("expose_hidden") != true)
            return ([], Line(Parity.NotSupported, null, "the static input: concatenate it to each step"));
        List<JsonObject>? layers;
        if (layer.Type == "RNN")
            layers = ReadRnn();
        else if (CaffeMapping.Of(layer.Type) is { } mapping)
            layers = [ReadMapped(mapping)];
        else
            layers = CaffeDataReader.Read(layer, remarks);
        if (layers is null)
            return ([], Line(Parity.NotSupported, null, Advice.GetValueOrDefault(layer.Type,
                "there is no such layer here: write it in C# (docs/adding-a-layer.md)")));
        if (layers.Select(ProblemOf).FirstOrDefault(problem => problem is not null) is { } reason)
            return ([], Line(Parity.NotSupported, null, reason));
        remarks.AddRange(layer.Message.Unread()
            .Select(unread => $"'{unread.Path}' ({unread.Field.Place}) is not known: left out"));
        var target = string.Join(" + ", layers.Select(made => (string)made["type"]!));
        return (layers, Line(remarks.Count > 0 ? Parity.Different : Parity.Mapped, target,
            remarks.Count > 0 ? string.Join("; ", remarks) : null));
    }

    private ParityLine Line(Parity parity, string? target, string? remark) =>
        new(layer.Name, layer.Type, parity, target, remark);

    /// <summary>The members that all layers have.</summary>
    internal static JsonObject Common(CaffeLayer layer, string type, string? name = null,
        IReadOnlyList<string>? bottoms = null, IReadOnlyList<string>? tops = null)
    {
        (bottoms, tops) = (bottoms ?? layer.Bottoms, tops ?? layer.Tops);
        name ??= layer.Name;
        var json = new JsonObject { ["name"] = name, ["type"] = type };
        if (LayerTakesBottoms(type))
            json["bottom"] = OneOrMany(bottoms);
        if (tops.Count > 0 && !(tops.Count == 1 && tops[0] == name))
            json["top"] = OneOrMany(tops);
        if (layer.Phases is not (true, true))
            json["phase"] = layer.Phases.Train ? "train" : "test";
        return json;
    }

    private static bool LayerTakesBottoms(string type) => type is not ("Input" or "Constant" or "DummyData" or "Hdf5" or "Mnist"
        or "Cifar10" or "ImageFolder");

    private static JsonNode OneOrMany(IReadOnlyList<string> names) =>
        names.Count == 1 ? names[0] : new JsonArray([.. names.Select(name => (JsonNode)name)]);

    private JsonObject ReadMapped(CaffeMapping mapping)
    {
        var json = Common(layer, mapping.Ours);
        foreach (var (name, value) in mapping.Fixed)
            json[name] = value.DeepClone();
        ReadFields(mapping, json);
        AddLossWeight(json);
        AddParameters(json, mapping.Caffe == "LSTM" ? [0, 2, 1] : [0, 1]);
        return json;
    }

    private void ReadFields(CaffeMapping mapping, JsonObject json)
    {
        foreach (var field in mapping.Fields)
            if (layer.Message.Message(field.Param) is { } message && field.Read(message, remarks) is { } value)
                json[field.Ours] = value;
        foreach (var path in mapping.Ignored)
            layer.Message.Message(path.Split('.')[0])?.All(path.Split('.')[1]);
        if (mapping.Caffe.EndsWith("Loss", StringComparison.Ordinal) && layer.Message.Message("loss_param") is { } loss
            && loss.Flag("normalize") is { } isValid && !json.ContainsKey("normalization"))
            json["normalization"] = isValid ? "valid" : "batch_size";
        if (mapping.Caffe is "Convolution" or "Deconvolution"
            && layer.Message.Message("convolution_param")?.One("axis") is { } axis && axis.AsInt() != 1)
            remarks.Add($"axis {axis.AsInt()}: the channels are axis 1 here");
        if (mapping.Caffe == "InfogainLoss" && layer.Message.Message("infogain_loss_param")?.Text("source") is { } source)
            remarks.Add($"the matrix of {source} is to be put into the option 'matrix'");
    }

    private void AddLossWeight(JsonObject json)
    {
        var weights = layer.Message.All("loss_weight").ConvertAll(weight => (JsonNode)weight.AsReal());
        if (weights.Count > 0)
            json["loss_weight"] = weights is [var only] ? only : new JsonArray([.. weights]);
    }

    /// <summary>Reads learning-rate factors and names of parameters.</summary>
    /// <param name="json">Our layer.</param>
    /// <param name="order">Which of Caffe's parameters each of ours is.</param>
    private void AddParameters(JsonObject json, IReadOnlyList<int> order)
    {
        var specs = layer.Message.All("param").ConvertAll(field => field.AsMessage());
        var count = LearnedCount(json);
        foreach (var spec in specs)
            spec.One("share_mode");
        var names = specs.ConvertAll(spec => spec.Text("name") ?? "");
        var rates = specs.ConvertAll(spec => Factor(spec, "lr_mult"));
        var decays = specs.ConvertAll(spec => Factor(spec, "decay_mult"));
        // What is counted, not learned, has no learning rate here.
        if (count == 0)
            return;
        if (specs.Count > count)
            throw new ConfigException($"{specs[count].Place}: layer '{layer.Name}' ({layer.Type}): received {specs.Count} of "
                + $"'param', allowed: at most {count}, one for each parameter");
        AddList("lr_mult", rates, 1.0);
        AddList("decay_mult", decays, 1.0);
        AddList("param_name", names, "");

        void AddList<TItem>(string member, List<TItem> values, TItem missing) where TItem : IEquatable<TItem>
        {
            var all = order.Take(count).Select(i => i < values.Count ? values[i] : missing).ToList();
            if (all.TrueForAll(missing.Equals))
                return;
            json[member] = all.TrueForAll(all[0].Equals) && all[0] is double
                ? JsonValue.Create(all[0]) : new JsonArray([.. all.Select(value => (JsonNode)JsonValue.Create(value)!)]);
        }
    }

    // A parameter that was made by an earlier layer has that one's factors, unless others are given.
    private double Factor(PrototxtMessage spec, string name)
    {
        var own = spec.Real(name);
        if (spec.Text("name") is not { Length: > 0 } shared)
            return own ?? 1;
        owners.TryAdd(shared, spec);
        return own ?? owners[shared].Real(name) ?? 1;
    }

    private static int LearnedCount(JsonObject json)
    {
        var isAlone = json["bottom"] is JsonValue;
        var hasBias = (bool?)json["bias_term"];
        return (string)json["type"]! switch
        {
            "Convolution" or "Deconvolution" or "InnerProduct" or "Embed" => hasBias == false ? 1 : 2,
            "Scale" => (isAlone ? 1 : 0) + (hasBias == true ? 1 : 0),
            "Bias" => isAlone ? 1 : 0,
            "PReLU" or "Constant" => 1,
            "LSTM" => 3,
            _ => 0,
        };
    }

    // Caffe's RNN has a product and a tanh behind its states, which are layers of their own here.
    private List<JsonObject> ReadRnn()
    {
        var mapping = CaffeMapping.Of("LSTM")!;
        var states = $"{layer.Name}_h";
        var rnn = Common(layer, "RNN", tops: [states, .. layer.Tops.Skip(1)]);
        ReadFields(mapping, rnn);
        if (layer.Message.All("param").Count > 0)
            remarks.Add("'param' is left out: set lr_mult and decay_mult of both layers");
        var product = Common(layer, "InnerProduct", $"{layer.Name}_o", [states], [$"{layer.Name}_o"]);
        (product["axis"], product["num_output"]) = (2, rnn["num_output"]?.DeepClone());
        foreach (var filler in new[] { "weight_filler", "bias_filler" })
            if (rnn[filler] is { } value)
                product[filler] = value.DeepClone();
        return [rnn, product, Common(layer, "TanH", $"{layer.Name}_tanh", [$"{layer.Name}_o"], [.. layer.Tops.Take(1)])];
    }

    private static string? ProblemOf(JsonObject json)
    {
        try
        {
            var made = LayerRegistry.Create<float>((string)json["type"]!, json);
            var (bottoms, tops) = (CountOf(json["bottom"], 0), CountOf(json["top"], made.Tops.Max == 0 ? 0 : 1));
            return !made.Bottoms.Allows(bottoms) ? $"received {bottoms} bottoms, allowed: {made.Bottoms}"
                : !made.Tops.Allows(tops) ? $"received {tops} tops, allowed: {made.Tops}"
                : null;
        }
        catch (ConfigException error)
        {
            return string.Join("; ", error.Problems.Select(WithoutOwner));
        }

        static int CountOf(JsonNode? names, int missing) =>
            names is JsonArray list ? list.Count : names is null ? missing : 1;
    }

    // The report has a column for the layer already.
    private static string WithoutOwner(string problem)
    {
        var end = problem.IndexOf("): ", StringComparison.Ordinal);
        return end < 0 ? problem : problem[(end + 3)..];
    }
}
