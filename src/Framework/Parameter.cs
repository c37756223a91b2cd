using System.Numerics;

namespace NeuralFramework;

/// <summary>
/// A blob that is learned: weights or biases of a layer. <see cref="Blob{T}.Diff"/> accumulates ∂loss/∂value over
/// backward passes until it is cleared. The source is Caffe's <c>ParamSpec</c>.
/// </summary>
public sealed class Parameter<T> : Blob<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates a parameter of zeros.</summary>
    public Parameter(string name, Shape shape) : base(name, shape)
    {
    }

    /// <summary>Multiplies the learning rate of the solver; 0 freezes the parameter.</summary>
    public double LrMult { get; set; } = 1;

    /// <summary>Multiplies the weight decay of the solver; 0 exempts the parameter.</summary>
    public double DecayMult { get; set; } = 1;

    /// <summary>Whether the backward pass must compute the gradient: false when <see cref="LrMult"/> is 0.</summary>
    public bool NeedsGradient => LrMult != 0;

    /// <summary>The rows (along axis 0) that backward passes have added gradients to since the gradients were cleared;
    /// those of all others are 0. Null for a parameter whose gradient is dense. A solver updates only these rows; what
    /// that means for momentum and weight decay is said at <see cref="TrackRows"/>.</summary>
    public RowSet? TouchedRows { get; private set; }

    /// <summary>
    /// Makes the gradient sparse: from now on, whoever adds to a row of <see cref="Blob{T}.Diff"/> also adds the row to
    /// <see cref="TouchedRows"/>. An update then costs as much as the rows that a batch has touched, however many there
    /// are. It is lazy: a row that is not touched stays as it is, its momentum does not move it on nor fade, and no
    /// weight decay pulls it, until it is touched again. Without momentum and decay, SGD and AdaGrad give the same bits
    /// as with a dense gradient. The source is PyTorch's <c>Embedding(sparse=True)</c>.
    /// </summary>
    public void TrackRows() => TouchedRows ??= new RowSet(Shape[0]);

    /// <summary>Makes the gradient dense again, as for a layer that shares the parameter and does not track
    /// rows.</summary>
    public void TrackAll() => TouchedRows = null;

    /// <summary>Sets the gradient to 0.</summary>
    public void ClearGradient()
    {
        if (TouchedRows is not { } touched)
        {
            Diff.Clear();
            return;
        }
        var width = Shape.SizeOf(1);
        foreach (var row in touched.Rows)
            Diff.Slice(row * width, width).Clear();
        touched.Clear();
    }
}
