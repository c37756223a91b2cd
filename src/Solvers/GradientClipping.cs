using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace NeuralFramework.Solvers;

/// <summary>
/// Scales the gradients of all parameters together where their norm is above clip_gradients. The norm is that of the
/// mean over iter_size: Caffe takes it of the sum (BVLC/caffe issue 6199), so that there the same limit clips more the
/// larger iter_size is. The source of the idea is Pascanu et al., On the difficulty of training recurrent neural
/// networks (2013).
/// </summary>
internal sealed class GradientClipping<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double limit;
    private readonly Part[] parts;
    private readonly double[] sums;

    public GradientClipping(double limit, IEnumerable<Parameter<T>> parameters)
    {
        this.limit = limit;
        parts = [.. parameters.Where(parameter => parameter.NeedsGradient).SelectMany(PartsOf)];
        sums = new double[parts.Length];
    }

    /// <summary>What the gradients are to be multiplied by.</summary>
    /// <param name="gradientScale">1 / iter_size: makes the sums of gradients means.</param>
    public double Scale(double gradientScale)
    {
        var work = new SumWork(parts, sums);
        WorkPool.For(parts.Length, 1, ref work);
        var sum = 0.0;
        // In the order of the parts, whoever has summed them.
        foreach (var part in sums)
            sum += part;
        var norm = Math.Sqrt(sum) * gradientScale;
        // Where the norm is not finite, the gradients are left for the search for what diverged.
        return norm > limit && double.IsFinite(norm) ? limit / norm : 1;
    }

    private static IEnumerable<Part> PartsOf(Parameter<T> parameter)
    {
        for (var from = 0; from < parameter.Count; from += WorkPool.ElementGrain)
            yield return new Part(parameter, from, Math.Min(from + WorkPool.ElementGrain, parameter.Count));
    }

    private readonly record struct Part(Parameter<T> Parameter, int From, int To)
    {
        // In double: the squares of floats that are finite may not be.
        public double SumOfSquares() => typeof(T) == typeof(float)
            ? SumOfSquares(MemoryMarshal.Cast<T, float>(Parameter.Diff[From..To]))
            : double.CreateTruncating(TensorPrimitives.SumOfSquares<T>(Parameter.Diff[From..To]));

        private static double SumOfSquares(ReadOnlySpan<float> values)
        {
            var (even, odd) = (Vector<double>.Zero, Vector<double>.Zero);
            var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
            foreach (var vector in vectors)
            {
                Vector.Widen(vector, out var low, out var high);
                even += low * low;
                odd += high * high;
            }
            var sum = Vector.Sum(even + odd);
            foreach (double value in values[(vectors.Length * Vector<float>.Count)..])
                sum += value * value;
            return sum;
        }
    }

    private readonly struct SumWork(Part[] parts, double[] sums) : IRangeWork
    {
        public void Run(int from, int to)
        {
            for (var i = from; i < to; i++)
                sums[i] = parts[i].SumOfSquares();
        }
    }
}
