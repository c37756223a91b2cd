using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace NeuralFramework.Data;

/// <summary>Of what a text is a sequence.</summary>
public enum TextUnit
{
    /// <summary>Characters: Unicode's scalar values, spaces and line ends among them.</summary>
    Character,

    /// <summary>Words: letters, digits and apostrophes between them; each punctuation mark and each line end counts as
    /// a word of its own.</summary>
    Word,
}

/// <summary>
/// The numbers 0 … K − 1 of the characters or words of a text. Characters are numbered by their code points; all
/// that the text has are there. Words are numbered by how often they occur, the most frequent first, then by their
/// letters; number 0 is <see cref="Unknown"/>, which stands for every word that is not there.
/// </summary>
public sealed class TextVocabulary
{
    /// <summary>What stands for words that are not in the vocabulary.</summary>
    public const string Unknown = "<unk>";

    /// <summary>The key under which files of weights have a vocabulary.</summary>
    public const string MetadataKey = "vocabulary";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private readonly Dictionary<string, int> numbers;

    private TextVocabulary(TextUnit unit, IReadOnlyList<string> tokens)
    {
        (Unit, Tokens) = (unit, tokens);
        numbers = tokens.Index().ToDictionary(token => token.Item, token => token.Index, StringComparer.Ordinal);
    }

    /// <summary>Of what the text is a sequence.</summary>
    public TextUnit Unit { get; }

    /// <summary>The characters or words by number.</summary>
    public IReadOnlyList<string> Tokens { get; }

    /// <summary>The vocabulary of a text.</summary>
    /// <param name="unit">Of what the text is a sequence.</param>
    /// <param name="text">The text.</param>
    /// <param name="minCount">Words that occur less often are left out.</param>
    /// <param name="size">How many words there are at most, the unknown one among them; null: no limit.</param>
    public static TextVocabulary Of(TextUnit unit, string text, int minCount = 1, int? size = null)
    {
        if (unit == TextUnit.Character)
            return new TextVocabulary(unit,
                [.. text.EnumerateRunes().Distinct().Order().Select(rune => rune.ToString())]);
        var words = Split(unit, text).CountBy(word => text[word]).Where(word => word.Value >= minCount)
            .OrderByDescending(word => word.Value).ThenBy(word => word.Key, StringComparer.Ordinal)
            .Select(word => word.Key);
        return new TextVocabulary(unit, [Unknown, .. words.Take((size ?? int.MaxValue) - 1)]);
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="text">The JSON.</param>
    /// <param name="place">How messages name where it stands.</param>
    /// <exception cref="DataException">It is something else.</exception>
    public static TextVocabulary FromJson(string text, string place)
    {
        try
        {
            var content = JsonSerializer.Deserialize<Content>(text, Json)!;
            return new TextVocabulary(content.Unit, content.Tokens);
        }
        catch (Exception error) when (error is JsonException or ArgumentException or NullReferenceException)
        {
            throw new DataException($"{place}: received {text}, allowed: a unit and tokens, each once", error);
        }
    }

    /// <summary>The vocabulary in one line.</summary>
    public string ToJson() => JsonSerializer.Serialize(new Content(Unit, Tokens), Json);

    /// <summary>The numbers of a text. Words that are not in the vocabulary are unknown ones.</summary>
    /// <exception cref="DataException">A character is not in the vocabulary; the message names it and its
    /// place.</exception>
    public int[] Encode(string text)
    {
        var result = new List<int>(Unit == TextUnit.Character ? text.Length : text.Length / 4);
        var lookUp = numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var token in Split(Unit, text))
            result.Add(lookUp.TryGetValue(text.AsSpan(token), out var number) ? number
                : Unit == TextUnit.Word ? 0
                : throw new DataException($"received the character {Quoted(text[token])} as number "
                    + $"{result.Count + 1}, allowed: {string.Join(' ', Tokens.Select(Quoted))}"));
        return [.. result];
    }

    /// <summary>The text of numbers: words are joined by spaces, of which there is none before a mark and after a line
    /// end.</summary>
    public string Decode(IEnumerable<int> tokens)
    {
        if (Unit == TextUnit.Character)
            return string.Concat(tokens.Select(token => Tokens[token]));
        var text = new StringBuilder();
        foreach (var token in tokens)
            text.Append(Separator(text.Length == 0 ? "\n" : text[^1].ToString(), Tokens[token])).Append(Tokens[token]);
        return text.ToString();
    }

    /// <summary>What stands between words: a space, or nothing.</summary>
    internal string Separator(string before, string word) => Unit == TextUnit.Character || before == "\n"
        || before == "(" || (word != Unknown && word != "(" && !char.IsLetterOrDigit(word[0])) ? "" : " ";

    private static IEnumerable<Range> Split(TextUnit unit, string text) =>
        unit == TextUnit.Character ? SplitCharacters(text) : SplitWords(text);

    private static IEnumerable<Range> SplitCharacters(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            var start = i;
            i += i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]) ? 2 : 1;
            yield return start..i;
        }
    }

    private static IEnumerable<Range> SplitWords(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            var start = i;
            while (i < text.Length && IsOfWord(text, i))
                i++;
            if (i > start)
                yield return start..i;
            else if (text[i++] is var mark && (mark == '\n' || !char.IsWhiteSpace(mark)))
                yield return start..i;
        }
    }

    private static bool IsOfWord(string text, int i) => char.IsLetterOrDigit(text[i])
        || (text[i] == '\'' && i > 0 && i + 1 < text.Length && char.IsLetter(text[i - 1])
            && char.IsLetter(text[i + 1]));

    private static string Quoted(string token) => token switch
    {
        "\n" => "line end",
        " " => "space",
        _ => token,
    };

    private sealed record Content(TextUnit Unit, IReadOnlyList<string> Tokens);
}
