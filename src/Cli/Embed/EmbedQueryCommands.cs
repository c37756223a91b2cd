using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using NeuralFramework.Embeddings;

namespace NeuralFramework.Cli;

/// <summary><c>nf embed neighbors</c>, <c>analogy</c> and <c>similarity</c>.</summary>
internal static class EmbedQueryCommands
{
    private static readonly Argument<string[]> Words = new("WORD")
    {
        Description = "Words",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Argument<string> A = new("A") { Description = "A word" };
    private static readonly Argument<string> B = new("B") { Description = "The word that belongs to A" };
    private static readonly Argument<string> C = new("C") { Description = "The word to which one is looked for" };
    private static readonly Argument<string> Other = new("B") { Description = "Another word" };

    private static readonly Option<int> Count = new("--count", "-n")
    {
        Description = "How many words are shown",
        DefaultValueFactory = _ => 10,
        HelpName = "N",
    };

    public static Command CreateNeighbors(CommonOptions common)
    {
        var command = new Command("neighbors", "Show the words nearest to words") { EmbedCommand.Vectors, Words, Count };
        command.SetAction(parsed => Neighbors(common, parsed));
        return command;
    }

    public static Command CreateAnalogy(CommonOptions common)
    {
        var command = new Command("analogy", "Show what is to C as B is to A") { EmbedCommand.Vectors, A, B, C, Count };
        command.SetAction(parsed => Analogy(common, parsed));
        return command;
    }

    public static Command CreateSimilarity(CommonOptions common)
    {
        var command = new Command("similarity", "Show the cosine of two words' vectors") { EmbedCommand.Vectors, A, Other };
        command.SetAction(parsed => Similarity(common, parsed));
        return command;
    }

    private static int Neighbors(CommonOptions common, ParseResult parsed)
    {
        var (vectors, count) = Load(parsed);
        var results = parsed.GetRequiredValue(Words).Select(vectors.Require).ToList()
            .Select(word => (Word: vectors.Words[word], Neighbors: vectors.Neighbors(word, count))).ToList();
        foreach (var (word, neighbors) in results)
            common.Terminal.Line($"{word}: {Describe(neighbors)}");
        common.Terminal.Result(new JsonObject
        {
            ["words"] = new JsonArray([.. results.Select(result => (JsonNode)new JsonObject
            {
                ["word"] = result.Word,
                ["neighbors"] = ToJson(result.Neighbors),
            })]),
        });
        return ExitCode.Done;
    }

    private static int Analogy(CommonOptions common, ParseResult parsed)
    {
        var (vectors, count) = Load(parsed);
        var words = new[] { A, B, C }.Select(argument => vectors.Require(parsed.GetRequiredValue(argument))).ToList();
        var neighbors = vectors.Analogy(words[0], words[1], words[2], count);
        var names = words.Select(word => vectors.Words[word]).ToList();
        common.Terminal.Line($"{names[0]} is to {names[1]} as {names[2]} is to: {Describe(neighbors)}");
        common.Terminal.Result(new JsonObject { ["neighbors"] = ToJson(neighbors) });
        return ExitCode.Done;
    }

    private static int Similarity(CommonOptions common, ParseResult parsed)
    {
        var vectors = WordVectorFile.Load(parsed.GetRequiredValue(EmbedCommand.Vectors));
        var (a, b) = (vectors.Require(parsed.GetRequiredValue(A)), vectors.Require(parsed.GetRequiredValue(Other)));
        var similarity = vectors.Similarity(a, b);
        common.Terminal.Line(string.Create(CultureInfo.InvariantCulture,
            $"{vectors.Words[a]}, {vectors.Words[b]}: {similarity:0.0000}"));
        common.Terminal.Result(new JsonObject { ["similarity"] = Terminal.Finite(similarity) });
        return ExitCode.Done;
    }

    private static (WordVectors Vectors, int Count) Load(ParseResult parsed)
    {
        var count = parsed.GetValue(Count);
        if (count < 1)
            throw new ConfigException($"--count: received {count}, allowed: 1 or more");
        return (WordVectorFile.Load(parsed.GetRequiredValue(EmbedCommand.Vectors)), count);
    }

    private static string Describe(IEnumerable<Neighbor> neighbors) => string.Join(", ", neighbors.Select(neighbor =>
        string.Create(CultureInfo.InvariantCulture, $"{neighbor.Word} {neighbor.Similarity:0.00}")));

    private static JsonArray ToJson(IEnumerable<Neighbor> neighbors) => new([.. neighbors.Select(neighbor => (JsonNode)new JsonObject
    {
        ["word"] = neighbor.Word,
        ["similarity"] = Terminal.Finite(neighbor.Similarity),
    })]);
}
