using System.Text;

namespace NeuralFramework.Interop;

/// <summary>
/// Reads protobuf's text format, in which Caffe writes nets and solvers: fields with a scalar (<c>name: "a" 'b'</c>), a
/// list (<c>dim: [1, 2]</c>) or a message in <c>{ }</c> or <c>&lt; &gt;</c>, commas and semicolons between them, comments from
/// # on. It knows no schema: who reads a field says what it is to be.
/// </summary>
internal sealed class PrototxtParser
{
    // That of protobuf's own readers.
    private const int MaxDepth = 100;
    private const long MaxBytes = 64 << 20;

    private readonly PrototxtLexer lexer;
    private PrototxtToken current;

    private PrototxtParser(string text, string source)
    {
        lexer = new PrototxtLexer(text, source);
        current = lexer.Next();
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="ConfigException">It cannot be read or breaks the format; the message has file, line and
    /// column.</exception>
    public static PrototxtMessage Load(string path)
    {
        try
        {
            var size = new FileInfo(path).Length;
            return size <= MaxBytes
                ? Parse(File.ReadAllText(path, Encoding.UTF8), path)
                : throw new ConfigException($"{path}: received a file of {size} bytes, allowed: at most {MaxBytes}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException(error is FileNotFoundException or DirectoryNotFoundException
                ? $"{path}: no such file; allowed: a prototxt file" : $"{path}: cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Reads text; <paramref name="source"/> names it in messages.</summary>
    /// <inheritdoc cref="Load" path="/exception"/>
    public static PrototxtMessage Parse(string text, string source)
    {
        var parser = new PrototxtParser(text, source);
        var message = new PrototxtMessage($"{source}:1:1");
        parser.ReadFields(message, null, 0);
        return message;
    }

    private PrototxtToken Take()
    {
        var taken = current;
        current = lexer.Next();
        return taken;
    }

    private void ReadFields(PrototxtMessage message, string? end, int depth)
    {
        while (!(end is null ? current.Kind == PrototxtTokenKind.End : current.IsSign(end)))
        {
            if (current.Kind != PrototxtTokenKind.Word)
                throw Unexpected(end is null ? "the name of a field"
                    : $"the name of a field, or '{end}' to end the message at {message.Place}");
            ReadField(message, Take().Text, depth);
            if (current.IsSign(",") || current.IsSign(";"))
                Take();
        }
    }

    private void ReadField(PrototxtMessage message, string name, int depth)
    {
        var hasColon = current.IsSign(":");
        if (hasColon)
            Take();
        if (current.IsSign("["))
            ReadList(message, name, hasColon, depth);
        else
            message.Add(ReadValue(name, hasColon, depth));
    }

    private void ReadList(PrototxtMessage message, string name, bool hasColon, int depth)
    {
        Take();
        while (!current.IsSign("]"))
        {
            message.Add(ReadValue(name, hasColon, depth));
            if (current.IsSign(","))
                Take();
            else if (!current.IsSign("]"))
                throw Unexpected("',' or ']'");
        }
        Take();
    }

    private PrototxtField ReadValue(string name, bool hasColon, int depth)
    {
        var place = lexer.PlaceOf(current);
        if (current.IsSign("{") || current.IsSign("<"))
            return new PrototxtField(name, ReadMessage(place, depth + 1));
        if (!hasColon)
            throw Unexpected($"':' or '{{' behind the name '{name}'");
        if (current.Kind == PrototxtTokenKind.Text)
            return new PrototxtField(name, place, PrototxtKind.Text, ReadTexts());
        var minus = current.IsSign("-") ? Take().Text : "";
        return current.Kind switch
        {
            PrototxtTokenKind.Number => new(name, place, PrototxtKind.Number, minus + Take().Text),
            PrototxtTokenKind.Word => new(name, place, PrototxtKind.Word, minus + Take().Text),
            _ => throw Unexpected($"a value of '{name}': a number, a word, text in quotes or a message in braces"),
        };
    }

    // Texts beside each other are one.
    private string ReadTexts()
    {
        var first = Take().Text;
        if (current.Kind != PrototxtTokenKind.Text)
            return first;
        var texts = new StringBuilder(first);
        while (current.Kind == PrototxtTokenKind.Text)
            texts.Append(Take().Text);
        return texts.ToString();
    }

    private PrototxtMessage ReadMessage(string place, int depth)
    {
        if (depth > MaxDepth)
            throw new ConfigException($"{place}: received messages {depth} deep in each other, allowed: at most "
                + $"{MaxDepth}");
        var message = new PrototxtMessage(place);
        var end = Take().Text == "{" ? "}" : ">";
        ReadFields(message, end, depth);
        Take();
        return message;
    }

    private ConfigException Unexpected(string allowed) =>
        lexer.Error(current.Line, current.Column, $"received {current}", allowed);
}
