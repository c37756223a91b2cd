#:project Harness/Harness.csproj
#:package System.CommandLine
#:property PublishAot=false

// Times the nets of benchmarks/nets in NeuralFramework, PyTorch and TorchSharp, interleaved in rounds, and prints the
// table. Run: dotnet run benchmarks/compare.cs [-- --rounds 3 --nets mlp,vgg]. See benchmarks/README.md.
using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text;
using NeuralFramework.Benchmarks;

// A row for each net; what a row of one's own takes is said in README.md. The goals are for 2 threads.
Case[] allCases =
[
    new("mlp", "mlp", 100, 300, 0.85),
    new("mlp3", "mlp3", 128, 100, 5.0),
    new("cifar10_quick", "cifar10_quick", 100, 30, 32),
    new("vgg", "vgg", 64, 10, 165),
    new("lstm", "lstm", 64, 30, 28) { Steps = 32 },
    new("cifar10_quick inference", "cifar10_quick", 100, 60, 13) { Inference = true },
    new("cifar10_quick inference", "cifar10_quick", 1, 1000, 0.15) { Inference = true },
];

var rounds = new Option<int>("--rounds")
{
    Description = "How many rounds",
    DefaultValueFactory = _ => 5,
    HelpName = "N",
};
var nets = new Option<string?>("--nets")
{
    Description = "The nets, with commas between; without it, all",
    HelpName = "A,B",
};
var threads = new Option<int>("--threads")
{
    Description = "How many threads each contender has",
    DefaultValueFactory = _ => 2,
    HelpName = "N",
};
var through = new Option<string>("--through")
{
    Description = "Words before each command: 'chrt -r 50' (as root) keeps other programs off the processors",
    DefaultValueFactory = _ => "",
    HelpName = "COMMAND",
};
var pause = new Option<double>("--pause") { Description = "Seconds between two runs", HelpName = "SECONDS" };
var command = new RootCommand("Times nets in NeuralFramework, PyTorch and TorchSharp")
{
    rounds, nets, threads, through, pause,
};
command.SetAction(Compare);
return command.Parse(args).Invoke();

int Compare(ParseResult parsed)
{
    Console.OutputEncoding = Encoding.UTF8;
    var wanted = parsed.GetValue(nets)?.Split(',');
    var unknown = (wanted ?? []).Except(allCases.Select(row => row.Net)).ToList();
    if (unknown.Count > 0)
    {
        Console.Error.WriteLine($"--nets: received {string.Join(", ", unknown)}, allowed: "
            + string.Join(", ", allCases.Select(row => row.Net).Distinct()));
        return 2;
    }
    var threadCount = parsed.GetValue(threads);
    var repository = new Repository((string)AppContext.GetData("EntryPointFileDirectoryPath")!);
    var circumstances = repository.Circumstances();
    Console.Error.WriteLine("building ...");
    var ours = Ours(repository, threadCount).ToList();
    Contender[] peers = [.. PyTorch(repository, threadCount), TorchSharp(repository, threadCount)];
    var cases = allCases.Where(row => wanted is null || wanted.Contains(row.Net)).ToList();
    var comparison = new Comparison(cases, [.. ours, .. peers], ours);
    var prefix = parsed.GetValue(through)!.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    comparison.Run(parsed.GetValue(rounds), prefix, TimeSpan.FromSeconds(parsed.GetValue(pause)),
        Console.Error.WriteLine);

    var report = $"""
        {circumstances}; {parsed.GetValue(rounds)} rounds on {threadCount} threads{Through(prefix)}.

        {comparison.Report()}
        """;
    Console.WriteLine(report);
    // A part of the rows must not take the place of all.
    if (wanted is null)
        File.WriteAllText(repository.PathOf("results.md"), $"""
            # Results

            Made by `dotnet run benchmarks/compare.cs`: see [README.md](README.md).

            {report}
            """);
    return 0;
}

