using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace NeuralFramework.Interop;

internal enum PrototxtTokenKind
{
    Word,
    Number,
    Text,
    Sign,
    End,
}

/// <summary>A piece of a prototxt file.</summary>
internal readonly record struct PrototxtToken(PrototxtTokenKind Kind, string Text, int Line, int Column)
{
    public bool IsSign(string sign) => Kind == PrototxtTokenKind.Sign && Text == sign;

    public override string ToString() => Kind switch
    {
        PrototxtTokenKind.End => "the end of the file",
        PrototxtTokenKind.Text => $"the text \"{Short}\"",
        _ => $"'{Short}'",
    };

    private string Short => Text.Length <= 60 ? Text : Text[..60] + "…";
}

/// <summary>Cuts protobuf's text format into words, numbers, texts and signs; skips spaces and comments.</summary>
internal sealed class PrototxtLexer(string text, string source)
{
    private const string Signs = "{}<>[]:,;-/.";
    private const string Escapes = "nrtabfv\\'\"?";
    private const string Escaped = "\n\r\t\a\b\f\v\\'\"?";

    private int at;
    private int line = 1;
    private int column = 1;

    public string PlaceOf(PrototxtToken token) => $"{source}:{token.Line}:{token.Column}";

    private char Current => at < text.Length ? text[at] : '\0';

    private bool IsAtEnd => at >= text.Length;

    /// <exception cref="ConfigException">What stands there begins no token.</exception>
    public PrototxtToken Next()
    {
        SkipSpace();
        var (fromLine, fromColumn) = (line, column);
        if (IsAtEnd)
            return new(PrototxtTokenKind.End, "", line, column);
        if (Current is '"' or '\'')
            return new(PrototxtTokenKind.Text, ReadText(), fromLine, fromColumn);
        if (char.IsAsciiLetter(Current) || Current == '_')
            return new(PrototxtTokenKind.Word, ReadWhile(IsOfWord), fromLine, fromColumn);
        if (char.IsAsciiDigit(Current) || (Current == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
            return new(PrototxtTokenKind.Number, ReadNumber(), fromLine, fromColumn);
        if (Signs.Contains(Current))
            return new(PrototxtTokenKind.Sign, Step().ToString(), fromLine, fromColumn);
        throw Error(line, column, $"received the character '{Printable(Current)}'",
            "a name, a number, text in quotes, or one of { } < > [ ] : , ;");
    }

    public ConfigException Error(int atLine, int atColumn, string received, string allowed) =>
        new($"{source}:{atLine}:{atColumn}: {received}, allowed: {allowed}");

    private static string Printable(char letter) =>
        char.IsControl(letter) || char.IsSurrogate(letter) ? $"\\u{(int)letter:x4}" : letter.ToString();

    private static bool IsOfWord(char letter) => char.IsAsciiLetterOrDigit(letter) || letter == '_';

    private char Step()
    {
        var letter = text[at++];
        (line, column) = letter == '\n' ? (line + 1, 1) : (line, column + 1);
        return letter;
    }

    private void SkipSpace()
    {
        while (!IsAtEnd && (char.IsWhiteSpace(Current) || Current == '#'))
            if (Step() == '#')
                while (!IsAtEnd && Current != '\n')
                    Step();
    }

    private string ReadWhile(Func<char, bool> belongs)
    {
        var from = at;
        while (!IsAtEnd && belongs(Current))
            Step();
        return text[from..at];
    }

    // Whether it is a number is found out when it is read as one.
    private string ReadNumber()
    {
        var from = at;
        while (!IsAtEnd && (IsOfWord(Current) || Current == '.' || (Current is '+' or '-' && text[at - 1] is 'e' or 'E'
            && !text.AsSpan(from, at - from).StartsWith("0x", StringComparison.OrdinalIgnoreCase))))
            Step();
        return text[from..at];
    }

    // Gathered as UTF-8, of which an escape is a byte: é may be written \303\251.
    private string ReadText()
    {
        var (fromLine, fromColumn) = (line, column);
        var quote = Step();
        var bytes = new List<byte>();
        while (true)
        {
            if (IsAtEnd || Current == '\n')
                throw Error(fromLine, fromColumn, "received text without an end", $"a closing {quote} on the same line");
            var letter = Step();
            if (letter == quote)
                return Encoding.UTF8.GetString(CollectionsMarshal.AsSpan(bytes));
            if (letter == '\\')
                ReadEscape(bytes);
            else if (char.IsHighSurrogate(letter) && char.IsLowSurrogate(Current))
                bytes.AddRange(Encoding.UTF8.GetBytes([letter, Step()]));
            else
                bytes.AddRange(Encoding.UTF8.GetBytes([letter]));
        }
    }

    private void ReadEscape(List<byte> bytes)
    {
        var (fromLine, fromColumn) = (line, column - 1);
        var letter = IsAtEnd ? '\0' : Step();
        if (Escapes.IndexOf(letter) is var index and >= 0)
            bytes.Add((byte)Escaped[index]);
        else if (letter is >= '0' and <= '7')
            bytes.Add((byte)Code(letter.ToString(), 3, 8, byte.MaxValue, fromLine, fromColumn));
        else if (letter is 'x' or 'X')
            bytes.Add((byte)Code("", 2, 16, byte.MaxValue, fromLine, fromColumn));
        else if (letter is 'u' or 'U')
            bytes.AddRange(Encoding.UTF8.GetBytes(
                new Rune(Code("", letter == 'u' ? 4 : 8, 16, 0x10FFFF, fromLine, fromColumn)).ToString()));
        else
            throw Error(fromLine, fromColumn, $"received the escape \\{Printable(letter)}",
                "\\n \\r \\t \\a \\b \\f \\v \\\\ \\' \\\" \\?, \\ and octal digits, \\x, \\u or \\U and hexadecimal digits");
    }

    private int Code(string digits, int most, int radix, int largest, int fromLine, int fromColumn)
    {
        while (digits.Length < most && char.IsAsciiHexDigit(Current) && (radix == 16 || Current is >= '0' and <= '7'))
            digits += Step();
        var code = digits.Aggregate(0L, (sum, digit) => sum * radix + int.Parse([digit], NumberStyles.HexNumber));
        return digits.Length > 0 && code <= largest && (largest == byte.MaxValue || Rune.IsValid((int)code))
            ? (int)code
            : throw Error(fromLine, fromColumn, "received an escape without the number of a character",
                "such as \\x41 or \\101");
    }
}
