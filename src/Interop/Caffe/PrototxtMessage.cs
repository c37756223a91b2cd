using System.Globalization;

namespace NeuralFramework.Interop;

/// <summary>What a value of the text format is written as.</summary>
internal enum PrototxtKind
{
    Number,
    Text,
    Word,
    Message,
}

/// <summary>A message of protobuf's text format. It keeps note of which fields were read, so that none is lost in
/// silence.</summary>
internal sealed class PrototxtMessage(string place)
{
    private readonly List<PrototxtField> fields = [];

    /// <summary>Where it begins: <c>file:line:column</c>.</summary>
    public string Place => place;

    public IReadOnlyList<PrototxtField> Fields => fields;

    public void Add(PrototxtField field) => fields.Add(field);

    /// <summary>Adds a field for writing.</summary>
    public void AddNumber(string name, string number) => Add(new PrototxtField(name, place, PrototxtKind.Number, number));

    /// <inheritdoc cref="AddNumber"/>
    public void AddText(string name, string text) => Add(new PrototxtField(name, place, PrototxtKind.Text, text));

    /// <inheritdoc cref="AddNumber"/>
    public void AddWord(string name, string word) => Add(new PrototxtField(name, place, PrototxtKind.Word, word));

    /// <inheritdoc cref="AddNumber"/>
    public PrototxtMessage AddMessage(string name)
    {
        var message = new PrototxtMessage(place);
        Add(new PrototxtField(name, message));
        return message;
    }

    public bool Has(string name) => fields.Exists(field => field.Name == name);

    /// <summary>The values of a repeated field.</summary>
    public List<PrototxtField> All(string name)
    {
        var found = fields.FindAll(field => field.Name == name);
        found.ForEach(field => field.IsRead = true);
        return found;
    }

    /// <summary>The value of a field; null when it is left out.</summary>
    /// <exception cref="ConfigException">It is there twice.</exception>
    public PrototxtField? One(string name) => All(name) switch
    {
        [] => null,
        [var field] => field,
        [_, var second, ..] =>
            throw new ConfigException($"{second.Place}: received the field '{name}' twice, allowed: once"),
    };

    public PrototxtMessage? Message(string name) => One(name)?.AsMessage();

    public string? Text(string name) => One(name)?.AsText();

    public long? Whole(string name) => One(name)?.AsWhole();

    public double? Real(string name) => One(name)?.AsReal();

    public bool? Flag(string name) => One(name)?.AsFlag();

    /// <summary>The fields that nobody has read, those of read messages among them, as <c>lrn_param.q</c>.</summary>
    public IEnumerable<(string Path, PrototxtField Field)> Unread() => fields.SelectMany(field =>
        !field.IsRead ? [(field.Name, field)]
        : field.Kind == PrototxtKind.Message
            ? field.AsMessage().Unread().Select(inner => ($"{field.Name}.{inner.Path}", inner.Field))
            : []);
}

/// <summary>A field of a message, with one value.</summary>
internal sealed class PrototxtField
{
    private readonly string text = "";
    private readonly PrototxtMessage? message;

    public PrototxtField(string name, string place, PrototxtKind kind, string text) =>
        (Name, Place, Kind, this.text) = (name, place, kind, text);

    public PrototxtField(string name, PrototxtMessage message) =>
        (Name, Place, Kind, this.message) = (name, message.Place, PrototxtKind.Message, message);

    public string Name { get; }

    /// <summary>Where the value stands: <c>file:line:column</c>.</summary>
    public string Place { get; }

    public PrototxtKind Kind { get; }

    public bool IsRead { get; set; }

    /// <summary>The value as it is written, without quotes and escapes.</summary>
    public string Raw => text;

    /// <summary>The same value under another name.</summary>
    public PrototxtField Renamed(string name) =>
        message is null ? new(name, Place, Kind, text) : new(name, message);

    public PrototxtMessage AsMessage() => message ?? throw Wrong("a message in braces");

    public string AsText() => Kind == PrototxtKind.Text ? text : throw Wrong("text in quotes");

    public double AsReal()
    {
        if (Kind is PrototxtKind.Number or PrototxtKind.Word && Number(text) is { } number)
            return number;
        throw Wrong("a number");
    }

    public long AsWhole() => Kind == PrototxtKind.Number && WholeNumber(text) is { } number
        ? number : throw Wrong("a whole number");

    /// <summary>A whole number that a shape or a count can have.</summary>
    public int AsInt() => AsWhole() is >= int.MinValue and <= int.MaxValue and var number
        ? (int)number : throw Wrong($"a whole number of {int.MinValue} to {int.MaxValue}");

    public bool AsFlag() => Kind is PrototxtKind.Word or PrototxtKind.Number
        ? text switch
        {
            "true" or "True" or "t" or "1" => true,
            "false" or "False" or "f" or "0" => false,
            _ => throw Wrong("true or false"),
        }
        : throw Wrong("true or false");

    /// <summary>A word of an enumeration, also by its number; its values are counted from 0.</summary>
    public string AsWord(params IReadOnlyList<string> allowed)
    {
        if (Kind == PrototxtKind.Word && allowed.Contains(text))
            return text;
        if (Kind == PrototxtKind.Number && WholeNumber(text) is { } number && number >= 0 && number < allowed.Count
            && allowed[(int)number].Length > 0)
            return allowed[(int)number];
        throw Wrong(string.Join(", ", allowed.Where(word => word.Length > 0))
            + (Kind == PrototxtKind.Word ? Suggestion.For(text, allowed) : ""));
    }

    /// <summary>A word of any kind.</summary>
    public string AsWord() => Kind == PrototxtKind.Word ? text : throw Wrong("a word without quotes");

    public ConfigException Wrong(string allowed) =>
        new($"{Place}: field '{Name}': received {Described()}, allowed: {allowed}");

    private string Described() => Kind switch
    {
        PrototxtKind.Message => "a message",
        PrototxtKind.Text => $"the text \"{Short(text)}\"",
        _ => Short(text),
    };

    private static string Short(string text) => text.Length <= 60 ? text : text[..60] + "…";

    private static double? Number(string text)
    {
        if (text.TrimStart('-').ToLowerInvariant() is "inf" or "infinity" or "inff" or "infinityf")
            return text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        if (text.ToLowerInvariant() is "nan" or "nanf")
            return double.NaN;
        if (WholeNumber(text) is { } whole)
            return whole;
        return double.TryParse(text.TrimEnd('f', 'F'), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number : null;
    }

    // Hexadecimal with 0x, octal with 0, as in C.
    private static long? WholeNumber(string text)
    {
        var isNegative = text.StartsWith('-');
        var digits = isNegative ? text[1..] : text;
        long? value;
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            value = long.TryParse(digits.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                out var hex) && hex >= 0 ? hex : null;
        else if (digits.Length is > 1 and < 20 && digits[0] == '0' && digits.All(digit => digit is >= '0' and <= '7'))
            value = digits.Aggregate(0L, (sum, digit) => sum * 8 + digit - '0');
        else
            value = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number : null;
        return isNegative ? -value : value;
    }
}
