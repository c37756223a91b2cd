using System.Globalization;
using System.Text;

namespace NeuralFramework.Reporting;

/// <summary>Which classes a net takes for which.</summary>
internal sealed class ClassesSection(ClassEvaluation evaluation, IReadOnlyList<string>? names)
{
    private const int MostClassesOfMatrix = 30;
    private const int MostClassesOfTable = 100;
    private const int MostPairs = 12;

    /// <summary>The section; nothing for a net that does not classify.</summary>
    public static string Of(TrainedRun trained) =>
        trained.Evaluation is { Classes: > 1, Samples: > 0 } evaluation
            ? new ClassesSection(evaluation, trained.ClassNames).ToHtml() : "";

    private string ToHtml() =>
        Html.Section("classes", "Which classes are taken for which",
            $"<p>{Html.Whole(evaluation.Right)} of {Html.Whole(evaluation.Samples)} right: "
            + $"<strong>{Html.Percent((double)evaluation.Right / evaluation.Samples)}</strong></p>"
            + (evaluation.Classes <= MostClassesOfMatrix ? Matrix() : "") + "<div class=\"beside\"><div>"
            + $"<h3>Accuracy of each class</h3>{PerClass()}</div>{Pairs()}</div>") + Mistakes();

    private string NameOf(int number) => names is not null && number >= 0 && number < names.Count ? names[number]
        : number.ToString(CultureInfo.InvariantCulture);

    private int Count(int actual, int predicted) => evaluation.Counts.GetValueOrDefault((actual, predicted));

    private long SamplesOf(int actual) =>
        Enumerable.Range(0, evaluation.Classes).Sum(predicted => (long)Count(actual, predicted));

    private string Matrix()
    {
        var classes = Enumerable.Range(0, evaluation.Classes).ToList();
        var rows = new StringBuilder();
        foreach (var actual in classes)
        {
            var all = Math.Max(1, SamplesOf(actual));
            rows.Append($"<tr><th scope=\"row\">{Html.Text(NameOf(actual))}</th>");
            foreach (var predicted in classes)
            {
                var count = Count(actual, predicted);
                // By the root, so that rare mistakes show at all.
                var heat = Math.Sqrt((double)count / all) * 0.72;
                var kind = actual == predicted ? "r" : count == 0 ? "z" : "";
                rows.Append($"<td{(kind.Length > 0 ? $" class=\"{kind}\"" : "")}"
                    + (count > 0 ? $" style=\"background:rgba(var(--heat),{heat:0.##})\"" : "") + $">{count}</td>");
            }
            rows.Append("</tr>");
        }
        return "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Confusion matrix\">"
            + "<table class=\"matrix\"><caption>Rows: what it is; columns: what the net says</caption><thead><tr><td></td>"
            + string.Concat(classes.Select(c => $"<th scope=\"col\">{Html.Text(NameOf(c))}</th>"))
            + $"</tr></thead><tbody>{rows}</tbody></table></div>";
    }

    private string PerClass()
    {
        var classes = Enumerable.Range(0, evaluation.Classes)
            .Select(actual => (Class: actual, Samples: SamplesOf(actual), Right: Count(actual, actual)))
            .Where(item => item.Samples > 0).ToList();
        var isCut = classes.Count > MostClassesOfTable;
        if (isCut)
            classes = [.. classes.OrderBy(item => (double)item.Right / item.Samples).Take(MostClassesOfTable)];
        return Html.Table(isCut ? $"The {MostClassesOfTable} least accurate of {evaluation.Classes} classes"
                : "Share of the samples of a class that are taken for it",
            ["class", "samples", "right", "accuracy", ""], classes.Select(item => new[]
            {
                Html.Text(NameOf(item.Class)), Html.Whole(item.Samples), Html.Whole(item.Right),
                Html.Percent((double)item.Right / item.Samples),
                $"<span class=\"bar\" style=\"width:{Html.At(90.0 * item.Right / item.Samples)}px\"></span>",
            }));
    }

    private string Pairs()
    {
        var pairs = evaluation.Counts.Where(pair => pair.Key.Actual != pair.Key.Predicted)
            .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(MostPairs).ToList();
        return pairs.Count == 0 ? "" : "<div><h3>The most frequent mistakes</h3>" + Html.Table(
            "How often, and the share of the class", ["it is → the net says", "times", "share"], pairs.Select(pair => new[]
            {
                $"{Html.Text(NameOf(pair.Key.Actual))} → {Html.Text(NameOf(pair.Key.Predicted))}",
                Html.Whole(pair.Value), Html.Percent((double)pair.Value / SamplesOf(pair.Key.Actual)),
            })) + "</div>";
    }

    private string Mistakes()
    {
        var mistakes = evaluation.Mistakes.Where(mistake => mistake.Seen is not null).ToList();
        return mistakes.Count == 0 ? "" : Html.Section("mistakes", "The most confident mistakes",
            $"<ul class=\"pictures\">{string.Concat(mistakes.Select(Picture))}</ul>"
            + Html.Note(evaluation.Kind == ScoreKind.Margins
                ? "With each, how much higher the score of the wrong class was."
                : "With each, the probability that the net gave to the wrong class."));
    }

    private string Picture(Mistake mistake)
    {
        var confidence = evaluation.Kind == ScoreKind.Margins ? "+" + Html.Number(mistake.Confidence)
            : (mistake.Confidence * 100).ToString("0.0", CultureInfo.InvariantCulture) + "\u00a0%";
        var (actual, predicted) = (Html.Text(NameOf(mistake.Actual)), Html.Text(NameOf(mistake.Predicted)));
        return $"<li><figure><img alt=\"Test sample {mistake.Sample}: {actual}\" width=\"96\" height=\"96\" "
            + $"src=\"data:image/png;base64,{Convert.ToBase64String(mistake.Image!.ToPng())}\"><figcaption>"
            + $"{actual}, taken for <b>{predicted}</b> {confidence}</figcaption></figure></li>";
    }
}
