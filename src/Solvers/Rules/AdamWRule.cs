using System.ComponentModel.DataAnnotations;
using System.Numerics;

namespace NeuralFramework.Solvers;

/// <summary>
/// Adam with the weight decay apart from the gradient, so that it does not go through the running means: with
/// β₁ = momentum, β₂ = momentum2, g = ∂L/∂w and t counted from 1, m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g²,
/// w ← w − α·λ·w − α·m̂ / (√v̂ + delta) with m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ). The source is Loshchilov and Hutter,
/// Decoupled Weight Decay Regularization (2019); as in PyTorch's <c>AdamW</c>, the decay is multiplied by the whole
/// learning rate, base_lr included. Caffe has none. With L1, λ·sign(w) takes the place of λ·w.
/// </summary>
public sealed record AdamWRule : UpdateRule
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
        UpdateKernel.Run(range, rates.Regularization, new Step<T>(
            T.CreateTruncating(rates.Rate / (1 - Math.Pow(Momentum, t))), T.CreateTruncating(rates.GradientScale),
            T.CreateTruncating(rates.Rate * rates.Decay), T.CreateTruncating(Momentum), T.CreateTruncating(1 - Momentum),
            T.CreateTruncating(Momentum2), T.CreateTruncating(1 - Momentum2),
            T.CreateTruncating(1 / Math.Sqrt(1 - Math.Pow(Momentum2, t))), new Vector<T>(T.CreateTruncating(Delta))));
    }

    private readonly struct Step<T>(T rate, T scale, T decay, T kept1, T added1, T kept2, T added2, T rootScale,
        Vector<T> delta) : IUpdateStep<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public Vector<T> Apply(Vector<T> weights, Vector<T> gradient, Vector<T> pull, ref Vector<T> first,
            ref Vector<T> second)
        {
            var g = gradient * scale;
            first = first * kept1 + g * added1;
            second = second * kept2 + g * g * added2;
            return weights - pull * decay - first * rate / (Vector.SquareRoot(second) * rootScale + delta);
        }
    }
}
