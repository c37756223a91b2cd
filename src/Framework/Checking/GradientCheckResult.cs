using System.Globalization;

namespace NeuralFramework;

/// <summary>One element whose analytic gradient was compared with differences of the objective.</summary>
/// <param name="Blob">The parameter or input.</param>
/// <param name="Index">The element's place in it, from 0.</param>
/// <param name="Analytic">∂objective/∂element as the backward pass computes it.</param>
/// <param name="Numeric">The same by central differences.</param>
/// <param name="RelativeError">|analytic − numeric| / max(|analytic|, |numeric|, floor); the floor is a thousandth of
/// the largest analytic gradient of the blob, at least 1e-6 (in float a tenth, at least 1e-3).</param>
public readonly record struct GradientElement(string Blob, int Index, double Analytic, double Numeric, double RelativeError)
{
    /// <summary>Such as <c>fc1/0[17]: analytic 0.25, numeric 0.5, relative error 5.0e-01</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Blob}[{Index}]: analytic {Analytic:G9}, numeric {Numeric:G9}, relative error {RelativeError:0.0e+00}");
}

/// <summary>What the check of one parameter or input found.</summary>
/// <param name="Name">The parameter or input.</param>
/// <param name="Layer">The layer that has the parameter or reads the input; the layer checked, for one alone.</param>
/// <param name="Shape">Its extents.</param>
/// <param name="Checked">How many elements were compared.</param>
/// <param name="Skipped">How many were left out because the objective has a kink there.</param>
/// <param name="Worst">The element with the largest relative error; null when none was compared.</param>
public sealed record GradientCheckRow(string Name, string Layer, Shape Shape, int Checked, int Skipped, GradientElement? Worst);

/// <summary>The outcome of a gradient check: every element that fails, and every one that was skipped.</summary>
public sealed class GradientCheckResult
{
    // A report with thousands of wrong elements hides what it says.
    private const int ElementsInReport = 10;

    internal GradientCheckResult(double tolerance, IReadOnlyList<GradientCheckRow> rows,
        IReadOnlyList<GradientElement> failures, IReadOnlyList<GradientElement> skipped) =>
        (Tolerance, Rows, Failures, Skipped) = (tolerance, rows, failures, skipped);

    /// <summary>The largest relative error that passes.</summary>
    public double Tolerance { get; }

    /// <summary>A row for each parameter and input.</summary>
    public IReadOnlyList<GradientCheckRow> Rows { get; }

    /// <summary>Every element that fails.</summary>
    public IReadOnlyList<GradientElement> Failures { get; }

    /// <summary>Every element that was skipped: the objective has a kink within the step, so it has no gradient to
    /// compare with.</summary>
    public IReadOnlyList<GradientElement> Skipped { get; }

    /// <summary>How many elements were compared.</summary>
    public int Checked => Rows.Sum(row => row.Checked);

    /// <summary>The largest relative error of the elements compared.</summary>
    public double MaxRelativeError => Rows.Max(row => row.Worst?.RelativeError) ?? 0;

    /// <summary>Whether no element fails, and of every blob at least one was compared: one whose elements all sit on
    /// kinks has not been checked.</summary>
    public bool Passed =>
        Failures.Count == 0 && Checked > 0 && Rows.All(row => row.Checked > 0 || row.Skipped == 0);

    /// <summary>The outcome for people: a line for each blob, then the elements that fail.</summary>
    public override string ToString()
    {
        var lines = new List<string>
        {
            string.Create(CultureInfo.InvariantCulture, $"{(Passed ? "passed" : "FAILED")}: {Checked} elements compared, "
                + $"{Failures.Count} wrong, {Skipped.Count} skipped at kinks, largest relative error {MaxRelativeError:0.0e+00} "
                + $"(allowed {Tolerance:0.0e+00})"),
        };
        lines.AddRange(Rows.Select(row => $"  {row.Name} ({row.Shape}): {row.Checked} compared, {row.Skipped} skipped"
            + (row.Worst is { } worst ? $"; worst {worst}" : "")));
        if (Checked == 0)
            lines.Add("  nothing was compared: there is no gradient to check, or every element sits on a kink");
        AddElements("wrong", Failures);
        AddElements("skipped, a kink is within the step", Skipped);
        return string.Join(Environment.NewLine, lines);

        void AddElements(string title, IReadOnlyList<GradientElement> elements)
        {
            if (elements.Count > 0)
                lines.Add($"  {title}:");
            lines.AddRange(elements.Take(ElementsInReport).Select(element => $"    {element}"));
            if (elements.Count > ElementsInReport)
                lines.Add($"    and {elements.Count - ElementsInReport} more");
        }
    }
}
