#:project ../src/Framework/Framework.csproj
#:project ../src/Data/Data.csproj
#:project ../src/Embeddings/Embeddings.csproj
#:property PublishAot=false
// Words per second of skip-gram with negative sampling: ours on one thread and on two, and a plain-loop program in C.
//   dotnet run -c Release benchmarks/word2vec.cs [-- TEXT [ROUNDS [EPOCHS]]]
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NeuralFramework;
using NeuralFramework.Data;
using NeuralFramework.Embeddings;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var corpus = Corpus.Load(TextSets.Find(args.ElementAtOrDefault(0) ?? "bible_kjv"), 5);
var rounds = int.Parse(args.ElementAtOrDefault(1) ?? "5");
var options = new EmbeddingOptions { Epochs = int.Parse(args.ElementAtOrDefault(2) ?? "2") };
var folder = Directory.CreateTempSubdirectory("nf-word2vec-").FullName;
try
{
    var text = Path.Combine(folder, "text");
    File.WriteAllBytes(text, MemoryMarshal.AsBytes<int>(
        [corpus.Vocabulary.Count, .. corpus.Vocabulary.Counts.Select(count => (int)count), .. corpus.Places]).ToArray());
    var contenders = new (string Name, Func<double> Run)[]
    {
        ("C -O3", Compiled("-O3")), ("C -Ofast", Compiled("-Ofast")), ("nf, 1 thread", () => Ours(1)), ("nf, 2 threads", () => Ours(2)),
    };
    Console.WriteLine($"{corpus.Vocabulary.Total:N0} words, {corpus.Vocabulary.Count:N0} different; words/s, and the ratio to C -O3 within a round");
    // The first run of ours compiles.
    Ours(1);
    var speeds = contenders.Select(_ => new double[rounds]).ToArray();
    for (var round = 0; round < rounds; round++)
        for (var i = 0; i < contenders.Length; i++)
        {
            var at = (i + round) % contenders.Length;
            speeds[at][round] = contenders[at].Run();
        }
    for (var i = 0; i < contenders.Length; i++)
        Console.WriteLine($"{contenders[i].Name,-14} {Median(speeds[i]),12:N0}  {Median(speeds[i].Zip(speeds[0], (a, b) => a / b)),6:0.00}"
            + $"   all rounds: {string.Join(' ', speeds[i].Select(speed => $"{speed:N0}"))}");
    Console.WriteLine($"two threads to one: {Median(speeds[3].Zip(speeds[2], (a, b) => a / b)):0.00}");
}
finally
{
    Directory.Delete(folder, recursive: true);
}

double Ours(int threads)
{
    WorkPool.Threads = threads;
    var watch = Stopwatch.StartNew();
    EmbeddingTrainer.Train(corpus, options);
    return corpus.Vocabulary.Total * options.Epochs / watch.Elapsed.TotalSeconds;
}

Func<double> Compiled(string optimisation)
{
    var program = Path.Combine(folder, "skipgram" + optimisation);
    Execute("gcc", optimisation, "-march=native", Path.Combine(Here(), "word2vec", "skipgram.c"), "-o", program, "-lm");
    return () => double.Parse(Execute(program, Path.Combine(folder, "text"), $"{options.Dim}", $"{options.Window}", $"{options.Negative}",
        $"{options.Epochs}", $"{options.Subsample}", $"{options.Rate}").Split(' ')[0]);
}

static string Execute(string program, params string[] arguments)
{
    using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
    var output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}");
}

static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);

static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
