using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace NeuralFramework.Benchmarks;

/// <summary>10⁹ operations a second.</summary>
internal sealed class GigaflopsColumn : IColumn
{
    public string Id => ColumnName;

    public string ColumnName => "GFLOPS";

    public string Legend => "10⁹ multiplications and additions a second, from the median";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        GetValue(summary, benchmarkCase, summary.Style);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        var shape = (GemmShape)benchmarkCase.Parameters[nameof(GemmBenchmark.Shape)];
        // Nanoseconds, so that the quotient is in 10⁹ a second.
        return summary[benchmarkCase]?.ResultStatistics is { } statistics
            ? (shape.Operations / statistics.Median).ToString("0.0", CultureInfo.InvariantCulture)
            : "–";
    }
}