static string Through(string[] prefix) => prefix.Length == 0 ? "" : $", through `{string.Join(' ', prefix)}`";

static IEnumerable<Contender> Ours(Repository repository, int threads)
{
    var program = repository.BuildNf();
    return new[] { "managed", "mkl" }.Select(engine => new Contender($"nf {engine}", row => new Launch(program, "time",
        repository.PathOf("nets", $"{row.Net}.json"), "--phase", row.Inference ? "deploy" : "train",
        "--batch", $"{row.Rows}", "--iterations", $"{row.Iterations}", "--blas", engine, "--threads", $"{threads}",
        "--warm-up", "3", "--json")));
}

static IEnumerable<Contender> PyTorch(Repository repository, int threads)
{
    // Debian's PyTorch loads the OpenBLAS that the system has. With the usual one, of POSIX threads, two pools of
    // threads get in each other's way.
    const string OneThreadPool = "/usr/lib/x86_64-linux-gnu/openblas-openmp";
    var environment = TorchEnvironment(threads);
    if (Directory.Exists(OneThreadPool))
        environment["LD_LIBRARY_PATH"] = OneThreadPool;
    var note = Directory.Exists(OneThreadPool) ? null
        : $"{OneThreadPool} is missing; Debian's python3-torch without libopenblas0-openmp can be 2 to 5 times slower";
    var python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
    yield return new Contender("PyTorch", row => Start(row)) { Note = note };
    yield return new Contender("PyTorch channels_last", row => Start(row, "--channels-last"))
    {
        Takes = row => row.Net is "cifar10_quick" or "vgg",
    };

    Launch Start(Case row, params string[] more)
    {
        string[] inference = row.Inference ? ["--inference"] : [];
        return new Launch(python, [repository.PathOf("pytorch.py"), row.Net, "--batch", $"{row.Rows}",
            "--iterations", $"{row.Iterations}", "--threads", $"{threads}", .. inference, .. more])
        {
            Environment = environment,
        };
    }
}

static Contender TorchSharp(Repository repository, int threads)
{
    const string Needed = "GLIBCXX_3.4.32";
    if (OperatingSystem.IsLinux() && !StandardLibraryHas(Needed))
        return new Contender("TorchSharp", _ => throw new LaunchException("not built"))
        {
            Missing = $"version 0.107 needs {Needed}, which this system's libstdc++.so.6 lacks (Debian 12 has 3.4.30)",
        };
    try
    {
        var program = repository.Build(Path.Combine("benchmarks", "torchsharp"), "torchsharp.dll");
        return new Contender("TorchSharp", row => new Launch("dotnet", program, row.Net, $"{row.Rows}",
            $"{row.Iterations}", $"{threads}", row.Inference ? "inference" : "training")
        {
            Environment = TorchEnvironment(threads),
        });
    }
    catch (LaunchException error)
    {
        return new Contender("TorchSharp", _ => throw error) { Missing = error.Message };
    }
}

static Dictionary<string, string> TorchEnvironment(int threads)
{
    const string Never = "100000000000";
    return new Dictionary<string, string>
    {
        ["OMP_NUM_THREADS"] = $"{threads}",
        // Else glibc returns the pages of big buffers, and each step faults them in again.
        ["MALLOC_TRIM_THRESHOLD_"] = Never,
        ["MALLOC_MMAP_THRESHOLD_"] = Never,
    };
}

// Looked for in the file that the loader finds, $LD_LIBRARY_PATH included.
static bool StandardLibraryHas(string version)
{
    if (!NativeLibrary.TryLoad("libstdc++.so.6", out _))
        return false;
    var map = File.ReadLines("/proc/self/maps").First(line => line.Contains("libstdc++.so", StringComparison.Ordinal));
    var library = File.ReadAllBytes(map[map.IndexOf('/')..]);
    return library.AsSpan().IndexOf(Encoding.ASCII.GetBytes($"{version}\0")) >= 0;
}
