using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text;

namespace NeuralFramework.Embeddings;

/// <summary>
/// Reads and writes word vectors. By the end of the file's name: <c>.bin</c>, word2vec's binary format: a line with the
/// numbers of words and of dimensions, then for each word its letters, a space, and its numbers as little-endian floats;
/// <c>.safetensors</c>: a tensor <c>param/words/0</c>, which a net with a layer <c>words</c> takes by <c>nf train
/// --weights</c>, and the words, a line each, in the metadata; else word2vec's text format: the same line, then a line for
/// each word, in UTF-8.
/// </summary>
public static class WordVectorFile
{
    private const string TensorName = "param/words/0";
    private const string WordsKey = "words";

    private enum Format
    {
        Text,
        Binary,
        SafeTensors,
    }

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <exception cref="DataException">It cannot be written, or a word cannot stand in the format.</exception>
    public static void Save(WordVectors vectors, string path)
    {
        if (vectors.Words.FirstOrDefault(word => word.Length == 0 || word.Any(char.IsWhiteSpace)) is { } wrong)
            throw new DataException($"{path}: received the word '{wrong}', allowed: words without spaces");
        if (FormatOf(path) == Format.SafeTensors)
            SaveTensors(vectors, path);
        else
            AtomicFile.Write(path, file =>
            {
                // Not disposed of: that would close the file.
                var stream = new BufferedStream(file, 1 << 16);
                Write(vectors, stream, FormatOf(path) == Format.Binary);
                stream.Flush();
            });
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="DataException">It is missing, cut short or damaged; the message says where.</exception>
    public static WordVectors Load(string path)
    {
        if (FormatOf(path) == Format.SafeTensors)
            return LoadTensors(path);
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException(error is FileNotFoundException or DirectoryNotFoundException
                ? $"{path}: no such file; allowed: word vectors in the text, binary or safetensors format"
                : $"{path}: cannot be read: {error.Message}", error);
        }
        return new Reader(path, bytes, FormatOf(path) == Format.Binary).Read();
    }

