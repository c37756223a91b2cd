namespace NeuralFramework.Reporting;

/// <summary>A line of a plot.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Values">One at each of 0, 1, 2 …; those that are not finite or, on a logarithmic axis, not positive
/// leave a gap.</param>
public sealed record PlotLine(string Name, IReadOnlyList<double> Values);

/// <summary>Lines over a common axis.</summary>
/// <param name="Title">What is shown.</param>
/// <param name="AcrossName">What the horizontal axis counts.</param>
/// <param name="Lines">The lines.</param>
/// <param name="IsLogarithmic">Whether the same distance up is the same ratio.</param>
public sealed record PlotPanel(string Title, string AcrossName, IReadOnlyList<PlotLine> Lines, bool IsLogarithmic);
