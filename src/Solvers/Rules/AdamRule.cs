using System.ComponentModel.DataAnnotations;
using System.Numerics;

namespace NeuralFramework.Solvers;

/// <summary>
/// Running means of the gradient and of its square: with β₁ = momentum, β₂ = momentum2, g = ∂L/∂w + ∂R/∂w and t counted
/// from 1, m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g², w ← w − α·√(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + delta). The source is
/// Kingma and Ba, Adam (2015), and Caffe's <c>AdamSolver</c>. Delta is the paper's ε̂, as in Caffe; PyTorch's <c>Adam</c>
/// has m̂ / (√v̂ + eps), which is a delta of eps·√(1 − β₂ᵗ).
/// </summary>
public sealed record AdamRule : UpdateRule
{
    /// <summary>β₁: how much of the mean gradient stays.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Momentum { get; init; } = 0.9;

    /// <summary>β₂: how much of the mean square stays.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Momentum2 { get; init; } = 0.999;

    /// <summary>What is added to the root, so that nothing is divided by 0.</summary>
    [Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double Delta { get; init; } = 1e-8;

    /// <inheritdoc/>
    public override int HistoryPerWeight() => 2;

    /// <inheritdoc/>
    public override void Update<T>(UpdateRange<T> range, in UpdateRates rates)
    {
        var t = rates.Iteration + 1;
        var correction = Math.Sqrt(1 - Math.Pow(Momentum2, t)) / (1 - Math.Pow(Momentum, t));
        UpdateKernel.Run(range, rates.Regularization, new Step<T>(T.CreateTruncating(rates.Rate * correction),
            T.CreateTruncating(rates.GradientScale), T.CreateTruncating(rates.Decay), T.CreateTruncating(Momentum),
            T.CreateTruncating(1 - Momentum), T.CreateTruncating(Momentum2), T.CreateTruncating(1 - Momentum2),
            new Vector<T>(T.CreateTruncating(Delta))));
    }

    private readonly struct Step<T>(T rate, T scale, T decay, T kept1, T added1, T kept2, T added2, Vector<T> delta)
        : IUpdateStep<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public Vector<T> Apply(Vector<T> weights, Vector<T> gradient, Vector<T> pull, ref Vector<T> first,
            ref Vector<T> second)
        {
            var g = gradient * scale + pull * decay;
            first = first * kept1 + g * added1;
            second = second * kept2 + g * g * added2;
            return weights - first * rate / (Vector.SquareRoot(second) + delta);
        }
    }
}
