using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using NeuralFramework.Data;
using NeuralFramework.Reporting;

namespace NeuralFramework.Cli;

/// <summary><c>nf predict</c>: what a trained net says of image files.</summary>
internal sealed class PredictCommand
{
    private static readonly Argument<string[]> Files = new("IMAGE")
    {
        Description = "PNG, JPEG or BMP files, or folders of such",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string?> Weights = new("--weights")
    {
        Description = "The weights: a snapshot or weights file (default: the newest snapshot of --run)",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Run = new("--run")
    {
        Description = "The folder of a run whose newest snapshot is taken (default: the model's newest run)",
        HelpName = "DIR",
    };

    private static readonly Option<int> Top = new("--top")
    {
        Description = "How many classes are shown, the best first",
        DefaultValueFactory = _ => 5,
        HelpName = "N",
    };

    private static readonly Option<string?> Csv = new("--csv")
    {
        Description = "Write the classes to a CSV file as well",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Heatmap = new("--heatmap")
    {
        Description = "Of one image, draw which pixels its best class depends on (.png)",
        HelpName = "FILE",
    };

    private readonly Terminal terminal;
    private readonly Predictor predictor;
    private readonly int top;
    private readonly List<(string Image, IReadOnlyList<ClassScore> Best)> predictions = [];
    private readonly List<BrokenImage> broken = [];

    private PredictCommand(Terminal terminal, Predictor predictor, int top) =>
        (this.terminal, this.predictor, this.top) = (terminal, predictor, top);

    public static Command Create(CommonOptions common)
    {
        var command = new Command("predict", "Show the classes of images; exit code 1 when an image cannot be decoded")
        {
            common.Model, Files, Weights, Run, Top, Csv, Heatmap,
        };
        common.AddComputing(command);
        command.SetAction(parsed => Execute(common, parsed));
        return command;
    }

    private static int Execute(CommonOptions common, ParseResult parsed)
    {
        common.Apply(parsed);
        var top = parsed.GetValue(Top);
        if (top < 1)
            throw new ConfigException($"--top: received {top}, allowed: 1 or more");
        var paths = parsed.GetRequiredValue(Files).SelectMany(ImageFiles.Find).ToList();
        var heatmap = parsed.GetValue(Heatmap);
        if (heatmap is not null)
            RequireHeatmap(heatmap, paths.Count);
        var config = common.Open(parsed).ReadNet();
        var predictor = Predictor.Of(config);
        var weights = RunFolder.WeightsOf(config.Name, parsed.GetValue(Weights), parsed.GetValue(Run));
        predictor.Net.LoadWeights(weights);
        var command = new PredictCommand(common.Terminal, predictor, top);
        command.Predict(paths);
        if (parsed.GetValue(Csv) is { } csv)
            PredictionFile.Write(csv, command.predictions);
        if (heatmap is not null && command.predictions.Count == 1)
            command.Draw(heatmap);
        command.ShowResult(weights);
        return command.broken.Count == 0 ? ExitCode.Done
            : command.predictions.Count > 0 ? ExitCode.Failed : ExitCode.BadInput;
    }

    private static void RequireHeatmap(string path, int images)
    {
        if (images != 1)
            throw new ConfigException($"--heatmap: received {images} images, allowed: 1");
        if (!path.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
            throw new ConfigException($"--heatmap: received '{path}', allowed: a file that ends in .png");
    }

    private void Predict(List<string> paths)
    {
        foreach (var batch in paths.Chunk(predictor.BatchSize))
        {
            terminal.Interrupted.ThrowIfCancellationRequested();
            var (images, read) = ImageFiles.Read(batch, predictor.Format, out var failed);
            foreach (var image in failed)
                terminal.Line($"left out: {image.Error}");
            broken.AddRange(failed);
            if (read.Count == 0)
                continue;
            foreach (var (path, scores) in read.Zip(predictor.Predict(images)))
                Show(path, [.. scores.Take(top)]);
        }
    }

    private void Show(string path, IReadOnlyList<ClassScore> best)
    {
        predictions.Add((path, best));
        terminal.Line(path);
        foreach (var score in best)
            terminal.Line($"  {Number(score.Score),8}  {score.Number,3}  {score.Name}");
    }

    private string Number(float score) => predictor.IsProbability
        ? score.ToString("0.0000", CultureInfo.InvariantCulture) : score.ToString("G5", CultureInfo.InvariantCulture);

    private void Draw(string path)
    {
        var best = predictions[0].Best[0];
        HeatmapDrawing.Write(predictor.Net, predictor.Input, predictor.Output, best.Number, path);
        terminal.Line($"{path}: the gradient of the score of {best.Name}");
    }

    private void ShowResult(string weights)
    {
        terminal.Line($"{predictions.Count} image{(predictions.Count == 1 ? "" : "s")}"
            + (broken.Count > 0 ? $", {broken.Count} that cannot be decoded" : "")
            + $"; {(predictor.IsProbability ? "probabilities" : "scores")} with the weights of {weights}");
        terminal.Result(new JsonObject
        {
            ["weights"] = weights,
            ["output"] = predictor.Output.Name,
            ["is_probability"] = predictor.IsProbability,
            ["images"] = new JsonArray([.. predictions.Select(prediction => (JsonNode)new JsonObject
            {
                ["image"] = prediction.Image,
                ["classes"] = new JsonArray([.. prediction.Best.Select(score => (JsonNode)new JsonObject
                {
                    ["class"] = score.Number, ["name"] = score.Name, ["score"] = Terminal.Finite(score.Score),
                })]),
            })]),
            ["broken"] = new JsonArray([.. broken.Select(image => (JsonNode)new JsonObject
            {
                ["image"] = image.Path, ["error"] = image.Error,
            })]),
        });
    }
}
