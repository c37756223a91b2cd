using System.Text;

namespace NeuralFramework.Tests;

/// <summary>A text in which words of a kind stand in the same places: fruits are eaten, animals run, cities are
/// visited.</summary>
internal static class SmallText
{
    public static readonly string[][] Kinds =
    [
        ["apple", "pear", "plum", "cherry"], ["horse", "dog", "fox", "hare"], ["paris", "rome", "vienna", "lisbon"],
    ];

    private static readonly string[][] Around =
    [
        ["they", "eat", "sweet", "{0}", "from", "ripe", "trees"], ["the", "quick", "{0}", "runs", "over", "wide", "fields"],
        ["we", "travel", "to", "{0}", "by", "night", "train"],
    ];

    /// <summary>Sentences of such words, a paragraph each; the same for the same number.</summary>
    public static string Create(int sentences = 600)
    {
        var random = RandomStream.Create(1, "text");
        var text = new StringBuilder();
        for (var i = 0; i < sentences; i++)
        {
            var kind = random.Next(Kinds.Length);
            text.Append(string.Format(string.Join(' ', Around[kind]), Kinds[kind][random.Next(Kinds[kind].Length)])).Append(".\n\n");
        }
        return text.ToString();
    }
}
