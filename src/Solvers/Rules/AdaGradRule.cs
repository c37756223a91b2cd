using System.ComponentModel.DataAnnotations;
using System.Numerics;

namespace NeuralFramework.Solvers;

/// <summary>
/// A rate for each weight that falls with the squares of its gradients: g = ∂L/∂w + ∂R/∂w, h ← h + g²,
/// w ← w − α·g / (√h + delta). The source is Duchi, Hazan and Singer, Adaptive Subgradient Methods (2011), and Caffe's
/// <c>AdaGradSolver</c>. PyTorch's <c>Adagrad</c> is the same with <c>eps</c> = delta.
/// </summary>
public sealed record AdaGradRule : UpdateRule
{
    /// <summary>What is added to the root, so that nothing is divided by 0.</summary>
    [Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double Delta { get; init; } = 1e-8;

    /// <inheritdoc/>
    public override int HistoryPerWeight() => 1;

    /// <inheritdoc/>
    public override void Update<T>(UpdateRange<T> range, in UpdateRates rates) =>
        UpdateKernel.Run(range, rates.Regularization, new Step<T>(T.CreateTruncating(rates.Rate),
            T.CreateTruncating(rates.GradientScale), T.CreateTruncating(rates.Decay),
            new Vector<T>(T.CreateTruncating(Delta))));

    private readonly struct Step<T>(T rate, T scale, T decay, Vector<T> delta) : IUpdateStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public Vector<T> Apply(Vector<T> weights, Vector<T> gradient, Vector<T> pull, ref Vector<T> first,
            ref Vector<T> second)
        {
            var g = gradient * scale + pull * decay;
            first += g * g;
            return weights - g * rate / (Vector.SquareRoot(first) + delta);
        }
    }
}