    /// <summary>Reads the vectors that a net has learned from a text: the first rows of the weights of a layer, or the sum of
    /// those of several layers.</summary>
    /// <param name="path">A snapshot or weights file.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="vocabulary">The words of the rows.</param>
    /// <exception cref="DataException">The file is missing or damaged, has no such layer, or too few rows.</exception>
    public static WordVectors LoadFromNet(string path, IReadOnlyList<string> layers, Data.Vocabulary vocabulary)
    {
        var file = SafeTensors.Load(path);
        float[] sum = [];
        var dim = 0;
        foreach (var name in layers.Select(layer => $"param/{layer}/0"))
        {
            if (file.ShapeOf(name) is not { Rank: 2 } shape || shape[0] < vocabulary.Count || (dim > 0 && shape[1] != dim))
                throw new DataException($"{path}: received {(file.ShapeOf(name) is { } found ? $"the shape {found} of '{name}'"
                    : $"no '{name}', but {string.Join(", ", file.Names)}")}, allowed: a row {(dim > 0 ? $"of {dim} numbers " : "")}for "
                    + $"each of the {vocabulary.Count:N0} words of the text");
            dim = shape[1];
            var values = new float[shape.Size];
            file.CopyTo<float>(name, values);
            Array.Resize(ref values, vocabulary.Count * dim);
            if (sum.Length == 0)
                sum = values;
            else
                TensorPrimitives.Add(sum, values, sum);
        }
        return new WordVectors(vocabulary.Words, dim, sum);
    }

    private static Format FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".bin" => Format.Binary,
        ".safetensors" => Format.SafeTensors,
        _ => Format.Text,
    };

    private static void Write(WordVectors vectors, Stream stream, bool isBinary)
    {
        stream.Write(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{vectors.Words.Count} {vectors.Dim}\n")));
        for (var i = 0; i < vectors.Words.Count; i++)
        {
            stream.Write(Encoding.UTF8.GetBytes(vectors.Words[i]));
            if (isBinary)
            {
                stream.WriteByte((byte)' ');
                stream.Write(MemoryMarshal.AsBytes(vectors[i]));
            }
            else
                foreach (var value in vectors[i])
                    stream.Write(Encoding.UTF8.GetBytes(FormattableString.Invariant($" {value:R}")));
            stream.WriteByte((byte)'\n');
        }
    }

    private static void SaveTensors(WordVectors vectors, string path)
    {
        var file = new SafeTensors();
        file.Add(TensorName, [vectors.Words.Count, vectors.Dim], vectors.Values);
        file.Metadata[WordsKey] = string.Join('\n', vectors.Words);
        file.Save(path);
    }

    private static WordVectors LoadTensors(string path)
    {
        var file = SafeTensors.Load(path);
        if (file.ShapeOf(TensorName) is not { Rank: 2 } shape || !file.Metadata.TryGetValue(WordsKey, out var text))
            throw new DataException($"{path}: received a safetensors file without the tensor '{TensorName}' or the metadata "
                + $"'{WordsKey}', allowed: word vectors, as nf embed writes them");
        var words = text.Split('\n');
        if (words.Length != shape[0])
            throw new DataException($"{path}: received {words.Length:N0} words for the tensor of {shape}, allowed: {shape[0]:N0}");
        var values = new float[shape.Size];
        file.CopyTo<float>(TensorName, values);
        return new WordVectors(words, shape[1], values);
    }

    /// <summary>Reads the text and binary formats.</summary>
    private sealed class Reader(string path, byte[] bytes, bool isBinary)
    {
        private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);
        private int at;

        public WordVectors Read()
        {
            var header = Line();
            var numbers = header.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            // A word takes 2 bytes or more: what a damaged header asks for is refused before memory is.
            if (numbers.Length != 2 || !int.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                || !int.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out var dim) || count < 1 || dim < 1
                || (long)count * dim > bytes.Length || (long)count * dim > int.MaxValue)
                throw new DataException($"{path}: received '{Shortened(header)}' as its first line, allowed: the number of words "
                    + $"and of dimensions, as '20000 100', and as many vectors in its {bytes.Length:N0} bytes");
            var words = new string[count];
            var values = new float[count * dim];
            for (var i = 0; i < count; i++)
            {
                words[i] = Word(i, count);
                var row = values.AsSpan(i * dim, dim);
                if (isBinary)
                    ReadBinary(row, words[i], i, count);
                else
                    ReadText(row, words[i], i, count);
            }
            while (at < bytes.Length && bytes[at] is (byte)'\n' or (byte)'\r')
                at++;
            if (at < bytes.Length)
                throw new DataException($"{path}: received {bytes.Length - at:N0} bytes behind the last of {count:N0} words, "
                    + "allowed: none");
            return new WordVectors(words, dim, values);
        }

        private string Line()
        {
            var length = bytes.AsSpan(at).IndexOf((byte)'\n');
            var line = Text(length < 0 ? bytes.Length - at : length).TrimEnd('\r');
            at = Math.Min(bytes.Length, at + 1);
            return line;
        }

        private string Word(int number, int count)
        {
            while (at < bytes.Length && bytes[at] is (byte)'\n' or (byte)'\r')
                at++;
            var length = bytes.AsSpan(at).IndexOf((byte)' ');
            if (length < 0)
                throw CutShort(number, count, "");
            var word = Text(length);
            at++;
            return word;
        }

        private string Text(int length)
        {
            try
            {
                var text = Utf8.GetString(bytes, at, length);
                at += length;
                return text;
            }
            catch (DecoderFallbackException error)
            {
                throw new DataException($"{path}: received bytes at position {at + error.Index:N0} that are no text, allowed: UTF-8"
                    + (isBinary ? "" : "; the binary format is read from files named .bin"), error);
            }
        }

        private void ReadBinary(Span<float> row, string word, int number, int count)
        {
            if (bytes.Length - at < row.Length * sizeof(float))
                throw CutShort(number, count, word);
            MemoryMarshal.Cast<byte, float>(bytes.AsSpan(at, row.Length * sizeof(float))).CopyTo(row);
            at += row.Length * sizeof(float);
        }

        private void ReadText(Span<float> row, string word, int number, int count)
        {
            var end = bytes.AsSpan(at).IndexOf((byte)'\n');
            var line = bytes.AsSpan(at, end < 0 ? bytes.Length - at : end);
            var found = 0;
            foreach (var range in line.SplitAny(" \r"u8))
            {
                var text = line[range];
                if (text.IsEmpty)
                    continue;
                if (found < row.Length && float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out row[found]))
                {
                    found++;
                    continue;
                }
                throw new DataException($"{path}: word {number + 1:N0} of {count:N0}, '{Shortened(word)}': received "
                    + (found < row.Length ? $"'{Shortened(Encoding.UTF8.GetString(text))}' as number {found + 1}"
                        : $"more than {row.Length} numbers")
                    + $", allowed: {row.Length} numbers");
            }
            // The last number of a file cut short may be cut, too: only a line that ends is whole.
            if (found < row.Length || end < 0)
                throw CutShort(number, count, word);
            at += line.Length;
        }

        private DataException CutShort(int number, int count, string word) =>
            new($"{path}: ends inside word {number + 1:N0} of {count:N0}" + (word.Length > 0 ? $", '{Shortened(word)}'" : "")
                + $", at byte {bytes.Length:N0}; allowed: a whole file");

        private static string Shortened(string text) => text.Length <= 40 ? text : text[..40] + "…";
    }
}
