using System.CommandLine;

namespace NeuralFramework.Cli;

/// <summary><c>nf embed</c>: word vectors.</summary>
internal static class EmbedCommand
{
    /// <summary>The file that most of the commands read.</summary>
    public static Argument<string> Vectors { get; } = new("VECTORS")
    {
        Description = "Word vectors: .txt (or any other name) in word2vec's text format, .bin in its binary, .safetensors",
    };

    public static Command Create(CommonOptions common) => new("embed", "Learn word vectors from a text, and look at them")
    {
        EmbedTrainCommand.Create(common),
        EmbedQueryCommands.CreateNeighbors(common),
        EmbedQueryCommands.CreateAnalogy(common),
        EmbedQueryCommands.CreateSimilarity(common),
        EmbedPlotCommand.Create(common),
        EmbedEvaluateCommand.Create(common),
        EmbedConvertCommand.Create(common),
    };
}
