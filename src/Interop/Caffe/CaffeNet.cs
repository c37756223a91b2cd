namespace NeuralFramework.Interop;

/// <summary>A layer of a Caffe net in the newest form, its own options not yet read.</summary>
internal sealed class CaffeLayer
{
    public required string Name { get; init; }

    public required string Type { get; init; }

    public required string Place { get; init; }

    public IReadOnlyList<string> Bottoms { get; init; } = [];

    public IReadOnlyList<string> Tops { get; init; } = [];

    /// <summary>Whether the layer belongs to Caffe's phases.</summary>
    public (bool Train, bool Test) Phases { get; init; } = (true, true);

    public required PrototxtMessage Message { get; init; }
}

/// <summary>A net file of Caffe: its layers with the phases that its rules give them. Inputs of the net are layers of the
/// type <c>Input</c>.</summary>
internal sealed class CaffeNet
{
    private readonly string[] phaseNames = ["TRAIN", "TEST"];

    private CaffeNet(PrototxtMessage net, IReadOnlyList<string> testStages)
    {
        Message = net;
        Name = net.Text("name");
        ForceBackward = net.Flag("force_backward") ?? false;
        net.One("debug_info");
        var own = net.Message("state");
        own?.One("phase");
        var level = own?.Whole("level") ?? 0;
        var stages = own?.All("stage").ConvertAll(stage => stage.AsText()) ?? [];
        var state = new State(level, stages, [.. stages, .. testStages]);
        Layers = [.. InputsOf(net), .. CaffeUpgrade.Layers(net).Select(layer => Read(layer, state))];
        if (Layers.Count == 0)
            throw new ConfigException($"{net.Place}: received a net without a layer, allowed: one 'layer' or more");
    }

    public string? Name { get; }

    public bool ForceBackward { get; }

    public IReadOnlyList<CaffeLayer> Layers { get; }

    public PrototxtMessage Message { get; }

    /// <summary>What the rules of layers are held against.</summary>
    private sealed record State(long Level, IReadOnlyList<string> TrainStages, IReadOnlyList<string> TestStages);

    /// <summary>Reads a net file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="testStages">The stages that the solver tests in.</param>
    /// <exception cref="ConfigException">It is missing, or breaks the format.</exception>
    public static CaffeNet Load(string path, IReadOnlyList<string> testStages) => new(PrototxtParser.Load(path), testStages);

    // Before there were layers of that type, a net named its inputs: each with a shape, or four extents each.
    private static IEnumerable<CaffeLayer> InputsOf(PrototxtMessage net)
    {
        var names = net.All("input");
        var shapes = net.All("input_shape");
        var extents = net.All("input_dim");
        if (names.Count > 0 && shapes.Count != names.Count && extents.Count != 4 * names.Count)
            throw new ConfigException($"{names[0].Place}: received {names.Count} of 'input', {shapes.Count} of 'input_shape' "
                + $"and {extents.Count} of 'input_dim', allowed: an 'input_shape', or four of 'input_dim', for each input");
        for (var i = 0; i < names.Count; i++)
        {
            var message = new PrototxtMessage(names[i].Place);
            var input = new PrototxtMessage(names[i].Place);
            input.Add(shapes.Count > 0 ? shapes[i].Renamed("shape") : Shape(extents.GetRange(4 * i, 4)));
            message.Add(new PrototxtField("input_param", input));
            var name = names[i].AsText();
            yield return new CaffeLayer
            {
                Name = name, Type = "Input", Tops = [name], Place = names[i].Place, Message = message,
            };
        }
    }

    private static PrototxtField Shape(List<PrototxtField> extents)
    {
        var shape = new PrototxtMessage(extents[0].Place);
        extents.ForEach(extent => shape.Add(extent.Renamed("dim")));
        return new PrototxtField("shape", shape);
    }

    private CaffeLayer Read(PrototxtMessage layer, State state)
    {
        var type = layer.One("type")?.AsText()
            ?? throw new ConfigException($"{layer.Place}: received a layer without a type, allowed: such as type: \"ReLU\"");
        layer.All("propagate_down");
        return new CaffeLayer
        {
            Name = layer.Text("name") ?? type,
            Type = type,
            Place = layer.Place,
            Bottoms = layer.All("bottom").ConvertAll(bottom => bottom.AsText()),
            Tops = layer.All("top").ConvertAll(top => top.AsText()),
            Phases = PhasesOf(layer, state),
            Message = layer,
        };
    }

    // A layer is in a phase when one of its 'include' rules holds, or, without such, none of its 'exclude' rules.
    private (bool Train, bool Test) PhasesOf(PrototxtMessage layer, State state)
    {
        var includes = layer.All("include").ConvertAll(rule => rule.AsMessage());
        var excludes = layer.All("exclude").ConvertAll(rule => rule.AsMessage());
        if (includes.Count > 0 && excludes.Count > 0)
            throw new ConfigException($"{excludes[0].Place}: received 'exclude' rules beside 'include', allowed: rules of one "
                + "kind");
        var only = layer.One("phase")?.AsWord(phaseNames);
        return (IsIn("TRAIN"), IsIn("TEST"));

        // Not by Exists, which stops at the first: every rule is to be read.
        bool IsIn(string phase)
        {
            var holds = includes.Concat(excludes).Select(rule => Holds(rule, phase, state)).ToList().Contains(true);
            return (only is null || only == phase) && (includes.Count > 0 ? holds : !holds);
        }
    }

    private bool Holds(PrototxtMessage rule, string phase, State state)
    {
        var stages = phase == "TEST" ? state.TestStages : state.TrainStages;
        var wanted = rule.One("phase")?.AsWord(phaseNames);
        var (min, max) = (rule.Whole("min_level"), rule.Whole("max_level"));
        var with = rule.All("stage").ConvertAll(stage => stage.AsText());
        var without = rule.All("not_stage").ConvertAll(stage => stage.AsText());
        return (wanted is null || wanted == phase) && !(state.Level < min) && !(state.Level > max)
            && with.TrueForAll(stages.Contains) && !without.Exists(stages.Contains);
    }
}
