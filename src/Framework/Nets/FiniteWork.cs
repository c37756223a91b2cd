using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework;

/// <summary>Looks for values that are not finite, on all threads.</summary>
internal readonly ref struct FiniteWork<T> : IRangeWork where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> values;
    private readonly ref int found;

    private FiniteWork(ReadOnlySpan<T> values, ref int found)
    {
        this.values = values;
        this.found = ref found;
    }

    /// <summary>Whether the gradient of a parameter is finite. Of a sparse one, only the rows are looked at that have
    /// one.</summary>
    public static bool AreAllFinite(Parameter<T> parameter)
    {
        if (parameter.TouchedRows is not { } touched)
            return AreAllFinite(parameter.Diff);
        var width = parameter.Shape.SizeOf(1);
        foreach (var row in touched.Rows)
            if (!TensorPrimitives.IsFiniteAll<T>(parameter.Diff.Slice(row * width, width)))
                return false;
        return true;
    }

    public static bool AreAllFinite(ReadOnlySpan<T> values)
    {
        var found = 0;
        var work = new FiniteWork<T>(values, ref found);
        WorkPool.For(values.Length, WorkPool.ElementGrain, ref work);
        return found == 0;
    }

    public void Run(int from, int to)
    {
        if (!TensorPrimitives.IsFiniteAll(values[from..to]))
            Volatile.Write(ref found, 1);
    }
}
