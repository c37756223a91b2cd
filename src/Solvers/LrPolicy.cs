using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace NeuralFramework.Solvers;

/// <summary>How the learning rate changes over the iterations. The source is Caffe's <c>lr_policy</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(FixedPolicy), "fixed")]
[JsonDerivedType(typeof(StepPolicy), "step")]
public abstract record LrPolicy
{
    /// <summary>The factor on <c>base_lr</c> for an iteration, counted from 0.</summary>
    public abstract double Factor(long iteration);
}

/// <summary>The rate stays base_lr: <c>fixed</c>.</summary>
public sealed record FixedPolicy : LrPolicy
{
    /// <inheritdoc/>
    public override double Factor(long iteration) => 1;
}

/// <summary>base_lr · gamma^⌊iteration / step_size⌋: <c>step</c>.</summary>
public sealed record StepPolicy : LrPolicy
{
    /// <summary>What the rate is multiplied by at each step.</summary>
    [Range(0, double.MaxValue)]
    public required double Gamma { get; init; }

    /// <summary>The iterations between two steps.</summary>
    [Range(1, int.MaxValue)]
    public required int StepSize { get; init; }

    /// <inheritdoc/>
    public override double Factor(long iteration) => Math.Pow(Gamma, iteration / StepSize);
}
