using System.Text;
using System.Text.Json;

namespace NeuralFramework;

/// <summary>Where each member and value of a JSON text stands, by path (<c>layers[2].num_output</c>).</summary>
internal sealed class JsonPositions
{
    private readonly byte[] text;
    private readonly Dictionary<string, (long Name, long Value)> offsets = [];

    private JsonPositions(byte[] text) => this.text = text;

    /// <summary>The members that an object has twice: STJ's node reader would keep the last without a word.</summary>
    public List<string> Duplicates { get; } = [];

    /// <summary>Reads through the whole text.</summary>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static JsonPositions Of(byte[] text)
    {
        var positions = new JsonPositions(text);
        var reader = new Utf8JsonReader(text, new JsonReaderOptions
        {
            AllowTrailingCommas = true,
            CommentHandling = JsonCommentHandling.Skip,
        });
        if (reader.Read())
            positions.Walk(ref reader, "", reader.TokenStartIndex);
        while (reader.Read())
        {
            // Reading to the end finds text behind the value.
        }
        return positions;
    }

    /// <summary>Line and column, from 1, of a member's name, or of the nearest enclosing value that is known.</summary>
    public (int Line, int Column) NameAt(string path) => LineAndColumn(Nearest(path).Name);

    /// <summary>Line and column, from 1, of a value, or of the nearest enclosing one that is known.</summary>
    public (int Line, int Column) ValueAt(string path) => LineAndColumn(Nearest(path).Value);

    private (long Name, long Value) Nearest(string path)
    {
        for (; ; path = path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))])
            if (offsets.TryGetValue(path, out var found))
                return found;
            else if (path.Length == 0)
                return default;
    }

    private void Walk(ref Utf8JsonReader reader, string path, long nameOffset)
    {
        offsets[path] = (nameOffset, reader.TokenStartIndex);
        if (reader.TokenType == JsonTokenType.StartObject)
            WalkMembers(ref reader, path);
        else if (reader.TokenType == JsonTokenType.StartArray)
            for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
                Walk(ref reader, $"{path}[{i}]", reader.TokenStartIndex);
        else if (reader.TokenType == JsonTokenType.String)
            _ = TextOf(ref reader);
    }

    private void WalkMembers(ref Utf8JsonReader reader, string path)
    {
        var names = new HashSet<string>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = TextOf(ref reader);
            var member = ConfigDocument.Join(path, name);
            if (!names.Add(name))
                Duplicates.Add(member);
            var offset = reader.TokenStartIndex;
            reader.Read();
            Walk(ref reader, member, offset);
        }
    }

    // The reader looks at the bytes of a text only when it is asked for it.
    private string TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            var (line, column) = LineAndColumn(reader.TokenStartIndex);
            throw new JsonException("received text that is not Unicode, allowed: UTF-8", null, line - 1, column - 1,
                error);
        }
    }

    private (int Line, int Column) LineAndColumn(long offset)
    {
        var before = text.AsSpan(0, (int)offset);
        var line = before.Count((byte)'\n') + 1;
        var lineStart = before.LastIndexOf((byte)'\n') + 1;
        return (line, Encoding.UTF8.GetCharCount(before[lineStart..]) + 1);
    }
}
