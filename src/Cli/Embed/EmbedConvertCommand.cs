using System.CommandLine;
using System.Text.Json.Nodes;
using NeuralFramework.Data;
using NeuralFramework.Embeddings;

namespace NeuralFramework.Cli;

/// <summary><c>nf embed convert</c>: word vectors from one format to another, or out of a net's weights.</summary>
internal static class EmbedConvertCommand
{
    private static readonly Argument<string> Input = new("INPUT")
    {
        Description = "Word vectors; or with --corpus a snapshot or weights file of a net",
    };

    private static readonly Argument<string> Output = new("OUTPUT")
    {
        Description = "Where they go: .bin or .safetensors, else word2vec's text format",
    };

    private static readonly Option<string?> CorpusPath = new("--corpus")
    {
        Description = "The text that the net has learned from, whose words its rows stand for",
        HelpName = "FILE",
    };

    private static readonly Option<string> Layer = new("--layer")
    {
        Description = "The layer with the vectors; several, with a + between, are added",
        DefaultValueFactory = _ => "words",
        HelpName = "NAME",
    };

    private static readonly Option<int> MinCount = new("--min-count")
    {
        Description = "min_count of the net's data layer",
        DefaultValueFactory = _ => 5,
        HelpName = "N",
    };

    public static Command Create(CommonOptions common)
    {
        var command = new Command("convert", "Write word vectors in another format, or those that a net has learned")
        {
            Input, Output, CorpusPath, Layer, MinCount, common.Data,
        };
        command.SetAction(parsed => Execute(common, parsed));
        return command;
    }

    private static int Execute(CommonOptions common, ParseResult parsed)
    {
        common.Apply(parsed);
        var (input, output) = (parsed.GetRequiredValue(Input), parsed.GetRequiredValue(Output));
        var vectors = parsed.GetValue(CorpusPath) is { } path
            ? WordVectorFile.LoadFromNet(input, parsed.GetRequiredValue(Layer).Split('+'),
                Corpus.Load(TextSets.Find(path), parsed.GetValue(MinCount)).Vocabulary)
            : WordVectorFile.Load(input);
        WordVectorFile.Save(vectors, output);
        common.Terminal.Line($"{output}: {vectors.Words.Count:N0} words of {vectors.Dim} numbers");
        common.Terminal.Result(new JsonObject { ["file"] = output, ["words"] = vectors.Words.Count, ["dim"] = vectors.Dim });
        return ExitCode.Done;
    }
}
