using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using NeuralFramework.Data;
using NeuralFramework.Embeddings;

namespace NeuralFramework.Cli;

/// <summary><c>nf embed evaluate</c>: word vectors judged by WordNet.</summary>
internal static class EmbedEvaluateCommand
{
    private static readonly Option<string> WordNet = new("--wordnet")
    {
        Description = "The folder with WordNet's files",
        DefaultValueFactory = _ => WordNetFiles.PackageFolder,
        HelpName = "DIR",
    };

    private static readonly Option<int> Nouns = new("--nouns")
    {
        Description = "How many nouns are looked at, the most frequent",
        DefaultValueFactory = _ => 2000,
        HelpName = "N",
    };

    private static readonly Option<int> Pairs = new("--pairs")
    {
        Description = "How many pairs of them",
        DefaultValueFactory = _ => 100_000,
        HelpName = "N",
    };

    private static readonly Option<long> Seed = new("--seed")
    {
        Description = "Which pairs",
        DefaultValueFactory = _ => 1,
        HelpName = "N",
    };

    public static Command Create(CommonOptions common)
    {
        var command = new Command("evaluate", "Judge word vectors by WordNet: are words near each other of a kind?")
        {
            EmbedCommand.Vectors, WordNet, Nouns, Pairs, Seed,
        };
        command.SetAction(parsed => Execute(common, parsed));
        return command;
    }

    private static int Execute(CommonOptions common, ParseResult parsed)
    {
        var (nouns, pairs) = (parsed.GetValue(Nouns), parsed.GetValue(Pairs));
        if (nouns < 3 || pairs < 2)
            throw new ConfigException($"evaluate: received --nouns {nouns} and --pairs {pairs}, allowed: 3 or more and 2 or more");
        var vectors = WordVectorFile.Load(parsed.GetRequiredValue(EmbedCommand.Vectors));
        var judge = WordNetNouns.Load(parsed.GetRequiredValue(WordNet));
        var score = EmbeddingEvaluation.Run(vectors, judge, nouns, pairs, parsed.GetValue(Seed));
        common.Terminal.Line(string.Create(CultureInfo.InvariantCulture, $"{score.Nouns:N0} nouns, {score.Pairs:N0} pairs: rank "
            + $"correlation of cosine and path similarity {score.Spearman:0.000}"));
        common.Terminal.Line(string.Create(CultureInfo.InvariantCulture, $"the nearest noun is within {EmbeddingEvaluation.NearSteps} "
            + $"steps for {100 * score.NearNeighbors:0.0} %, a random one for {100 * score.NearAtRandom:0.0} %"));
        common.Terminal.Result(new JsonObject
        {
            ["nouns"] = score.Nouns,
            ["pairs"] = score.Pairs,
            ["spearman"] = Terminal.Finite(score.Spearman),
            ["near_neighbors"] = score.NearNeighbors,
            ["near_at_random"] = score.NearAtRandom,
        });
        return ExitCode.Done;
    }
}
