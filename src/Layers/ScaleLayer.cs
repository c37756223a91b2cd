using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="ScaleLayer{T}"/>.</summary>
public sealed record ScaleOptions : LayerOptions
{
    /// <summary>The first axis of x that the factors have; -1 is the last.</summary>
    public int Axis { get; init; } = 1;

    /// <summary>With one bottom: how many axes the factors have; -1: all from <see cref="Axis"/> on; 0: there is one
    /// factor, a scalar.</summary>
    [Range(-1, int.MaxValue)]
    public int NumAxes { get; init; } = 1;

    /// <summary>With one bottom: how the factors start.</summary>
    public Filler Filler { get; init; } = new ConstantFiller { Value = 1 };

    /// <summary>Whether a bias of the factors' shape is added.</summary>
    public bool BiasTerm { get; init; }

    /// <summary>How the bias starts.</summary>
    public Filler BiasFiller { get; init; } = new ConstantFiller();
}

/// <summary>
/// Multiplies by factors that are repeated along the axes they do not have: y = s · x, or y = s · x + b with
/// <c>bias_term</c>.
/// <para>Bottoms: x, of any shape; optionally s, whose shape is that of x from <c>axis</c> on or a part of it, or a
/// scalar. Top: the shape of x. Runs in place, with a copy of x. Parameters: with one bottom, s of <c>num_axes</c>
/// axes; with <c>bias_term</c>, b of the shape of s.</para>
/// <para>Backward: ∂L/∂x = ∂L/∂y · s; ∂L/∂s = Σ ∂L/∂y · x and ∂L/∂b += Σ ∂L/∂y over the repetitions (∂L/∂s is added,
/// where s is the parameter).</para>
/// <para>Source: Caffe's <c>Scale</c>.</para>
/// </summary>
[LayerType("Scale")]
public sealed class ScaleLayer<T>(ScaleOptions options)
    : AxisOperandLayer<T>(options.Axis, options.NumAxes, options.Filler)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Blob<T> product = new([0]);

    // The values of x where the top overwrites them.
    private readonly Blob<T> copy = new([0]);

    /// <inheritdoc/>
    public override bool CanRunInPlace => true;

    private Parameter<T> Bias => Parameters[^1];

    /// <inheritdoc/>
    public override void SetUp(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        base.SetUp(bottom, top);
        if (options.BiasTerm)
            AddParameter(Operand(bottom).Shape, options.BiasFiller);
    }

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        base.Reshape(bottom, top);
        product.Reshape(bottom[0].Shape);
        if (ReferenceEquals(bottom[0], top[0]))
            copy.Reshape(bottom[0].Shape);
    }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var y = top[0].Data;
        if (ReferenceEquals(bottom[0], top[0]))
            bottom[0].Data.CopyTo(copy.Data);
        Map.Apply<T, MultiplyOperator<T>>(bottom[0].Data, Operand(bottom).Data, y);
        if (options.BiasTerm)
            Map.Apply<T, AddOperator<T>>(y, Bias.Data, y);
    }

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        var dy = top[0].Diff;
        if (OperandNeedsGradient(propagateDown))
        {
            var x = ReferenceEquals(bottom[0], top[0]) ? copy : bottom[0];
            TensorPrimitives.Multiply(dy, x.Data, product.Data);
            SumGradient(product.Data, bottom);
        }
        if (options.BiasTerm && Bias.NeedsGradient)
            Map.AddSums(dy, Bias.Diff);
        if (propagateDown[0])
            Map.Apply<T, MultiplyOperator<T>>(dy, Operand(bottom).Data, bottom[0].Diff);
    }
}
