using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace NeuralFramework.Benchmarks;

/// <summary>The matrix product in float, by every backend that loads here.</summary>
[Config(typeof(Settings))]
public class GemmBenchmark
{
    private float[] a = [];
    private float[] b = [];
    private float[] c = [];

    /// <summary>The products of the nets of issue 7: a fully connected layer, a square, three convolutions.</summary>
    public static IEnumerable<GemmShape> Shapes =>
        [new(100, 100, 3072), new(512, 512, 512), new(32, 1024, 75), new(32, 256, 800), new(64, 6400, 800)];

    /// <summary>The backends that load here.</summary>
    public static IEnumerable<string> Backends =>
        BlasBackends.Probe().Where(probe => probe.Available).Select(probe => probe.Name);

    /// <summary>M, N and K.</summary>
    [ParamsSource(nameof(Shapes))]
    public GemmShape Shape { get; set; } = null!;

    /// <summary>Who multiplies.</summary>
    [ParamsSource(nameof(Backends))]
    public string Backend { get; set; } = "";

    /// <summary>Draws the matrices.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        Blas.Use(Backend);
        var random = new Random(1);
        a = Draw(random, Shape.M * Shape.K);
        b = Draw(random, Shape.K * Shape.N);
        c = new float[Shape.M * Shape.N];
    }

    /// <summary>C ← A·B.</summary>
    [Benchmark]
    public void Gemm() => Blas.Gemm<float>(false, false, Shape.M, Shape.N, Shape.K, 1, a, b, 0, c);

    private static float[] Draw(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];

    private sealed class Settings : ManualConfig
    {
        // In this process: a generated project of its own would be built under the repository's rules for warnings.
        // Short iterations: each has tens of products or more, and the machine is held for a minute in all.
        public Settings() => AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
            .WithIterationTime(TimeInterval.FromMilliseconds(100)).WithWarmupCount(8).WithIterationCount(12))
            .AddColumn(new GigaflopsColumn()).HideColumns(Column.Error, Column.StdDev);
    }
}
