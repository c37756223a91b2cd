using System.ComponentModel.DataAnnotations;

namespace NeuralFramework.Solvers;

/// <summary>base_lr · gamma^⌊iteration / step_size⌋: <c>step</c>.</summary>
public sealed record StepPolicy : LrPolicy
{
    /// <summary>What the rate is multiplied by at each step.</summary>
    [Range(0, double.MaxValue)]
    public required double Gamma { get; init; }

    /// <summary>The iterations between two steps. (Caffe's <c>stepsize</c>.)</summary>
    [Range(1, int.MaxValue)]
    public required int StepSize { get; init; }

    /// <inheritdoc/>
    public override double Factor(long iteration, int maxIter) => Math.Pow(Gamma, iteration / StepSize);
}

/// <summary>base_lr · gamma^(how many of step_value are at or before the iteration): <c>multistep</c>.</summary>
public sealed record MultistepPolicy : LrPolicy
{
    /// <summary>What the rate is multiplied by at each step.</summary>
    [Range(0, double.MaxValue)]
    public required double Gamma { get; init; }

    /// <summary>The iterations at which the rate steps, in any order. (Caffe's <c>stepvalue</c>.)</summary>
    [Range(0, int.MaxValue)]
    public required OneOrMany<int> StepValue { get; init; }

    /// <inheritdoc/>
    public override double Factor(long iteration, int maxIter)
    {
        var steps = 0;
        for (var i = 0; i < StepValue.Count; i++)
            if (iteration >= StepValue[i])
                steps++;
        return Math.Pow(Gamma, steps);
    }
}

/// <summary>base_lr · gamma^iteration: <c>exp</c>.</summary>
public sealed record ExpPolicy : LrPolicy
{
    /// <summary>What the rate is multiplied by after each iteration.</summary>
    [Range(0, double.MaxValue)]
    public required double Gamma { get; init; }

    /// <inheritdoc/>
    public override double Factor(long iteration, int maxIter) => Math.Pow(Gamma, iteration);
}

/// <summary>base_lr · (1 + gamma · iteration)^−power: <c>inv</c>.</summary>
public sealed record InvPolicy : LrPolicy
{
    /// <summary>How fast the rate falls.</summary>
    [Range(0, double.MaxValue)]
    public required double Gamma { get; init; }

    /// <summary>The power.</summary>
    [Range(0, double.MaxValue)]
    public required double Power { get; init; }

    /// <inheritdoc/>
    public override double Factor(long iteration, int maxIter) => Math.Pow(1 + Gamma * iteration, -Power);
}

/// <summary>base_lr · (1 − iteration / max_iter)^power, 0 from max_iter on: <c>poly</c>.</summary>
public sealed record PolyPolicy : LrPolicy
{
    /// <summary>The power; 1 is a line.</summary>
    [Range(0, double.MaxValue)]
    public required double Power { get; init; }

    /// <inheritdoc/>
    public override double Factor(long iteration, int maxIter) =>
        iteration >= maxIter ? 0 : Math.Pow(1 - (double)iteration / maxIter, Power);

    /// <inheritdoc/>
    public override bool DependsOnMaxIter() => true;
}

/// <summary>base_lr / (1 + e^(−gamma · (iteration − step_size))): <c>sigmoid</c>.</summary>
public sealed record SigmoidPolicy : LrPolicy
{
    /// <summary>How steep the change is; the rate falls where it is negative.</summary>
    public required double Gamma { get; init; }

    /// <summary>The iteration with half of base_lr. (Caffe's <c>stepsize</c>.)</summary>
    [Range(0, int.MaxValue)]
    public required int StepSize { get; init; }

    /// <inheritdoc/>
    public override double Factor(long iteration, int maxIter) => 1 / (1 + Math.Exp(-Gamma * (iteration - StepSize)));
}
