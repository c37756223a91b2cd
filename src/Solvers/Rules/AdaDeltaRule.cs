using System.ComponentModel.DataAnnotations;
using System.Numerics;

namespace NeuralFramework.Solvers;

/// <summary>
/// Steps in the units of the weights: with ρ = momentum and g = ∂L/∂w + ∂R/∂w, h ← ρ·h + (1 − ρ)·g²,
/// s = g·√((u + delta) / (h + delta)), u ← ρ·u + (1 − ρ)·s², w ← w − α·s. A base_lr of 1 is the paper's. The source is
/// Zeiler, ADADELTA (2012), and Caffe's <c>AdaDeltaSolver</c>, whose momentum is ρ too; momentum and delta are the paper's
/// when left out, where Caffe has 0 and 1e-8. PyTorch's <c>Adadelta</c> is the same with <c>rho</c> = momentum and
/// <c>eps</c> = delta.
/// </summary>
public sealed record AdaDeltaRule : UpdateRule
{
    /// <summary>ρ: how much of the two mean squares stays.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Momentum { get; init; } = 0.95;

    /// <summary>What is added under the roots; it decides the size of the first steps.</summary>
    [Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double Delta { get; init; } = 1e-6;

    /// <inheritdoc/>
    public override int HistoryPerWeight() => 2;

    /// <inheritdoc/>
    public override void Update<T>(UpdateRange<T> range, in UpdateRates rates) =>
        UpdateKernel.Run(range, rates.Regularization, new Step<T>(T.CreateTruncating(rates.Rate),
            T.CreateTruncating(rates.GradientScale), T.CreateTruncating(rates.Decay), T.CreateTruncating(Momentum),
            T.CreateTruncating(1 - Momentum), new Vector<T>(T.CreateTruncating(Delta))));

    private readonly struct Step<T>(T rate, T scale, T decay, T kept, T added, Vector<T> delta) : IUpdateStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public Vector<T> Apply(Vector<T> weights, Vector<T> gradient, Vector<T> pull, ref Vector<T> first,
            ref Vector<T> second)
        {
            var g = gradient * scale + pull * decay;
            first = first * kept + g * g * added;
            var step = g * Vector.SquareRoot((second + delta) / (first + delta));
            second = second * kept + step * step * added;
            return weights - step * rate;
        }
    }
}
