namespace NeuralFramework.Cli;

/// <summary>Breaks text into lines for a terminal.</summary>
internal static class Lines
{
    /// <summary>Lines of at most <paramref name="width"/> characters, broken between words; a longer word has a line of its
    /// own. Line ends in the text stay.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        foreach (var paragraph in text.ReplaceLineEndings("\n").Split('\n'))
        {
            var line = "";
            foreach (var word in paragraph.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (line.Length > 0 && line.Length + 1 + word.Length > width)
                {
                    yield return line;
                    line = word;
                }
                else
                    line = line.Length > 0 ? $"{line} {word}" : word;
            }
            yield return line;
        }
    }
}
