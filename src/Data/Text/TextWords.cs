using System.Buffers;
using System.IO.Compression;
using System.Text;

namespace NeuralFramework.Data;

/// <summary>Takes a word of a text, in lower case; an empty one stands for the end of a paragraph. The memory is used
/// again for the next word.</summary>
public delegate void WordSink(ReadOnlySpan<char> word);

/// <summary>
/// Cuts a text in UTF-8 into words: runs of letters, marks and digits, in lower case, with single apostrophes inside
/// (<c>don't</c>). An empty line ends a paragraph. A file whose name ends in <c>.gz</c> is unpacked on the way.
/// </summary>
public sealed class TextWords
{
    private const int ChunkSize = 64 * 1024;

    private readonly string path;
    private readonly WordSink sink;
    private char[] word = new char[64];
    private int length;
    private bool endsInApostrophe;
    private bool lineIsEmpty = true;
    private bool paragraphIsEmpty = true;
    private long position;

    private TextWords(string path, WordSink sink) => (this.path, this.sink) = (path, sink);

    /// <summary>Reads a file.</summary>
    /// <exception cref="DataException">It cannot be read, or is not UTF-8; the message has the position of the
    /// byte.</exception>
    public static void Read(string path, WordSink sink)
    {
        DataFile.SizeOf(path);
        DataFile.Reading(path, file =>
        {
            using var stream = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
                ? new GZipStream(file, CompressionMode.Decompress) : file;
            new TextWords(path, sink).Run(stream);
        });
    }

    private void Run(Stream stream)
    {
        var bytes = new byte[ChunkSize];
        var kept = 0;
        while (true)
        {
            var read = stream.Read(bytes, kept, bytes.Length - kept);
            var used = Take(bytes.AsSpan(0, kept + read), isLast: read == 0);
            kept += read - used;
            if (read == 0)
                break;
            // A character may lie across the border.
            bytes.AsSpan(used, kept).CopyTo(bytes);
        }
        EndWord();
    }

    private int Take(ReadOnlySpan<byte> bytes, bool isLast)
    {
        var at = 0;
        while (at < bytes.Length)
        {
            if (bytes[at] < 0x80)
            {
                TakeAscii((char)bytes[at++]);
                continue;
            }
            var status = Rune.DecodeFromUtf8(bytes[at..], out var rune, out var used);
            if (status == OperationStatus.NeedMoreData && !isLast)
                break;
            if (status != OperationStatus.Done)
                throw new DataException($"{path}: received the byte 0x{bytes[at]:X2} at position {position + at:N0}, allowed: "
                    + "text in UTF-8; another encoding can be changed by: iconv -t UTF-8");
            at += used;
            if (Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune)
                is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark)
                Append(Rune.ToLowerInvariant(rune));
            else if (rune.Value == '’')
                TakeAscii('\'');
            else
                EndWord();
        }
        position += at;
        return at;
    }

    private void TakeAscii(char letter)
    {
        if (char.IsAsciiLetterOrDigit(letter))
            Append(char.ToLowerInvariant(letter));
        else if (letter == '\'' && length > 0 && !endsInApostrophe)
            endsInApostrophe = true;
        else
        {
            EndWord();
            if (letter == '\n')
                EndLine();
        }
    }

    private void Append(Rune rune)
    {
        Span<char> letters = stackalloc char[2];
        foreach (var letter in letters[..rune.EncodeToUtf16(letters)])
            Append(letter);
    }

    private void Append(char letter)
    {
        if (length + 2 > word.Length)
            Array.Resize(ref word, 2 * word.Length);
        if (endsInApostrophe)
            word[length++] = '\'';
        endsInApostrophe = false;
        word[length++] = letter;
    }

    private void EndWord()
    {
        endsInApostrophe = false;
        if (length == 0)
            return;
        sink(word.AsSpan(0, length));
        length = 0;
        lineIsEmpty = paragraphIsEmpty = false;
    }

    private void EndLine()
    {
        if (lineIsEmpty && !paragraphIsEmpty)
        {
            sink([]);
            paragraphIsEmpty = true;
        }
        lineIsEmpty = true;
    }
}
