using System.ComponentModel.DataAnnotations;
using System.Numerics;

namespace NeuralFramework.Solvers;

/// <summary>
/// Stochastic gradient descent with momentum: v ← μ·v + α·(∂L/∂w + ∂R/∂w), w ← w − v. The rate is inside the momentum,
/// as in Caffe's <c>SGDSolver</c>: where PyTorch has v ← μ·v + g, w ← w − α·v, the two differ once α changes.
/// </summary>
public sealed record SgdRule : UpdateRule
{
    /// <summary>μ: how much of the last step goes into the next.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Momentum { get; init; }

    /// <inheritdoc/>
    public override int HistoryPerWeight() => 1;

    /// <inheritdoc/>
    public override void Update<T>(UpdateRange<T> range, in UpdateRates rates) =>
        UpdateKernel.Run(range, rates.Regularization, new Step<T>(T.CreateTruncating(rates.Rate * rates.GradientScale),
            T.CreateTruncating(rates.Rate * rates.Decay), T.CreateTruncating(Momentum)));

    private readonly struct Step<T>(T scaledRate, T decay, T momentum) : IUpdateStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public Vector<T> Apply(Vector<T> weights, Vector<T> gradient, Vector<T> pull, ref Vector<T> first,
            ref Vector<T> second)
        {
            first = first * momentum + gradient * scaledRate + pull * decay;
            return weights - first;
        }
    }
}
