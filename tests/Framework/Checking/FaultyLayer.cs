using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Tests;

/// <summary>What is wrong with a <see cref="FaultyLayer{T}"/>.</summary>
public enum Fault
{
    None,
    Factor,
    Sign,
    OneElement,
    Transposed,
    NaN,
    BottomAdded,
    BottomNotWritten,
    ParameterOverwritten,
    ParameterForgotten,
    TopAdded,
    TopNotWritten,
    TopPartlyWritten,
}

/// <summary>The options of <see cref="FaultyLayer{T}"/>.</summary>
internal sealed record FaultyOptions : LayerOptions
{
    public Fault Fault { get; init; }
}

/// <summary>y_ij = x_ij² · w_ij over a square, with a fault to be found.</summary>
[LayerType("Faulty")]
internal sealed class FaultyLayer<T>(FaultyOptions options) : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Fault Fault => options.Fault;

    public override void SetUp(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        AddParameter(bottom[0].Shape, new UniformFiller { Min = 0.5, Max = 1.5 });
        base.SetUp(bottom, top);
    }

    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top) =>
        top[0].Reshape(bottom[0].Shape);

    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        if (Fault == Fault.TopNotWritten)
            return;
        var x = bottom[0].Data;
        var w = Parameters[0].Data;
        var y = top[0].Data;
        for (var i = Fault == Fault.TopPartlyWritten ? 1 : 0; i < y.Length; i++)
            y[i] = x[i] * x[i] * w[i] + (Fault == Fault.TopAdded ? y[i] : T.Zero);
    }

    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        AddParameterGradient(bottom[0].Data, top[0].Diff, Parameters[0].Diff);
        if (propagateDown[0] && Fault != Fault.BottomNotWritten)
            WriteBottomGradient(bottom[0], top[0].Diff);
    }

    private void AddParameterGradient(Span<T> x, Span<T> dy, Span<T> dw)
    {
        if (Fault == Fault.ParameterForgotten)
            return;
        if (Fault == Fault.ParameterOverwritten)
            dw.Clear();
        for (var i = 0; i < dw.Length; i++)
            dw[i] += x[i] * x[i] * dy[i];
    }

    private void WriteBottomGradient(Blob<T> bottom, Span<T> dy)
    {
        var x = bottom.Data;
        var w = Parameters[0].Data;
        var dx = bottom.Diff;
        var factor = T.CreateTruncating(Fault == Fault.Factor ? 1 : Fault == Fault.Sign ? -2 : 2);
        for (var i = 0; i < dx.Length; i++)
            dx[i] = factor * x[i] * w[i] * dy[i] + (Fault == Fault.BottomAdded ? dx[i] : T.Zero);
        if (Fault == Fault.OneElement)
            dx[^1] *= T.CreateTruncating(1.001);
        if (Fault == Fault.NaN)
            dx[2] = T.NaN;
        if (Fault == Fault.Transposed)
            Transpose(dx, bottom.Shape[0]);
    }

    private static void Transpose(Span<T> square, int size)
    {
        for (var i = 0; i < size; i++)
            for (var j = 0; j < i; j++)
                (square[i * size + j], square[j * size + i]) = (square[j * size + i], square[i * size + j]);
    }
}
