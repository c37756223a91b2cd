using System.ComponentModel.DataAnnotations;
using System.Numerics;

namespace NeuralFramework.Solvers;

/// <summary>
/// Divides each gradient by a running root mean square of its weight's: g = ∂L/∂w + ∂R/∂w,
/// h ← rms_decay·h + (1 − rms_decay)·g², w ← w − α·g / (√h + delta). The source is Tieleman and Hinton, Lecture 6.5,
/// RMSProp (2012), and Caffe's <c>RMSPropSolver</c>. PyTorch's <c>RMSprop</c> is the same with <c>alpha</c> = rms_decay and
/// <c>eps</c> = delta.
/// </summary>
public sealed record RmsPropRule : UpdateRule
{
    /// <summary>How much of the mean square stays.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double RmsDecay { get; init; } = 0.99;

    /// <summary>What is added to the root, so that nothing is divided by 0.</summary>
    [Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double Delta { get; init; } = 1e-8;

    /// <inheritdoc/>
    public override int HistoryPerWeight() => 1;

    /// <inheritdoc/>
    public override void Update<T>(UpdateRange<T> range, in UpdateRates rates) =>
        UpdateKernel.Run(range, rates.Regularization, new Step<T>(T.CreateTruncating(rates.Rate),
            T.CreateTruncating(rates.GradientScale), T.CreateTruncating(rates.Decay), T.CreateTruncating(RmsDecay),
            T.CreateTruncating(1 - RmsDecay), new Vector<T>(T.CreateTruncating(Delta))));

    private readonly struct Step<T>(T rate, T scale, T decay, T kept, T added, Vector<T> delta) : IUpdateStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public Vector<T> Apply(Vector<T> weights, Vector<T> gradient, Vector<T> pull, ref Vector<T> first,
            ref Vector<T> second)
        {
            var g = gradient * scale + pull * decay;
            first = first * kept + g * g * added;
            return weights - g * rate / (Vector.SquareRoot(first) + delta);
        }
    }
}
