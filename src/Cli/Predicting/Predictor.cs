using NeuralFramework.Data;
using NeuralFramework.Layers;

namespace NeuralFramework.Cli;

/// <summary>A class and its score.</summary>
internal sealed record ClassScore(int Number, string Name, float Score);

/// <summary>A net in the phase deploy that is given image files, prepared as its data layer does it in the phase
/// test.</summary>
internal sealed class Predictor
{
    private readonly LayerConfig source;
    private readonly Blob<float> prepared = new([0]);

    private Predictor(NetConfig config, LayerConfig source)
    {
        this.source = source;
        Format = Images().Format;
        Net = Net<float>.FromConfig(Deployed(config), Phase.Deploy);
        Input = Net.Blobs[TopOf(source)];
        Output = Net.Outputs.LastOrDefault(blob => blob.Shape.Rank > 0 && blob != Input)
            ?? throw new ConfigException($"{config.Source}: net '{config.Name}': received no output in the phase deploy, "
                + "allowed: a layer with scores that no layer reads");
    }

    /// <summary>What images are decoded to.</summary>
    public ImageFormat Format { get; }

    /// <summary>The net.</summary>
    public Net<float> Net { get; }

    /// <summary>The blob that images go to.</summary>
    public Blob<float> Input { get; }

    /// <summary>The blob of the scores.</summary>
    public Blob<float> Output { get; }

    /// <summary>Whether the scores are probabilities.</summary>
    public bool IsProbability => Net.Nodes.Last(node => node.Top.Contains(Output)).Layer.Type == "Softmax";

    /// <summary>How many images go through the net at once: as many as in a test.</summary>
    public int BatchSize => ((DataLayerOptions)source.Options).BatchSize;

    /// <summary>Builds the net.</summary>
    /// <exception cref="ConfigException">No layer of the net serves images, or it has no output.</exception>
    public static Predictor Of(NetConfig config) => new(config,
        config.Layers.FirstOrDefault(layer => layer.Options is ImageLayerOptions && layer.IsIn(Phase.Test))
        ?? config.Layers.FirstOrDefault(layer => layer.Options is ImageLayerOptions)
        ?? throw new ConfigException($"{config.Source}: net '{config.Name}': received no layer that serves images, allowed: "
            + "one such as Cifar10, FashionMnist or ImageFolder, which says how images are prepared"));

    /// <summary>Runs images through the net. Returns for each the scores of all classes, the highest first.</summary>
    public IReadOnlyList<IReadOnlyList<ClassScore>> Predict(ImageSet images)
    {
        var layer = Images();
        layer.Given = images;
        layer.SetUp([], [prepared]);
        layer.Forward([], [prepared]);
        Input.Reshape(prepared.Shape);
        Input.Set(prepared.Data);
        Net.Forward();
        var classes = Output.Count / images.Count;
        return [.. Enumerable.Range(0, images.Count).Select(image =>
            (IReadOnlyList<ClassScore>)[.. Output.Data.Slice(image * classes, classes).ToArray()
                .Select((score, number) => new ClassScore(number, NameOf(number), score))
                .OrderByDescending(score => score.Score)])];
    }

    private string NameOf(int number) => number < Format.ClassNames.Count ? Format.ClassNames[number] : $"{number}";

    private static string TopOf(LayerConfig layer) => layer.Top?[0] ?? layer.Name ?? layer.Type;

    // In the phase test nothing is random; one batch, served in the order given.
    private ImageLayer<float> Images()
    {
        var options = (ImageLayerOptions)source.Options with { Shuffle = false, Prefetch = 0 };
        var layer = (ImageLayer<float>)LayerRegistry.Create<float>(source with { Options = options });
        layer.Context = new NetContext { Phase = Phase.Test };
        return layer;
    }

    /// <summary>The net with an input in the place of its data, if it has none for the phase deploy.</summary>
    private NetConfig Deployed(NetConfig config)
    {
        var layers = config.Layers.Select(layer => layer.Options is DataLayerOptions && layer.IsIn(Phase.Deploy)
            ? layer with { Phase = new OneOrMany<Phase>(Phase.Train, Phase.Test) } : layer).ToList();
        var top = TopOf(source);
        if (!layers.Exists(layer => layer.IsIn(Phase.Deploy) && TopOf(layer) == top))
        {
            var image = new InputOptions { Shape = [1, Format.Channels, Format.Height, Format.Width] };
            layers.Insert(layers.FindIndex(layer => layer.Name == source.Name),
                new LayerConfig("deploy", image) { Top = top, Phase = Phase.Deploy });
        }
        return config with { Layers = layers };
    }
}
