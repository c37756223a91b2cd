using System.Numerics;
using System.Runtime.InteropServices;

namespace NeuralFramework.Solvers;

/// <summary>The formula of an update rule for as many weights as a vector holds.</summary>
internal interface IUpdateStep<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Returns the moved weights and changes the history.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="gradient">The gradient of the loss, not scaled.</param>
    /// <param name="pull">The gradient of the regularisation for a decay of 1.</param>
    /// <param name="first">The first value of the history.</param>
    /// <param name="second">The second value of the history, for rules that have one.</param>
    Vector<T> Apply(Vector<T> weights, Vector<T> gradient, Vector<T> pull, ref Vector<T> first, ref Vector<T> second);
}

/// <summary>Runs a formula over a range in one pass. The places behind the last whole vector go through the same vector
/// instructions, so a weight's bits do not depend on where it stands.</summary>
internal static class UpdateKernel
{
    public static void Run<T, TStep>(UpdateRange<T> range, RegularizationType regularization, TStep step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> where TStep : struct, IUpdateStep<T>
    {
        var weights = range.Weights;
        var gradient = range.Gradient;
        var first = range.History(0);
        var second = range.Histories > 1 ? range.History(1) : default;
        var whole = weights.Length / Vector<T>.Count * Vector<T>.Count;
        Move(weights[..whole], gradient[..whole], first[..whole], second.IsEmpty ? default : second[..whole],
            regularization, step);
        if (whole < weights.Length)
            MoveTail(weights[whole..], gradient[whole..], first[whole..], second.IsEmpty ? default : second[whole..],
                regularization, step);
    }

    private static void Move<T, TStep>(Span<T> weights, ReadOnlySpan<T> gradient, Span<T> first, Span<T> second,
        RegularizationType regularization, TStep step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> where TStep : struct, IUpdateStep<T>
    {
        var w = MemoryMarshal.Cast<T, Vector<T>>(weights);
        var g = MemoryMarshal.Cast<T, Vector<T>>(gradient);
        var h1 = MemoryMarshal.Cast<T, Vector<T>>(first);
        var h2 = MemoryMarshal.Cast<T, Vector<T>>(second);
        var unused = Vector<T>.Zero;
        for (var i = 0; i < w.Length; i++)
        {
            var pull = regularization == RegularizationType.L1 ? Sign(w[i]) : w[i];
            w[i] = step.Apply(w[i], g[i], pull, ref h1[i], ref i < h2.Length ? ref h2[i] : ref unused);
        }
    }

    private static void MoveTail<T, TStep>(Span<T> weights, ReadOnlySpan<T> gradient, Span<T> first, Span<T> second,
        RegularizationType regularization, TStep step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> where TStep : struct, IUpdateStep<T>
    {
        var width = Vector<T>.Count;
        Span<T> padded = stackalloc T[4 * width];
        padded.Clear();
        var w = padded[..width];
        var g = padded.Slice(width, width);
        var h1 = padded.Slice(2 * width, width);
        var h2 = padded.Slice(3 * width, width);
        weights.CopyTo(w);
        gradient.CopyTo(g);
        first.CopyTo(h1);
        second.CopyTo(h2);
        Move(w, g, h1, h2, regularization, step);
        w[..weights.Length].CopyTo(weights);
        h1[..first.Length].CopyTo(first);
        h2[..second.Length].CopyTo(second);
    }

    private static Vector<T> Sign<T>(Vector<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Vector.ConditionalSelect(Vector.Equals(x, Vector<T>.Zero), Vector<T>.Zero,
            Vector.ConditionalSelect(Vector.LessThan(x, Vector<T>.Zero), -Vector<T>.One, Vector<T>.One));
}
