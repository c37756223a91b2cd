using System.Runtime.InteropServices;

namespace NeuralFramework.Reporting;

/// <summary>A sample that a net took for another class.</summary>
/// <param name="Sample">Its number in the test data, from 0.</param>
/// <param name="Actual">Its class.</param>
/// <param name="Predicted">The class that the net took it for.</param>
/// <param name="Confidence">The probability that the net gave to that class; in a net without probabilities, how much
/// more than to the right one.</param>
internal sealed record Mistake(int Sample, int Actual, int Predicted, double Confidence)
{
    /// <summary>What the net saw, 1 or 3 planes; null where it sees no images.</summary>
    public (float[] Planes, int Height, int Width)? Seen { get; init; }

    /// <summary>What the net saw as an image, its least value black, its greatest white.</summary>
    public PixelImage? Image => Seen is { } seen
        ? PixelImage.FromLeastToGreatest<float>(seen.Planes, seen.Height, seen.Width) : null;
}

/// <summary>
/// Counts, over the batches of a test, which classes a net takes for which, and keeps its most confident mistakes. It
/// looks at what the forward pass has left, so it costs next to nothing beside it. As in the layer Accuracy, a tie
/// counts against the net.
/// </summary>
public sealed class ClassEvaluation
{
    private const int MostMistakes = 24;

    private readonly Dictionary<(int Actual, int Predicted), int> counts = [];
    private readonly PriorityQueue<Mistake, double> mistakes = new();
    private Net<float>? seenNet;
    private ScoredOutput? found;
    private bool isComplete;
    private int place;

    /// <summary>How many classes the net tells apart; 0 before the first batch, and in a net that does not
    /// classify.</summary>
    public int Classes { get; private set; }

    /// <summary>How many predictions were looked at.</summary>
    public long Samples { get; private set; }

    /// <summary>How many of them were right.</summary>
    public long Right { get; private set; }

    /// <summary>What the confidence of a mistake is.</summary>
    internal ScoreKind Kind { get; private set; }

    /// <summary>The most confident mistakes, the worst first.</summary>
    internal IReadOnlyList<Mistake> Mistakes => [.. mistakes.UnorderedItems.Select(item => item.Element)
        .OrderByDescending(mistake => mistake.Confidence).ThenBy(mistake => mistake.Sample)];

    /// <summary>How often samples of one class were taken for another, or for the same.</summary>
    internal IReadOnlyDictionary<(int Actual, int Predicted), int> Counts => counts;

    /// <summary>Looks at the batch that a net has just run forward. The first one after <see cref="Complete"/> begins
    /// anew.</summary>
    public void Add(Net<float> net)
    {
        if (isComplete)
            Clear();
        if (net != seenNet)
            (seenNet, found) = (net, ScoredOutput.In(net));
        if (found is not { } output)
            return;
        (Classes, Kind) = (output.Classes, output.Kind);
        var images = output.Labels.Count == output.Scores.Shape[0] ? ImagesOf(net, output.Labels.Count) : null;
        var scores = new float[output.Classes];
        var labels = output.Labels.Data;
        for (var i = 0; i < labels.Length; i++)
        {
            var label = (int)labels[i];
            if (label != output.IgnoredLabel)
                Look(Gather(output, i, scores), label, images, i);
            place++;
        }
    }

    /// <summary>Says that the test is over.</summary>
    public void Complete() => isComplete = true;

    private void Clear()
    {
        counts.Clear();
        mistakes.Clear();
        (Samples, Right, place, isComplete) = (0, 0, 0, false);
    }

    private static ReadOnlySpan<float> Gather(ScoredOutput output, int i, float[] scores)
    {
        var (outer, inner) = Math.DivRem(i, output.Inner);
        if (output.Inner == 1)
            return output.Scores.Data.Slice(outer * output.Classes, output.Classes);
        for (var c = 0; c < scores.Length; c++)
            scores[c] = output.Scores.Data[(outer * output.Classes + c) * output.Inner + inner];
        return scores;
    }

    private void Look(ReadOnlySpan<float> scores, int label, Blob<float>? images, int i)
    {
        // The greatest of the others; a score that is no number counts as a tie.
        var other = -1;
        for (var c = 0; c < scores.Length; c++)
            if (c != label && (other < 0 || scores[c] > scores[other] || float.IsNaN(scores[c])))
                other = c;
        var isRight = other < 0 || scores[other] < scores[label];
        Samples++;
        Right += isRight ? 1 : 0;
        CollectionsMarshal.GetValueRefOrAddDefault(counts, (label, isRight ? label : other), out _)++;
        if (!isRight)
            Keep(new Mistake(place, label, other, ConfidenceIn(other, label, scores)), images, i);
    }

    private double ConfidenceIn(int predicted, int label, ReadOnlySpan<float> scores)
    {
        if (Kind == ScoreKind.Probabilities)
            return scores[predicted];
        if (Kind == ScoreKind.Margins)
            return scores[predicted] - scores[label];
        var sum = 0.0;
        foreach (var score in scores)
            sum += Math.Exp(score - scores[predicted]);
        return 1 / sum;
    }

    private void Keep(Mistake mistake, Blob<float>? images, int i)
    {
        if (!double.IsFinite(mistake.Confidence)
            || mistakes.Count == MostMistakes && mistakes.Peek().Confidence >= mistake.Confidence)
            return;
        if (mistakes.Count == MostMistakes)
            mistakes.Dequeue();
        mistakes.Enqueue(images is null ? mistake : mistake with
        {
            Seen = (images.Data.Slice(i * images.Shape.SizeOf(1), images.Shape.SizeOf(1)).ToArray(), images.Shape[2],
                images.Shape[3]),
        }, mistake.Confidence);
    }

    private static Blob<float>? ImagesOf(Net<float> net, int samples) => net.Nodes
        .Where(node => node.Bottom.Count == 0 && node.Top.Count > 0).Select(node => node.Top[0])
        .FirstOrDefault(blob => blob.Shape.Rank == 4 && blob.Shape[0] == samples && (blob.Shape[1] is 1 or 3));
}
