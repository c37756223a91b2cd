using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>The class numbers in a blob of labels, checked and as integers. A label equal to
/// <paramref name="ignoreLabel"/> becomes <see cref="Ignored"/>.</summary>
internal sealed class ClassLabels<T>(Layer<T> layer, int? ignoreLabel = null)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Stands for the label that does not count.</summary>
    public const int Ignored = -1;

    private int[] values = [];
    private AxisView view;

    /// <summary>The class of each position, outer by outer.</summary>
    public ReadOnlySpan<int> Values => values.AsSpan(0, view.Positions);

    /// <summary>How many labels are not ignored.</summary>
    public int ValidCount { get; private set; }

    /// <summary>Makes room for the labels of these scores.</summary>
    /// <exception cref="ShapeException">There is not one label for each position.</exception>
    public void Reshape(Blob<T> scores, Blob<T> labels, AxisView scoresView)
    {
        view = scoresView;
        if (labels.Count != view.Positions)
            throw new ShapeException($"{layer}: received {labels.Count} label{(labels.Count == 1 ? "" : "s")} in "
                + $"{labels} for the scores {scores}, allowed: {view.Positions}, one for each sample"
                + (view.Inner > 1 ? " and position" : ""));
        if (values.Length < view.Positions)
            values = new int[view.Positions];
    }

    /// <summary>Reads the labels.</summary>
    /// <exception cref="DataException">A label is not the number of a class; the message names the first.</exception>
    public void Read(Blob<T> labels)
    {
        var given = labels.Data;
        ValidCount = given.Length;
        for (var i = 0; i < given.Length; i++)
        {
            var value = int.CreateTruncating(given[i]);
            if (T.CreateTruncating(value) != given[i])
                throw Error(labels, i);
            values[i] = value;
            if (value == ignoreLabel)
            {
                values[i] = Ignored;
                ValidCount--;
            }
            else if ((uint)value >= (uint)view.Extent)
                throw Error(labels, i);
        }
    }

    private DataException Error(Blob<T> labels, int i) =>
        new($"{layer}: received the label {labels.Data[i]} for sample {i / view.Inner}"
            + (view.Inner > 1 ? $" at position {i % view.Inner}" : "")
            + $" in the blob '{labels.Name}', allowed: whole numbers from 0 to {view.Extent - 1}"
            + (ignoreLabel is { } ignored ? $", or {ignored}, which is ignored" : ""));
}
