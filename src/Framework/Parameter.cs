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
}
