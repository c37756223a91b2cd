using System.Globalization;
using NeuralFramework.Solvers;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace NeuralFramework.Cli;

/// <summary>What a terminal shows of a training: a bar with the time left, the newest reports and tests, and the course
/// of the loss. It fits 80 columns.</summary>
internal sealed class TrainTable(string model, long maxIter)
{
    private const int Width = 76;
    private const int MostRows = 8;
    private const int LeastName = 8;

    private readonly List<Row> rows = [];
    private readonly List<double> losses = [];

    private sealed record Row(long Iteration)
    {
        public double? Loss { get; init; }
        public double? Regularization { get; init; }
        public double? Rate { get; init; }
        public double? Speed { get; init; }
        public double? TestLoss { get; init; }
        public double? Accuracy { get; init; }
    }

    /// <summary>Adds a report.</summary>
    public void Add(TrainingReport report, double? speed)
    {
        losses.Add(report.DataLoss);
        Add(report.Iteration, row => row with
        {
            Loss = report.DataLoss, Regularization = report.RegularizationLoss, Rate = report.LearningRate, Speed = speed,
        });
    }

    /// <summary>Adds a test; it stands in the line of the report of the same iteration, if there is one.</summary>
    public void Add(TestResult test) =>
        Add(test.Iteration, row => row with { TestLoss = test.Loss, Accuracy = test.Accuracy });

    /// <summary>The picture.</summary>
    /// <param name="iteration">How far it is.</param>
    /// <param name="left">How long it will take.</param>
    public IRenderable Render(long iteration, TimeSpan? left) => new Rows(
        new Text(Status(iteration, left)), Bar(iteration), Table(),
        new Text(losses.Count > 1 ? $" loss {Sparkline.Of(losses, Width - 16)} {Number(losses[^1])}" : ""));

    private void Add(long iteration, Func<Row, Row> change)
    {
        if (rows.Count == 0 || rows[^1].Iteration != iteration)
            rows.Add(new Row(iteration));
        rows[^1] = change(rows[^1]);
        if (rows.Count > MostRows)
            rows.RemoveAt(0);
    }

    // The name has what room is left.
    private string Status(long iteration, TimeSpan? left)
    {
        var share = maxIter > 0 ? (double)iteration / maxIter : 1;
        var status = string.Create(CultureInfo.InvariantCulture,
            $"  {iteration:N0} of {maxIter:N0} iterations, {share * 100:0} %")
            + (left is { } time ? $", {Describe(time)} left" : "");
        var room = Math.Max(LeastName, Width - status.Length);
        return $" {(model.Length > room ? model[..(room - 1)] + "…" : model)}{status}";
    }

    private Markup Bar(long iteration)
    {
        var done = maxIter > 0 ? (int)Math.Clamp(Width * iteration / maxIter, 0, Width) : Width;
        return new Markup($" [green]{new string('━', done)}[/][grey]{new string('─', Width - done)}[/]");
    }

    private Table Table()
    {
        var table = Terminal.NewTable(("iteration", true), ("loss", true), ("R(W)", true), ("test loss", true),
            ("accuracy", true), ("lr", true), ("samples/s", true));
        foreach (var row in rows)
            table.AddRow(row.Iteration.ToString(CultureInfo.InvariantCulture), Number(row.Loss),
                Number(row.Regularization), Number(row.TestLoss),
                row.Accuracy is { } accuracy ? (accuracy * 100).ToString("0.00", CultureInfo.InvariantCulture) + " %" : "",
                row.Rate?.ToString(row.Rate < 0.001 ? "0.##e+0" : "g3", CultureInfo.InvariantCulture) ?? "",
                Speed(row.Speed));
        return table;
    }

    // Seven letters at most, however large.
    private static string Number(double? value) => value is not { } number ? ""
        : number.ToString(Math.Abs(number) switch
        {
            < 10 or double.NaN => "0.0000",
            < 1000 => "0.000",
            _ => "0.#e+0",
        }, CultureInfo.InvariantCulture);

    private static string Speed(double? value) => value switch
    {
        null => "",
        >= 1e6 => (value.Value / 1e6).ToString("0.00", CultureInfo.InvariantCulture) + "M",
        _ => value.Value.ToString("N0", CultureInfo.InvariantCulture),
    };

    private static string Describe(TimeSpan time) => time.TotalHours >= 1
        ? $"{(int)time.TotalHours} h {time.Minutes:00} min" : $"{time:mm\\:ss}";
}
