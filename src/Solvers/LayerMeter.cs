using System.Diagnostics;
using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Solvers;

/// <summary>
/// Measures the layers of a net during one iteration: the time of each pass, and the norms of weights, gradient and
/// update. It runs the layers as <see cref="Net{T}.Forward"/> and <see cref="Net{T}.Backward"/> do, so the iteration
/// comes to the same bits as one that nobody measures. It remembers the weights of one parameter at a time.
/// </summary>
internal sealed class LayerMeter<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Net<T> net;
    private readonly Dictionary<Parameter<T>, int> owners = [];
    private readonly double[] forward;
    private readonly double[] backward;
    private readonly (double Weights, double Gradient, double Update)[] squares;
    private readonly T[] before;

    public LayerMeter(Net<T> net)
    {
        this.net = net;
        for (var i = 0; i < net.Layers.Count; i++)
            foreach (var parameter in net.Layers[i].Parameters.Where(parameter => parameter.NeedsGradient))
                owners.TryAdd(parameter, i);
        forward = new double[net.Nodes.Count];
        backward = new double[net.Nodes.Count];
        squares = new (double, double, double)[net.Nodes.Count];
        before = new T[owners.Keys.Select(parameter => parameter.Count).DefaultIfEmpty().Max()];
    }

    /// <summary>Forgets the last iteration.</summary>
    public void Begin()
    {
        Array.Clear(forward);
        Array.Clear(backward);
        Array.Clear(squares);
    }

    /// <summary>A forward pass; returns the loss.</summary>
    public T Forward()
    {
        for (var i = 0; i < net.Nodes.Count; i++)
        {
            var start = Stopwatch.GetTimestamp();
            net.ForwardNode(i);
            forward[i] += Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        // Behind the last node nothing is left to run but the sum of the losses.
        return net.ForwardFrom(net.Nodes.Count);
    }

    /// <summary>A backward pass.</summary>
    public void Backward()
    {
        for (var i = net.Nodes.Count - 1; i >= 0; i--)
        {
            var start = Stopwatch.GetTimestamp();
            net.BackwardNode(i);
            backward[i] += Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
    }

    /// <summary>Looks at a parameter that is about to be updated.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="gradientScale">Makes the sum of its gradients their mean.</param>
    public void BeforeUpdate(Parameter<T> parameter, double gradientScale)
    {
        ref var sums = ref squares[owners[parameter]];
        sums.Weights += SumOfSquares(parameter.Data);
        var at = 0;
        for (var part = 0; part < PartsOf(parameter); part++)
        {
            var (start, length) = PartOf(parameter, part);
            parameter.Data.Slice(start, length).CopyTo(before.AsSpan(at));
            sums.Gradient += SumOfSquares(parameter.Diff.Slice(start, length)) * gradientScale * gradientScale;
            at += length;
        }
    }

    /// <summary>Looks at the same parameter again.</summary>
    public void AfterUpdate(Parameter<T> parameter)
    {
        var at = 0;
        for (var part = 0; part < PartsOf(parameter); part++)
        {
            var (start, length) = PartOf(parameter, part);
            var change = before.AsSpan(at, length);
            TensorPrimitives.Subtract(parameter.Data.Slice(start, length), change, change);
            squares[owners[parameter]].Update += SumOfSquares(change);
            at += length;
        }
    }

    // Of a parameter of which few rows have a gradient, only those are looked at; of any other, all in one.
    private static int PartsOf(Parameter<T> parameter) => parameter.TouchedRows?.Count ?? 1;

    private static (int Start, int Length) PartOf(Parameter<T> parameter, int part)
    {
        if (parameter.TouchedRows is not { } touched)
            return (0, parameter.Count);
        var width = parameter.Shape.SizeOf(1);
        return (touched.Rows[part] * width, width);
    }

    /// <summary>What was measured since <see cref="Begin"/>.</summary>
    public IReadOnlyList<LayerMeasurement> Measurements()
    {
        var learning = owners.Values.ToHashSet();
        return [.. net.Layers.Select((layer, i) => new LayerMeasurement(layer.Name, forward[i], backward[i],
            learning.Contains(i) ? new LayerNorms(Math.Sqrt(squares[i].Weights), Math.Sqrt(squares[i].Gradient),
                Math.Sqrt(squares[i].Update)) : null))];
    }

    private static double SumOfSquares(ReadOnlySpan<T> values) =>
        double.CreateTruncating(TensorPrimitives.SumOfSquares(values));
}
