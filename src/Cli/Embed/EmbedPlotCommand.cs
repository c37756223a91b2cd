using System.CommandLine;
using System.Text.Json.Nodes;
using NeuralFramework.Embeddings;
using NeuralFramework.Reporting;

namespace NeuralFramework.Cli;

/// <summary><c>nf embed plot</c>: words as points of the plane.</summary>
internal static class EmbedPlotCommand
{
    private static readonly Option<string?> WordsFile = new("--words")
    {
        Description = "A file with the words, apart by spaces; those of a line have one colour (default: the 100 most frequent)",
        HelpName = "FILE",
    };

    private static readonly Option<MapMethod> Method = new("--method")
    {
        Description = "How the words are laid out",
        DefaultValueFactory = _ => MapMethod.Pca,
        HelpName = "pca|tsne",
    };

    private static readonly Option<string> Output = new("--output", "-o")
    {
        Description = $"The picture: {string.Join(", ", PointDrawing.Extensions)}",
        HelpName = "FILE",
        Required = true,
    };

    public static Command Create(CommonOptions common)
    {
        var command = new Command("plot", "Draw words as points of the plane") { EmbedCommand.Vectors, WordsFile, Method, Output };
        command.SetAction(parsed => Execute(common, parsed));
        return command;
    }

    private static int Execute(CommonOptions common, ParseResult parsed)
    {
        var (path, output) = (parsed.GetRequiredValue(EmbedCommand.Vectors), parsed.GetRequiredValue(Output));
        PointDrawing.RequireExtension(output);
        var vectors = WordVectorFile.Load(path);
        var words = parsed.GetValue(WordsFile) is { } file
            ? ReadWords(vectors, file)
            : [.. Enumerable.Range(0, Math.Min(100, vectors.Words.Count)).Select(word => (word, 0))];
        var map = WordMap.Create(vectors, [.. words.Select(word => word.Number)], parsed.GetValue(Method));
        var info = PointDrawing.Write([.. map.Zip(words, (point, word) => new LabelledPoint(point.Word, point.X, point.Y, word.Line))],
            $"Words of {Path.GetFileName(path)}", output);
        common.Terminal.Line($"{output}: {info.Points} words, {info.Width:0}×{info.Height:0}");
        common.Terminal.Result(new JsonObject
        {
            ["file"] = output,
            ["words"] = info.Points,
            ["width"] = info.Width,
            ["height"] = info.Height,
        });
        return ExitCode.Done;
    }

    private static List<(int Number, int Line)> ReadWords(WordVectors vectors, string path)
    {
        if (!File.Exists(path))
            throw new DataException($"--words: {path}: no such file; allowed: a text file with words");
        var words = File.ReadLines(path).Index()
            .SelectMany(line => line.Item.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                .Select(word => (Number: vectors.Require(word), Line: line.Index)))
            .DistinctBy(word => word.Number).ToList();
        return words.Count > 0 ? words
            : throw new DataException($"--words: {path}: received no word, allowed: words apart by spaces");
    }
}
