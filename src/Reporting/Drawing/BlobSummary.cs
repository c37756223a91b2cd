using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Reporting;

/// <summary>Values in the few words that fit on a wire.</summary>
internal static class BlobSummary
{
    private const int MostNumbersInFull = 6;

    /// <summary>A scalar or a few numbers in full; of a larger tensor, its shape, the mean of its magnitudes, and its
    /// least and greatest value.</summary>
    public static string[] Of<T>(Shape shape, ReadOnlySpan<T> values) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (values.Length == 0)
            return [$"{shape}"];
        if (values.Length == 1)
            return [Number(values[0])];
        if (values.Length <= MostNumbersInFull)
            return [$"({string.Join(", ", values.ToArray().Select(Number))})"];
        var mean = TensorPrimitives.SumOfMagnitudes(values) / T.CreateTruncating(values.Length);
        return [$"{shape}  mean |x| {Number(mean)}",
            $"{Number(TensorPrimitives.Min(values))} … {Number(TensorPrimitives.Max(values))}"];
    }

    // At least two digits that count, and no minus before zero.
    private static string Number<T>(T value) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var number = double.CreateTruncating(value) + 0.0;
        var format = !double.IsFinite(number) ? "" : Math.Abs(number) switch
        {
            0 or (>= 0.0995 and < 100_000) => "0.00",
            >= 0.00995 and < 0.0995 => "0.000",
            _ => "0.0e+0",
        };
        return number.ToString(format, CultureInfo.InvariantCulture);
    }
}
