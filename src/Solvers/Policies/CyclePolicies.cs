using System.ComponentModel.DataAnnotations;

namespace NeuralFramework.Solvers;

/// <summary>
/// base_lr · (m + (1 − m) · ½ · (1 + cos(π · t / T))): <c>cosine</c>. m is min_factor, t counts from the last restart, T
/// is the iterations between two restarts. The source is Loshchilov and Hutter, SGDR (2017).
/// </summary>
public sealed record CosinePolicy : LrPolicy
{
    /// <summary>The factor at the end of a period.</summary>
    [Range(0.0, 1.0)]
    public double MinFactor { get; init; }

    /// <summary>The iterations up to the first restart; when left out, max_iter and no restart. (SGDR's T₀.)</summary>
    [Range(1, int.MaxValue)]
    public int? Period { get; init; }

    /// <summary>How many times as long each period is as the one before. (SGDR's T_mult.)</summary>
    [Range(1, int.MaxValue)]
    public int PeriodMult { get; init; } = 1;

    /// <inheritdoc/>
    public override double Factor(long iteration, int maxIter)
    {
        var (done, length) = Period is null
            ? (Math.Min(iteration, maxIter), Math.Max(maxIter, 1))
            : SinceRestart(iteration, Period.Value);
        return MinFactor + (1 - MinFactor) * 0.5 * (1 + Math.Cos(Math.PI * done / length));
    }

    /// <inheritdoc/>
    public override bool DependsOnMaxIter() => Period is null;

    private (long Done, long Length) SinceRestart(long iteration, long period)
    {
        if (PeriodMult == 1)
            return (iteration % period, period);
        for (; iteration >= period; period *= PeriodMult)
            iteration -= period;
        return (iteration, period);
    }
}

/// <summary>
/// Rises in a line from base_lr to max_factor · base_lr over step_size iterations and falls back over as many, again and
/// again: <c>triangular</c>. The source is Smith, Cyclical Learning Rates for Training Neural Networks (2017).
/// </summary>
public sealed record TriangularPolicy : LrPolicy
{
    /// <summary>The factor at the top of the first cycle.</summary>
    [Range(1, double.MaxValue)]
    public required double MaxFactor { get; init; }

    /// <summary>Half the iterations of a cycle.</summary>
    [Range(1, int.MaxValue)]
    public required int StepSize { get; init; }

    /// <summary>What the height of the triangle is multiplied by after each cycle; 0.5 is Smith's triangular2.</summary>
    [Range(0, double.MaxValue)]
    public double Gamma { get; init; } = 1;

    /// <inheritdoc/>
    public override double Factor(long iteration, int maxIter)
    {
        var (cycle, done) = Math.DivRem(iteration, 2L * StepSize);
        var height = 1 - Math.Abs((double)done / StepSize - 1);
        return 1 + (MaxFactor - 1) * height * Math.Pow(Gamma, cycle);
    }
}

/// <summary>
/// One rise and one longer fall over the whole training: from start_factor · base_lr to base_lr, then to
/// end_factor · base_lr, which the last iteration has: <c>one_cycle</c>. The source is Smith and Topin,
/// Super-Convergence (2018), with the shape of PyTorch's <c>OneCycleLR</c>; the momentum stays as it is.
/// </summary>
public sealed record OneCyclePolicy : LrPolicy
{
    /// <summary>The part of the iterations in which the rate rises. (PyTorch's <c>pct_start</c>.)</summary>
    [Range(0.0, 1.0)]
    public double RiseFraction { get; init; } = 0.3;

    /// <summary>The factor of the first iteration. (PyTorch's 1 / <c>div_factor</c>.)</summary>
    [Range(0.0, 1.0)]
    public double StartFactor { get; init; } = 0.04;

    /// <summary>The factor of the last iteration. (PyTorch's 1 / (<c>div_factor</c> · <c>final_div_factor</c>).)</summary>
    [Range(0.0, 1.0)]
    public double EndFactor { get; init; } = 4e-6;

    /// <summary>The shape of rise and fall.</summary>
    public AnnealType Anneal { get; init; } = AnnealType.Cosine;

    /// <inheritdoc/>
    public override double Factor(long iteration, int maxIter)
    {
        var top = RiseFraction * maxIter - 1;
        var last = maxIter - 1;
        if (iteration < top)
            return Between(StartFactor, 1, iteration / top);
        top = Math.Max(top, 0);
        return last > top ? Between(1, EndFactor, Math.Min((iteration - top) / (last - top), 1)) : 1;
    }

    /// <inheritdoc/>
    public override bool DependsOnMaxIter() => true;

    private double Between(double from, double to, double part) =>
        from + (to - from) * (Anneal == AnnealType.Linear ? part : 0.5 * (1 - Math.Cos(Math.PI * part)));
}

/// <summary>How a rate goes from one value to another.</summary>
public enum AnnealType
{
    /// <summary>As half a wave of the cosine.</summary>
    Cosine,

    /// <summary>As a line.</summary>
    Linear,
}
