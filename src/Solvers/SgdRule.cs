using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Runtime.InteropServices;

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
    public override void Update<T>(UpdateRange<T> range, in UpdateRates rates)
    {
        var w = range.Weights;
        var g = range.Gradient;
        var v = range.History(0);
        var scaledRate = T.CreateTruncating(rates.Rate * rates.GradientScale);
        var decay = T.CreateTruncating(rates.Rate * rates.Decay);
        var momentum = T.CreateTruncating(Momentum);
        var isL1 = rates.Regularization == RegularizationType.L1;
        var vw = MemoryMarshal.Cast<T, Vector<T>>(w);
        var vg = MemoryMarshal.Cast<T, Vector<T>>(g);
        var vv = MemoryMarshal.Cast<T, Vector<T>>(v);
        for (var i = 0; i < vw.Length; i++)
        {
            var pull = isL1 ? Sign(vw[i]) : vw[i];
            var step = vv[i] * momentum + vg[i] * scaledRate + pull * decay;
            vv[i] = step;
            vw[i] -= step;
        }
        for (var i = vw.Length * Vector<T>.Count; i < w.Length; i++)
        {
            var pull = isL1 ? Sign(w[i]) : w[i];
            v[i] = v[i] * momentum + g[i] * scaledRate + pull * decay;
            w[i] -= v[i];
        }
    }

    // T.Sign throws where the weight is NaN.
    private static T Sign<T>(T x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        x == T.Zero ? T.Zero : x < T.Zero ? -T.One : T.One;

    private static Vector<T> Sign<T>(Vector<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Vector.ConditionalSelect(Vector.Equals(x, Vector<T>.Zero), Vector<T>.Zero,
            Vector.ConditionalSelect(Vector.LessThan(x, Vector<T>.Zero), -Vector<T>.One, Vector<T>.One));
}
