#:project Harness/Harness.csproj
#:package System.CommandLine
#:package ScottPlot
#:package SkiaSharp
#:package SkiaSharp.HarfBuzz
#:package SkiaSharp.NativeAssets.Linux.NoDependencies
#:package HarfBuzzSharp.NativeAssets.Linux
#:property PublishAot=false

// How the time of a training step grows with batch, width and threads: a table and a plot, growth.md, growth_batch.svg
// and growth_width.svg. Run: dotnet run benchmarks/growth.cs. See benchmarks/README.md.
using System.CommandLine;
using System.Globalization;
using System.Text;
using NeuralFramework.Benchmarks;
using ScottPlot;
using ScottPlot.TickGenerators;

int[] batches = [1, 4, 16, 64, 256, 1024];
int[] widths = [1, 2, 4, 8];
int[] threads = [1, 2];
// The width of the first layer of mlp.
const int OneWidth = 100;

var blas = new Option<string>("--blas")
{
    Description = "The matrix engine",
    DefaultValueFactory = _ => "managed",
    HelpName = "NAME",
};
var through = new Option<string>("--through")
{
    Description = "Words before each command, such as 'chrt -r 50'",
    DefaultValueFactory = _ => "",
    HelpName = "COMMAND",
};
var command = new RootCommand("Times nets while their batch and width grow") { blas, through };
command.SetAction(Measure);
return command.Parse(args).Invoke();

int Measure(ParseResult parsed)
{
    Console.OutputEncoding = Encoding.UTF8;
    var repository = new Repository((string)AppContext.GetData("EntryPointFileDirectoryPath")!);
    var circumstances = repository.Circumstances();
    Console.Error.WriteLine("building ...");
    var nf = repository.BuildNf();
    var batch = new Growth("Batch", "batch", [.. from net in (string[])["mlp", "cifar10_quick"] from count in threads
        select Line(net, count, batches, size => ["--batch", $"{size}", "--iterations", $"{StepsFor(size)}"])]);
    var width = new Growth("Width of mlp's hidden layer, in times 100", "width", [.. from count in threads
        select Line("mlp", count, widths, times => ["--set", $"layers.fc1.num_output={times * OneWidth}"])]);

    var report = $"""
        {circumstances}; engine {parsed.GetValue(blas)}.

        Milliseconds of a training step, the median of the steps; in brackets its growth over the row above, divided by
        that of the extent: 1 is in proportion, less is cheaper.

        ## {batch.Title}

        {batch.Table()}
        ![time over batch](growth_batch.svg)

        ## {width.Title}

        {width.Table()}
        ![time over width](growth_width.svg)

        """;
    Console.WriteLine(report);
    File.WriteAllText(repository.PathOf("growth.md"), $"""
        # How cost grows

        Made by `dotnet run benchmarks/growth.cs`: see [README.md](README.md).

        {report}
        """);
    Draw(batch, repository.PathOf("growth_batch.svg"));
    Draw(width, repository.PathOf("growth_width.svg"));
    return 0;

    GrowthLine Line(string net, int threadCount, int[] extents, Func<int, string[]> options) =>
        new($"{net}, {threadCount} thread{(threadCount == 1 ? "" : "s")}",
            [.. extents.Select(extent => (extent, Time(net, threadCount, options(extent))))]);

    double Time(string net, int threadCount, string[] options)
    {
        Console.Error.WriteLine($"{net}: {string.Join(' ', options)} --threads {threadCount}");
        var launch = new Launch(nf, ["time", repository.PathOf("nets", $"{net}.json"), .. options,
            "--blas", parsed.GetValue(blas)!, "--threads", $"{threadCount}", "--warm-up", "3", "--json"]);
        var (result, _) = launch.Run(parsed.GetValue(through)!.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return (double)result["total_ms"]!;
    }
}

static int StepsFor(int batch) => Math.Clamp(3000 / batch, 10, 300);

// Both axes are logarithmic, so that growth in proportion is a slope of 1.
static void Draw(Growth growth, string path)
{
    using var plot = new Plot();
    foreach (var line in growth.Lines)
    {
        double[] x = [.. line.Points.Select(point => Math.Log10(point.Extent))];
        double[] y = [.. line.Points.Select(point => Math.Log10(point.Ms))];
        plot.Add.Scatter(x, y).LegendText = line.Title;
    }
    var extents = growth.Lines[0].Points.Select(point => point.Extent).ToList();
    plot.Axes.Bottom.TickGenerator = new NumericManual([.. extents.Select(extent => Math.Log10(extent))],
        [.. extents.Select(extent => $"{extent}")]);
    plot.Axes.Left.TickGenerator = new NumericAutomatic
    {
        IntegerTicksOnly = true,
        MinorTickGenerator = new LogMinorTickGenerator(),
        LabelFormatter = power => Math.Pow(10, power).ToString("0.###", CultureInfo.InvariantCulture),
    };
    plot.XLabel(growth.Unit);
    plot.YLabel("ms a step");
    plot.ShowLegend(Alignment.UpperLeft);
    plot.SaveSvg(path, 700, 450);
}
