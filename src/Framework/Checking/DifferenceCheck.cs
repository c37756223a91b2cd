using System.Numerics;

namespace NeuralFramework;

/// <summary>Compares analytic gradients with differences of the objective, element by element.</summary>
internal sealed class DifferenceCheck<T>(CheckObjective<T> objective, GradientCheckOptions options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Below these a gradient is too small beside the others, or beside rounding, for its relative error to mean anything.
    // In float, a loss of 1 is rounded by 6e-8, which a step of 1e-2 makes an error of 1e-5 in the difference.
    private static readonly double FloorOfLargest = typeof(T) == typeof(double) ? 1e-3 : 1e-1;
    private static readonly double SmallestFloor = typeof(T) == typeof(double) ? 1e-6 : 1e-3;

    private readonly double tolerance = options.ToleranceFor<T>();
    private readonly List<GradientCheckRow> rows = [];
    private readonly List<GradientElement> failures = [];
    private readonly List<GradientElement> skipped = [];

    public GradientCheckResult Run(IEnumerable<CheckTarget<T>> targets)
    {
        objective.KeepPoint();
        foreach (var target in targets)
            rows.Add(Check(target));
        return new GradientCheckResult(tolerance, rows, failures, skipped);
    }

    private GradientCheckRow Check(CheckTarget<T> target)
    {
        var floor = Math.Max(SmallestFloor, FloorOfLargest * target.Analytic.Select(Math.Abs).DefaultIfEmpty().Max());
        var skippedBefore = skipped.Count;
        var compared = 0;
        GradientElement? worst = null;
        foreach (var index in ElementsOf(target))
        {
            options.Cancellation.ThrowIfCancellationRequested();
            var (element, isKink) = Compare(target, index, floor);
            if (isKink)
            {
                skipped.Add(element);
                continue;
            }
            compared++;
            if (!(element.RelativeError <= tolerance))
                failures.Add(element);
            if (worst is null || !(element.RelativeError <= worst.Value.RelativeError))
                worst = element;
        }
        return new GradientCheckRow(target.Name, target.Layer, target.Blob.Shape, compared, skipped.Count - skippedBefore, worst);
    }

    private IEnumerable<int> ElementsOf(CheckTarget<T> target) =>
        options.SamplesPerBlob is { } samples && samples < target.Blob.Count
            ? RandomStream.Permutation(target.Blob.Count, options.Seed, $"{target.Name}/sample", 0).Take(samples).Order()
            : Enumerable.Range(0, target.Blob.Count);

    private (GradientElement Element, bool IsKink) Compare(CheckTarget<T> target, int index, double floor)
    {
        var original = target.Blob.Data[index];
        var x = double.CreateTruncating(original);
        var step = options.StepFor<T>() * Math.Max(1, Math.Abs(x));
        var whole = objective.Differences(MoveTo, x, step);
        var half = objective.Differences(MoveTo, x, step / 2);
        target.Blob.Data[index] = original;
        target.Forward();

        // Richardson's extrapolation: the errors of order h² of the two differences cancel.
        var numeric = (4 * half.Slope - whole.Slope) / 3;
        var analytic = target.Analytic[index];
        var difference = Math.Abs(analytic - numeric);
        var scale = Math.Max(floor, Math.Max(Math.Abs(analytic), Math.Abs(numeric)));
        var element = new GradientElement(target.Name, index, analytic, numeric, difference / scale);
        var noise = tolerance * scale;
        return (element, element.RelativeError > tolerance
            ? IsKink(whole, half, difference, noise) : JumpAtPoint(whole, half) > noise);

        void MoveTo(double value)
        {
            target.Blob.Data[index] = T.CreateTruncating(value);
            target.Forward();
        }
    }

    /// <summary>
    /// Where the objective is smooth, halving the step leaves the slope nearly as it was and halves the jump. A kink off
    /// the point moves the slope; one exactly at the point leaves the jump whole. It explains a mismatch only up to its
    /// own size: a larger one is wrong, kink or not.
    /// </summary>
    private static bool IsKink((double Slope, double Jump) whole, (double Slope, double Jump) half, double difference,
        double noise)
    {
        var moved = Math.Abs(whole.Slope - half.Slope);
        var size = Math.Max(moved, JumpAtPoint(whole, half));
        return size > noise / 10 && difference <= 4 * size;
    }

    // At such a point an analytic gradient between the two slopes, as that of |x| at 0, agrees by chance.
    private static double JumpAtPoint((double Slope, double Jump) whole, (double Slope, double Jump) half) =>
        Math.Abs(half.Jump) > 0.75 * Math.Abs(whole.Jump) ? Math.Abs(half.Jump) : 0;
}
