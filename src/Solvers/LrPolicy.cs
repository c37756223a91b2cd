using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace NeuralFramework.Solvers;

/// <summary>How the learning rate changes over the iterations. The source is Caffe's <c>lr_policy</c>; what Caffe does
/// not have names its paper.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(FixedPolicy), "fixed")]
[JsonDerivedType(typeof(StepPolicy), "step")]
[JsonDerivedType(typeof(MultistepPolicy), "multistep")]
[JsonDerivedType(typeof(ExpPolicy), "exp")]
[JsonDerivedType(typeof(InvPolicy), "inv")]
[JsonDerivedType(typeof(PolyPolicy), "poly")]
[JsonDerivedType(typeof(SigmoidPolicy), "sigmoid")]
[JsonDerivedType(typeof(CosinePolicy), "cosine")]
[JsonDerivedType(typeof(TriangularPolicy), "triangular")]
[JsonDerivedType(typeof(OneCyclePolicy), "one_cycle")]
[JsonDerivedType(typeof(PlateauPolicy), "reduce_on_plateau")]
public abstract record LrPolicy
{
    /// <summary>The factor on <c>base_lr</c>.</summary>
    /// <param name="iteration">The iteration, counted from 0.</param>
    /// <param name="maxIter">How many iterations the training has.</param>
    public abstract double Factor(long iteration, int maxIter);

    /// <summary>Whether the rate depends on the length of the training, so that another <c>max_iter</c> is another
    /// training.</summary>
    public virtual bool DependsOnMaxIter() => false;

    /// <summary>Whether the rate depends on what tests find, so that other tests are another training.</summary>
    public virtual bool DependsOnTests() => false;
}

/// <summary>The rate stays base_lr: <c>fixed</c>.</summary>
public sealed record FixedPolicy : LrPolicy
{
    /// <inheritdoc/>
    public override double Factor(long iteration, int maxIter) => 1;
}

/// <summary>
/// Begins with a small rate: over the first iterations a factor on that of the policy rises in a line from start_factor
/// to 1. The policy counts from the beginning of the training, so that its iterations mean what they say. The source is
/// Goyal et al., Accurate, Large Minibatch SGD (2017).
/// </summary>
public sealed record Warmup
{
    /// <summary>The first iteration with the whole rate.</summary>
    [Range(1, int.MaxValue)]
    public required int Iterations { get; init; }

    /// <summary>The factor of the first iteration.</summary>
    [Range(0.0, 1.0)]
    public double StartFactor { get; init; }

    /// <summary>The factor on the policy's rate.</summary>
    public double Factor(long iteration) => iteration >= Iterations
        ? 1
        : StartFactor + (1 - StartFactor) * iteration / Iterations;
}
