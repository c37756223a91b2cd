// Times one of the nets of benchmarks/nets in TorchSharp and prints {"median_ms", "min_ms", "version"} as one line of
// JSON. The step is that of pytorch.py. Arguments: net, batch, iterations, threads, training or inference.
using System.Diagnostics;
using System.Text.Json;
using NeuralFramework.Benchmarks;
using TorchSharp;

const int LeastWarmUpSteps = 50;
// Long enough for the just-in-time compiler to have replaced its first, unoptimised code.
var warmUp = TimeSpan.FromSeconds(3);

var (name, batch, iterations) = (args[0], int.Parse(args[1]), int.Parse(args[2]));
torch.set_num_threads(int.Parse(args[3]));
torch.random.manual_seed(1);
var net = Nets.Create(name);
var (data, labels) = Nets.Draw(name, batch);
var step = args[4] == "inference" ? Steps.Inference(net, data) : Steps.Training(net, data, labels);

var start = Stopwatch.GetTimestamp();
for (var i = 0; i < LeastWarmUpSteps || Stopwatch.GetElapsedTime(start) < warmUp; i++)
    step();
var times = new double[iterations];
for (var i = 0; i < iterations; i++)
{
    var begin = Stopwatch.GetTimestamp();
    step();
    times[i] = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
}
Array.Sort(times);
Console.WriteLine(JsonSerializer.Serialize(new
{
    median_ms = (times[(iterations - 1) / 2] + times[iterations / 2]) / 2,
    min_ms = times[0],
    version = "0.107.0",
}));
