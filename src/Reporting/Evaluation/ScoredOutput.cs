namespace NeuralFramework.Reporting;

/// <summary>What the scores of a net mean.</summary>
internal enum ScoreKind
{
    /// <summary>Any numbers; their softmax is a probability.</summary>
    Logits,

    /// <summary>Probabilities.</summary>
    Probabilities,

    /// <summary>Any numbers, of which only the differences count.</summary>
    Margins,
}

/// <summary>Where a net that classifies has its scores and labels.</summary>
/// <param name="Scores">Any shape with an axis of classes.</param>
/// <param name="Labels">A class number for each place.</param>
/// <param name="Axis">The axis of the classes, counted from the first.</param>
/// <param name="IgnoredLabel">A label that does not count.</param>
/// <param name="Kind">What the scores mean.</param>
internal sealed record ScoredOutput(Blob<float> Scores, Blob<float> Labels, int Axis, int? IgnoredLabel, ScoreKind Kind)
{
    private static readonly string[] Losses = ["SoftmaxLoss", "SVMHinge", "MultinomialLogisticLoss", "InfogainLoss"];

    /// <summary>How many classes there are.</summary>
    public int Classes => Scores.Shape[Axis];

    /// <summary>How many places behind the axis a sample has, such as pixels.</summary>
    public int Inner => Scores.Shape.SizeOf(Axis + 1);

    /// <summary>Finds the bottoms of the first Accuracy layer, else those of the first loss that compares scores with
    /// class numbers; null where a net has neither.</summary>
    public static ScoredOutput? In(Net<float> net)
    {
        var node = net.Nodes.FirstOrDefault(node => node.Layer.Type == "Accuracy")
            ?? net.Nodes.FirstOrDefault(node => Losses.Contains(node.Layer.Type));
        if (node is null || node.Bottom.Count < 2)
            return null;
        var (scores, labels) = (node.Bottom[0], node.Bottom[1]);
        var options = node.Config.ToJson();
        var axis = (int?)options["axis"] ?? 1;
        axis = axis < 0 ? axis + scores.Shape.Rank : axis;
        if (axis >= scores.Shape.Rank || labels.Count != scores.Count / scores.Shape[axis])
            return null;
        return new ScoredOutput(scores, labels, axis, (int?)options["ignore_label"], KindOf(net));
    }

    private static ScoreKind KindOf(Net<float> net)
    {
        var types = net.Nodes.Where(node => !node.IsInserted).Select(node => node.Layer.Type).ToHashSet();
        return types.Contains("SoftmaxLoss") ? ScoreKind.Logits
            : types.Contains("Softmax") || types.Contains("MultinomialLogisticLoss") || types.Contains("InfogainLoss")
                ? ScoreKind.Probabilities
                : ScoreKind.Margins;
    }
}
