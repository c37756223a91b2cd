using System.ComponentModel.DataAnnotations;
using System.Numerics;

namespace NeuralFramework.Solvers;

/// <summary>
/// Nesterov's accelerated gradient: v' ← μ·v + α·(∂L/∂w + ∂R/∂w), w ← w − (1 + μ)·v' + μ·v. The weights are those at
/// which the gradient is taken, one step ahead. The formula is that of Caffe's <c>NesterovSolver</c>; the source is
/// Nesterov (1983), as put by Sutskever et al., On the importance of initialization and momentum (2013). PyTorch's
/// <c>SGD(nesterov=True)</c> is the same as long as α does not change.
/// </summary>
public sealed record NesterovRule : UpdateRule
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
            var before = first * momentum;
            first = before + gradient * scaledRate + pull * decay;
            return weights - (first * (T.One + momentum) - before);
        }
    }
}
