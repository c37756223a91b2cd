using System.Globalization;
using NeuralFramework.Data;

namespace NeuralFramework.Cli;

/// <summary>Inputs so large or so small that the first layer begins far from where it can learn.</summary>
internal sealed class InputScaleRule : ILintRule
{
    // Between them lie all initial scores that trainings are known to begin well with, AlexNet's and CIFAR-quick's too.
    private const double Largest = 25;
    private const double Smallest = 0.01;

    public string Name => "input-scale";

    public string Why => "Fillers such as xavier and msra are made for inputs of about 1: with larger ones the first steps "
        + "overshoot, with smaller ones little happens. Set scale and mean_value of the data layer, or another weight_filler.";

    public IEnumerable<(LayerConfig Layer, string What)> Look(LintTarget target)
    {
        var net = target.Train;
        foreach (var node in net.Nodes.Where(node =>
            node.Layer.Type is "Convolution" or "InnerProduct" or "LSTM" or "GRU" or "RNN"))
            if (LintTarget.MakerPast(net, node, 0, "Flatten", "Reshape", "Transpose") is { Bottom.Count: 0 } source
                && SpreadOf(net, node, source) is { } spread and (> Largest or (> 0 and < Smallest)))
                yield return (node.Config, string.Create(CultureInfo.InvariantCulture, $"the inputs from '{source.Layer.Name}' "
                    + $"have a root mean square of {InputOf(net, node):0.#####}; with its weights that makes values of about {spread:0.#####}"));
    }

    private static double InputOf(Net<float> net, NetNode<float> node)
    {
        for (var i = 0; net.Nodes[i] != node; i++)
            net.ForwardNode(i);
        return LintTarget.Rms(node.Bottom[0].Data);
    }

    // Independent inputs times independent weights: the variances of the products add up.
    private static double? SpreadOf(Net<float> net, NetNode<float> node, NetNode<float> source)
    {
        var weights = node.Layer.Parameters[0];
        var outputs = (int?)node.Config.ToJson()["num_output"] ?? weights.Shape[0];
        return source.Layer.Parameters.Count > 0 ? null
            : InputOf(net, node) * LintTarget.Rms(weights.Data)
                * Math.Sqrt(node.Layer.Type is "Convolution" or "InnerProduct" ? weights.Count / outputs : weights.Shape[-1]);
    }
}

/// <summary>Training and test data that are prepared in different ways, or are the same.</summary>
internal sealed class TransformsDifferRule : ILintRule
{
    // What is random in training has no counterpart in tests; these have.
    private static readonly string[] Compared = ["scale", "mean_value", "mean_image", "is_color", "new_height", "new_width"];

    public string Name => "transforms-differ";

    public string Why => "The net is tested on other inputs than those it has learned from. Give both layers the same members.";

    public IEnumerable<(LayerConfig Layer, string What)> Look(LintTarget target)
    {
        var nodes = target.Nets.SelectMany(pair => pair.Net.Nodes.Where(node => node.Layer is ImageLayer<float>)
            .Select(node => (pair.Phase, Node: node))).ToList();
        foreach (var (_, test) in nodes.Where(pair => pair.Phase == Phase.Test))
            if (nodes.Find(pair => pair.Phase == Phase.Train && pair.Node.Top[0].Name == test.Top[0].Name).Node is { } train
                && Differences(train, test).ToList() is { Count: > 0 } differences)
                yield return (test.Config, $"'{train.Layer.Name}' has other values: {string.Join("; ", differences)}");
    }

    private static IEnumerable<string> Differences(NetNode<float> train, NetNode<float> test)
    {
        var (one, other) = (train.Config.ToJson(), test.Config.ToJson());
        foreach (var member in Compared)
            if (one[member]?.ToJsonString() != other[member]?.ToJsonString())
                yield return $"{member} {one[member]?.ToJsonString() ?? "left out"} in training, "
                    + $"{other[member]?.ToJsonString() ?? "left out"} here";
        if (train.Top[0].Shape.SizeOf(1) != test.Top[0].Shape.SizeOf(1))
            yield return $"samples of {Sample(train)} in training, {Sample(test)} here";
        if (ReferenceEquals(((ImageLayer<float>)train.Layer).Images, ((ImageLayer<float>)test.Layer).Images))
            yield return "the very same images in both";
    }

    private static Shape Sample(NetNode<float> node) => new([.. node.Top[0].Shape.Skip(1)]);
}

/// <summary>Labels that are not the number of a class.</summary>
internal sealed class LabelsRule : ILintRule
{
    public const string RuleName = "labels-outside-classes";

    public string Name => RuleName;

    public string Why => "A training ends with an error at the first such label. Make num_output of the layer with the scores "
        + "larger than the largest label, or give ignore_label.";

    public IEnumerable<(LayerConfig Layer, string What)> Look(LintTarget target)
    {
        foreach (var (phase, net) in target.Nets)
            foreach (var node in net.Nodes.Where(node => node.Layer.Type is "SoftmaxLoss" or "Accuracy" or "SVMHinge"
                or "InfogainLoss" or "MultinomialLogisticLoss" && node.Bottom.Count > 1))
                if (LintTarget.MakerOf(net, node, 1) is { Bottom.Count: 0 } source
                    && WrongLabel(node, source) is { } wrong)
                    yield return (node.Config, $"'{source.Layer.Name}' serves the label {wrong.Label} in the phase "
                        + $"{phase.ToString().ToLowerInvariant()}, allowed: 0 to {wrong.Classes - 1}");
    }

    private static (float Label, int Classes)? WrongLabel(NetNode<float> node, NetNode<float> source)
    {
        var options = node.Config.ToJson();
        var scores = node.Bottom[0].Shape;
        var classes = scores[(int?)options["axis"] ?? Math.Min(1, scores.Rank - 1)];
        var ignored = (float?)options["ignore_label"];
        foreach (var label in LabelsOf(source, node.Bottom[1]))
            if (label != ignored && (label < 0 || label >= classes || label != MathF.Floor(label)))
                return (label, classes);
        return null;
    }

    private static IEnumerable<float> LabelsOf(NetNode<float> source, Blob<float> labels)
    {
        // What it serves goes through the same memory as its labels alone would; images have them apart.
        if (source.Layer is ImageLayer<float> { Images: { } images })
            return images.Labels.ToArray().Distinct().Select(label => (float)label);
        var seen = new HashSet<float>();
        var cursor = source.Layer as IDataCursor;
        var (start, count) = (cursor?.Position ?? 0, cursor?.SampleCount ?? 1);
        for (var served = 0L; served < count; served = cursor is null ? count : cursor.Position - start)
        {
            source.Layer.Forward(source.Bottom, source.Top);
            seen.UnionWith(labels.Data.ToArray());
        }
        cursor?.Position = start;
        return seen;
    }
}
