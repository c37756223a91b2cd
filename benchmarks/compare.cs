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
    new("cifar10_quick inference", "cifar10_quick", 100, 60, 13) { Inference = true },
    new("cifar10_quick inference", "cifar10_quick", 1, 1000, 0.15) { Inference = true },
];

var rounds = new Option<int>("--rounds") { Description = "How many rounds", DefaultValueFactory = _ => 5, HelpName = "N" };
var nets = new Option<string?>("--nets") { Description = "The nets, with commas between; without it, all", HelpName = "A,B" };
var threads = new Option<int>("--threads") { Description = "How many threads each contender has", DefaultValueFactory = _ => 2, HelpName = "N" };
var through = new Option<string>("--through")
{
    Description = "Words before each command: 'chrt -r 50' (as root) keeps other programs off the processors",
    DefaultValueFactory = _ => "",
    HelpName = "COMMAND",
};
var pause = new Option<double>("--pause") { Description = "Seconds between two runs", HelpName = "SECONDS" };
var command = new RootCommand("Times nets in NeuralFramework, PyTorch and TorchSharp") { rounds, nets, threads, through, pause };
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
    var repository = new Repository((string)AppContext.GetData("EntryPointFileDirectoryPath")!);
    var circumstances = repository.Circumstances();
    Console.Error.WriteLine("building ...");
    var ours = Ours(repository, parsed.GetValue(threads)).ToList();
    Contender[] peers = [.. PyTorch(repository, parsed.GetValue(threads)), TorchSharp(repository, parsed.GetValue(threads))];
    var cases = allCases.Where(row => wanted is null || wanted.Contains(row.Net)).ToList();
    var comparison = new Comparison(cases, [.. ours, .. peers], ours);
    comparison.Run(parsed.GetValue(rounds), parsed.GetValue(through)!.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        TimeSpan.FromSeconds(parsed.GetValue(pause)), Console.Error.WriteLine);

    var report = $"{circumstances}; {parsed.GetValue(rounds)} rounds on {parsed.GetValue(threads)} threads.\n\n{comparison.Report()}";
    Console.WriteLine(report);
    // A part of the rows must not take the place of all.
    if (wanted is null)
        File.WriteAllText(repository.PathOf("results.md"), $"# Results\n\nMade by `dotnet run benchmarks/compare.cs`: see [README.md](README.md).\n\n{report}");
    return 0;
}

static IEnumerable<Contender> Ours(Repository repository, int threads)
{
    var program = repository.BuildNf();
    return new[] { "managed", "mkl" }.Select(engine => new Contender($"nf {engine}", row => new Launch(program, "time",
        repository.PathOf("nets", $"{row.Net}.json"), "--batch", $"{row.Batch}", "--iterations", $"{row.Iterations}",
        "--phase", row.Inference ? "deploy" : "train", "--blas", engine, "--threads", $"{threads}", "--json")));
}

static IEnumerable<Contender> PyTorch(Repository repository, int threads)
{
    // Debian's PyTorch loads the OpenBLAS that the system has. With the usual one, of POSIX threads, two pools of
    // threads get in each other's way.
    const string OneThreadPool = "/usr/lib/x86_64-linux-gnu/openblas-openmp";
    const string Never = "100000000000";
    var environment = new Dictionary<string, string>
    {
        ["OMP_NUM_THREADS"] = $"{threads}",
        // Else glibc returns the pages of big buffers, and each step faults them in again.
        ["MALLOC_TRIM_THRESHOLD_"] = Never,
        ["MALLOC_MMAP_THRESHOLD_"] = Never,
    };
    if (Directory.Exists(OneThreadPool))
        environment["LD_LIBRARY_PATH"] = OneThreadPool;
    var note = Directory.Exists(OneThreadPool) ? null
        : $"{OneThreadPool} is not there; with Debian's python3-torch, install libopenblas0-openmp, or PyTorch is 2 to 5 times slower than it could be";
    var python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
    Launch Start(Case row, params string[] more) => new(python, [repository.PathOf("pytorch.py"), row.Net, "--batch", $"{row.Batch}",
        "--iterations", $"{row.Iterations}", "--threads", $"{threads}", .. row.Inference ? ["--inference"] : Array.Empty<string>(), .. more])
    {
        Environment = environment,
    };
    yield return new Contender("PyTorch", row => Start(row)) { Note = note };
    yield return new Contender("PyTorch channels_last", row => Start(row, "--channels-last")) { Takes = row => !row.Net.StartsWith("mlp", StringComparison.Ordinal) };
}

static Contender TorchSharp(Repository repository, int threads)
{
    const string Needed = "GLIBCXX_3.4.32";
    if (OperatingSystem.IsLinux() && !StandardLibraryHas(Needed))
        return new Contender("TorchSharp", _ => throw new LaunchException("not built"))
        {
            Missing = $"version 0.107 needs {Needed}, which this system's libstdc++.so.6 lacks (Debian 12 has it up to 3.4.30; GCC 13 brings it)",
        };
    try
    {
        var program = repository.Build(Path.Combine("benchmarks", "torchsharp"), "torchsharp.dll");
        return new Contender("TorchSharp", row => new Launch("dotnet", [program, row.Net, $"{row.Batch}", $"{row.Iterations}",
            $"{threads}", row.Inference ? "inference" : "training"])
        {
            Environment = new Dictionary<string, string> { ["OMP_NUM_THREADS"] = $"{threads}" },
        });
    }
    catch (LaunchException error)
    {
        return new Contender("TorchSharp", _ => throw error) { Missing = error.Message };
    }
}

// Looked for in the file that the loader finds, $LD_LIBRARY_PATH included.
static bool StandardLibraryHas(string version)
{
    if (!NativeLibrary.TryLoad("libstdc++.so.6", out _))
        return false;
    var line = File.ReadLines("/proc/self/maps").First(map => map.Contains("libstdc++.so", StringComparison.Ordinal));
    return File.ReadAllBytes(line[line.IndexOf('/')..]).AsSpan().IndexOf(Encoding.ASCII.GetBytes($"{version}\0")) >= 0;
}
