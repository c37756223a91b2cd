using System.Globalization;
using System.Net;

namespace NeuralFramework.Reporting;

/// <summary>Text and numbers as a page has them.</summary>
internal static class Html
{
    private const int LongestFact = 40;

    public static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A coordinate.</summary>
    public static string At(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>Four digits that count.</summary>
    public static string Number(double? value) => value switch
    {
        null => "–",
        { } number when !double.IsFinite(number) => number.ToString(CultureInfo.InvariantCulture),
        { } number when number != 0 && Math.Abs(number) is < 0.001 or >= 1e6 =>
            number.ToString("0.###e+0", CultureInfo.InvariantCulture),
        { } number => number.ToString("0.####", CultureInfo.InvariantCulture),
    };

    public static string Whole(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Percent(double? share) => share is { } value
        ? (value * 100).ToString("0.00", CultureInfo.InvariantCulture) + "\u00a0%" : "–";

    public static string Time(double seconds) => seconds switch
    {
        < 60 => seconds.ToString("0.0", CultureInfo.InvariantCulture) + " s",
        < 3600 => $"{(int)seconds / 60} min {(int)seconds % 60:00} s",
        _ => $"{(int)seconds / 3600} h {(int)seconds / 60 % 60:00} min",
    };

    /// <summary>A list of terms and what they are.</summary>
    public static string Facts(IEnumerable<(string Term, string Html)> facts) => "<dl class=\"facts\">"
        + string.Concat(facts.Select(fact => $"<div{(fact.Html.Length > LongestFact ? " class=\"wide\"" : "")}><dt>{Text(fact.Term)}</dt><dd>{fact.Html}</dd></div>")) + "</dl>";

    /// <summary>A table; numbers stand right, the first column is the rows' head.</summary>
    /// <param name="caption">What it shows.</param>
    /// <param name="columns">The heads.</param>
    /// <param name="rows">The cells, HTML.</param>
    public static string Table(string caption, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows) =>
        $"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{Text(caption)}\"><table>"
        + $"<caption>{Text(caption)}</caption><thead><tr>"
        + string.Concat(columns.Select(column => $"<th scope=\"col\">{Text(column)}</th>")) + "</tr></thead><tbody>"
        + string.Concat(rows.Select(row => $"<tr><th scope=\"row\">{row[0]}</th>"
            + string.Concat(row.Skip(1).Select(cell => $"<td>{cell}</td>")) + "</tr>"))
        + "</tbody></table></div>";

    public static string Section(string id, string heading, string content) =>
        $"<section id=\"{id}\" aria-labelledby=\"{id}-h\"><h2 id=\"{id}-h\">{Text(heading)}</h2>{content}</section>";

    public static string Note(string html) => $"<p class=\"note\">{html}</p>";

    public static string Details(string summary, string content) =>
        $"<details><summary>{Text(summary)}</summary>{content}</details>";
}
