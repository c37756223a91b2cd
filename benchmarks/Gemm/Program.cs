// Run: dotnet run -c Release --project benchmarks [-- --filter '*' --job short]
using BenchmarkDotNet.Running;
using NeuralFramework.Benchmarks;

BenchmarkSwitcher.FromTypes([typeof(GemmBenchmark)]).Run(args.Length > 0 ? args : ["--filter", "*"]);
