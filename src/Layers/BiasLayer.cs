using System.ComponentModel.DataAnnotations;
using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="BiasLayer{T}"/>.</summary>
public sealed record BiasOptions : LayerOptions
{
    /// <summary>The first axis of x that the bias has; -1 is the last.</summary>
    public int Axis { get; init; } = 1;

    /// <summary>With one bottom: how many axes the bias has; -1: all from <see cref="Axis"/> on; 0: it is a
    /// scalar.</summary>
    [Range(-1, int.MaxValue)]
    public int NumAxes { get; init; } = 1;

    /// <summary>With one bottom: how the bias starts.</summary>
    public Filler Filler { get; init; } = new ConstantFiller();
}

/// <summary>
/// Adds a bias that is repeated along the axes it does not have: y = x + b.
/// <para>Bottoms: x, of any shape; optionally b, whose shape is that of x from <c>axis</c> on or a part of it, or a
/// scalar. Top: the shape of x. Parameter, with one bottom: b, of <c>num_axes</c> axes. Runs in place.</para>
/// <para>Backward: ∂L/∂x = ∂L/∂y; ∂L/∂b = Σ ∂L/∂y over the repetitions (added, where b is the parameter).</para>
/// <para>Source: Caffe's <c>Bias</c>.</para>
/// </summary>
[LayerType("Bias")]
public sealed class BiasLayer<T>(BiasOptions options)
    : AxisOperandLayer<T>(options.Axis, options.NumAxes, options.Filler)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override bool CanRunInPlace => true;

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top) =>
        Map.Apply<T, AddOperator<T>>(bottom[0].Data, Operand(bottom).Data, top[0].Data);

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        if (OperandNeedsGradient(propagateDown))
            SumGradient(top[0].Diff, bottom);
        if (propagateDown[0])
            top[0].Diff.CopyTo(bottom[0].Diff);
    }
}
