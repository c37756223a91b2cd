using System.Text.Json.Nodes;

namespace NeuralFramework.Interop;

internal enum CaffeFieldKind
{
    Whole,
    Wholes,
    Real,
    Reals,
    Flag,

    /// <summary>A word of an enumeration: in capitals there, in small letters here.</summary>
    Word,

    /// <summary>How values are drawn.</summary>
    Drawn,

    /// <summary>A message with the extents of a shape.</summary>
    Dims,

    /// <summary>One number, several, or one each for height and width.</summary>
    Spatial,
}

/// <summary>An option that a layer has there and here.</summary>
/// <param name="Param">The message that it stands in there.</param>
/// <param name="Kind">What its values are.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Ours">Its name here.</param>
internal sealed record CaffeField(string Param, CaffeFieldKind Kind, string Name, string Ours)
{
    // kernel_h, but pad_h.
    private string SideName(char side) => $"{(Name == "kernel_size" ? "kernel" : Name)}_{side}";

    /// <summary>The value in our form; null when it is left out.</summary>
    /// <param name="message">The message <see cref="Param"/>.</param>
    /// <param name="remarks">What cannot be taken over is added here.</param>
    public JsonNode? Read(PrototxtMessage message, List<string> remarks) => Kind switch
    {
        CaffeFieldKind.Whole => message.One(Name)?.AsInt(),
        CaffeFieldKind.Real => Finite(message.One(Name)),
        CaffeFieldKind.Flag => message.Flag(Name),
        CaffeFieldKind.Word => message.One(Name)?.AsWord().ToLowerInvariant(),
        CaffeFieldKind.Drawn => CaffeFiller.Read(message.Message(Name), Ours, remarks),
        CaffeFieldKind.Dims => message.Message(Name) is { } shape ? Several(shape.All("dim").ConvertAll(Int), true) : null,
        CaffeFieldKind.Wholes => Several(message.All(Name).ConvertAll(Int), false),
        CaffeFieldKind.Reals => Several(message.All(Name).ConvertAll(field => Finite(field)!), false),
        _ => ReadSpatial(message),
    };

    /// <summary>Writes a value of ours.</summary>
    public void Write(JsonNode value, PrototxtMessage message, List<string> remarks)
    {
        var items = value as JsonArray ?? [value.DeepClone()];
        switch (Kind)
        {
            case CaffeFieldKind.Word:
                message.AddWord(Name, value.GetValue<string>().ToUpperInvariant());
                break;
            case CaffeFieldKind.Flag:
                message.AddWord(Name, value.GetValue<bool>() ? "true" : "false");
                break;
            case CaffeFieldKind.Drawn:
                CaffeFiller.Write(value.AsObject(), Name, message, remarks);
                break;
            case CaffeFieldKind.Dims:
                var shape = message.AddMessage(Name);
                foreach (var item in items)
                    shape.AddNumber("dim", item!.ToJsonString());
                break;
            case CaffeFieldKind.Spatial when items.Count == 2 && items[0]!.ToJsonString() != items[1]!.ToJsonString():
                message.AddNumber(SideName('h'), items[0]!.ToJsonString());
                message.AddNumber(SideName('w'), items[1]!.ToJsonString());
                break;
            case CaffeFieldKind.Spatial:
                message.AddNumber(Name, items[0]!.ToJsonString());
                break;
            default:
                foreach (var item in items)
                    message.AddNumber(Name, item!.ToJsonString());
                break;
        }
    }

    private JsonNode? ReadSpatial(PrototxtMessage message)
    {
        var (both, high, wide) = (message.All(Name), message.One(SideName('h')), message.One(SideName('w')));
        if (high is null && wide is null)
            return Several(both.ConvertAll(Int), false);
        if (both.Count > 0 || high is null || wide is null)
            throw (high ?? wide)!.Wrong($"{SideName('h')} and {SideName('w')} together, without {Name}");
        return Several([Int(high), Int(wide)], false);
    }

    private static JsonNode Int(PrototxtField field) => field.AsInt();

    private static JsonNode? Finite(PrototxtField? field) => field is null ? null
        : double.IsFinite(field.AsReal()) ? field.AsReal() : throw field.Wrong("a finite number");

    private static JsonNode? Several(List<JsonNode> values, bool isList) => values switch
    {
        [] when !isList => null,
        [var value] when !isList => value,
        _ => new JsonArray([.. values]),
    };
}
