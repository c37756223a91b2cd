using System.Text;

namespace NeuralFramework.Benchmarks;

/// <summary>Tables that read well on a terminal and in Markdown.</summary>
public static class Markdown
{
    /// <summary>What a cell without a value shows.</summary>
    public const string Nothing = "–";

    /// <summary>A table with columns as wide as their widest cell.</summary>
    /// <param name="rows">The heading first; all of the same length.</param>
    public static string Table(IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Count).Select(column => rows.Max(row => row[column].Length)).ToList();
        var text = new StringBuilder();
        AddRow(rows[0]);
        text.Append('|').AppendJoin('|', widths.Select(width => new string('-', width + 2))).AppendLine("|");
        foreach (var row in rows.Skip(1))
            AddRow(row);
        return text.ToString();

        void AddRow(IReadOnlyList<string> row) => text.Append("| ")
            .AppendJoin(" | ", row.Select((cell, column) => cell.PadRight(widths[column]))).AppendLine(" |");
    }
}
