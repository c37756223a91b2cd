using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using NeuralFramework.Data;
using NeuralFramework.Embeddings;
using Spectre.Console;

namespace NeuralFramework.Cli;

/// <summary><c>nf embed train</c>.</summary>
internal sealed class EmbedTrainCommand
{
    private static readonly EmbeddingOptions Defaults = new();

    private static readonly Argument<string> CorpusPath = new("CORPUS")
    {
        Description = "A text in UTF-8, packed by gzip or not, or the name of an installed one: "
            + string.Join(", ", TextSets.Names),
    };

    private static readonly Option<EmbeddingMethod> Method = new("--method")
    {
        Description = "How vectors are learned",
        DefaultValueFactory = _ => Defaults.Method,
        HelpName = "skipgram|cbow|glove",
    };

    private static readonly Option<string> Output = new("--output", "-o")
    {
        Description = "Where they go: .bin or .safetensors, else word2vec's text format",
        HelpName = "FILE",
        Required = true,
    };

    private static readonly Option<int> Dim = Number("--dim", "How many numbers stand for a word", Defaults.Dim);

    private static readonly Option<int> Window = Number("--window", "How far the words around a place go on each side",
        Defaults.Window);

    private static readonly Option<int> Negative = Number("--negative",
        "How many words are drawn to be told from the one that is there", Defaults.Negative);

    private static readonly Option<bool> HierarchicalSoftmax = new("--hierarchical-softmax")
    {
        Description = "Find words through the tree of words in place of --negative",
    };

    private static readonly Option<int> MinCount = Number("--min-count", "How often a word must occur to have a vector", 5);

    private static readonly Option<int?> MaxWords = new("--max-words")
    {
        Description = "How many words have vectors at most, the most frequent",
        HelpName = "N",
    };

    private static readonly Option<int> Epochs = Number("--epochs", "How often the text is gone through", Defaults.Epochs);

    private static readonly Option<double> Subsample = new("--subsample")
    {
        Description = "Leave words more frequent than about this share of the text out now and then; 0: never",
        DefaultValueFactory = _ => Defaults.Subsample,
        HelpName = "SHARE",
    };

    private static readonly Option<double?> Rate = new("--rate")
    {
        Description = "The learning rate at the beginning (default: 0.025 for skipgram, else 0.05)",
        HelpName = "RATE",
    };

    private static readonly Option<double> XMax = new("--x-max")
    {
        Description = "glove: the count from which on all counts weigh the same",
        DefaultValueFactory = _ => Defaults.XMax,
        HelpName = "COUNT",
    };

    private static readonly Option<int> Memory = Number("--memory",
        "glove: the megabytes that counting may take; beyond them, files are used", (int)(Defaults.MemoryBytes >> 20));

    private static readonly Option<long> Seed = new("--seed")
    {
        Description = "The seed of all that is random",
        DefaultValueFactory = _ => Defaults.Seed,
        HelpName = "N",
    };

    public static Command Create(CommonOptions common)
    {
        var command = new Command("train", "Learn word vectors from a text")
        {
            CorpusPath, Output, Method, Dim, Window, Negative, HierarchicalSoftmax, MinCount, MaxWords, Epochs, Subsample, Rate,
            XMax, Memory, Seed, common.Data, common.Threads,
        };
        command.SetAction(parsed => Execute(common, parsed));
        return command;
    }

    private static Option<int> Number(string name, string description, int value) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => value,
        HelpName = "N",
    };

    private static int Execute(CommonOptions common, ParseResult parsed)
    {
        common.Apply(parsed);
        var options = ReadOptions(parsed);
        var output = parsed.GetRequiredValue(Output);
        if (Path.GetDirectoryName(Path.GetFullPath(output)) is { } folder && !Directory.Exists(folder))
            throw new DataException($"--output: received '{output}', whose folder does not exist; allowed: a file in an existing folder");
        var terminal = common.Terminal;
        var corpus = Corpus.Load(TextSets.Find(parsed.GetRequiredValue(CorpusPath)), parsed.GetValue(MinCount),
            parsed.GetValue(MaxWords));
        var length = corpus.Vocabulary.Total;
        terminal.Line(string.Create(CultureInfo.InvariantCulture, $"{corpus.Path}: {length:N0} words, {corpus.Vocabulary.Count:N0} "
            + $"different; {options.Method.ToString().ToLowerInvariant()} on {WorkPool.Threads} thread{(WorkPool.Threads == 1 ? "" : "s")}"));
        var watch = Stopwatch.StartNew();
        double? loss = null;
        var vectors = WithProgress(terminal, show => EmbeddingTrainer.Train(corpus, options, progress =>
        {
            loss = progress.Loss;
            show(progress);
        }, terminal.Interrupted));
        var seconds = watch.Elapsed.TotalSeconds;
        WordVectorFile.Save(vectors, output);
        var speed = length * options.Epochs / seconds;
        var hash = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(vectors.Values)));
        terminal.Line(string.Create(CultureInfo.InvariantCulture, $"done in {seconds:0.0} s, {speed:N0} words/s, loss {loss:0.0000}"));
        terminal.Line($"vectors {hash[..16]}…, in {output}");
        terminal.Result(new JsonObject
        {
            ["words"] = vectors.Words.Count,
            ["dim"] = vectors.Dim,
            ["corpus_words"] = length,
            ["loss"] = Terminal.Finite(loss),
            ["seconds"] = Math.Round(seconds, 3),
            ["words_per_second"] = Math.Round(speed),
            ["vectors_sha256"] = hash,
            ["file"] = output,
        });
        return ExitCode.Done;
    }

    private static EmbeddingOptions ReadOptions(ParseResult parsed)
    {
        Require("--min-count", parsed.GetValue(MinCount), 1);
        Require("--max-words", parsed.GetValue(MaxWords) ?? 2, 2);
        Require("--memory", parsed.GetValue(Memory), 1);
        var options = new EmbeddingOptions
        {
            Method = parsed.GetValue(Method),
            Dim = parsed.GetValue(Dim),
            Window = parsed.GetValue(Window),
            Negative = parsed.GetValue(Negative),
            HierarchicalSoftmax = parsed.GetValue(HierarchicalSoftmax),
            Epochs = parsed.GetValue(Epochs),
            Subsample = parsed.GetValue(Subsample),
            LearningRate = parsed.GetValue(Rate),
            XMax = parsed.GetValue(XMax),
            MemoryBytes = (long)parsed.GetValue(Memory) << 20,
            Seed = parsed.GetValue(Seed),
        };
        options.Require();
        return options;
    }

    private static void Require(string name, int value, int least)
    {
        if (value < least)
            throw new ConfigException($"{name}: received {value}, allowed: {least} or more");
    }

    private static WordVectors WithProgress(Terminal terminal, Func<Action<EmbeddingProgress>, WordVectors> train)
    {
        if (!terminal.IsInteractive)
            return train(_ => { });
        return terminal.Console.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn { Width = 20 }, new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var bar = context.AddTask("reading");
                var shown = Stopwatch.StartNew();
                return train(progress =>
                {
                    if (shown.ElapsedMilliseconds < 100)
                        return;
                    shown.Restart();
                    bar.Description = progress.Loss is { } loss
                        ? string.Create(CultureInfo.InvariantCulture, $"{progress.Stage} loss {loss:0.000}") : progress.Stage;
                    bar.MaxValue = progress.Total;
                    bar.Value = progress.Done;
                });
            });
    }
}
