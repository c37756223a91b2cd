using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>How much a violated margin costs.</summary>
public enum HingeNorm
{
    /// <summary>The violation.</summary>
    L1,

    /// <summary>Its square.</summary>
    L2,
}

/// <summary>The options of <see cref="SVMHingeLayer{T}"/>.</summary>
public sealed record SVMHingeOptions : LayerOptions
{
    /// <summary>The margin Δ by which the score of the right class is to exceed every other.</summary>
    [Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double Delta { get; init; } = 1;

    /// <summary>How much a violated margin costs: <c>l1</c> the violation, <c>l2</c> its square.</summary>
    public HingeNorm Norm { get; init; } = HingeNorm.L1;
}

/// <summary>
/// The multi-class support vector machine's hinge: L = 1/N · Σ_i Σ_{j≠y_i} m_ij with m_ij = max(0, s_ij − s_iy + Δ),
/// squared for <c>norm</c> l2.
/// <para>Bottoms: scores of N×C (in N×C×… all but the first axis count the classes); labels, N class numbers from 0 to
/// C − 1. Top: the loss, a scalar.</para>
/// <para>Backward, with w the gradient of the top, its loss weight: ∂L/∂s_ij = w/N · [m_ij &gt; 0], for l2
/// w/N · 2 · m_ij; ∂L/∂s_iy is minus the sum of those of i. None goes to the labels.</para>
/// <para>Source: the CS231n notes on linear classification (Weston and Watkins 1999). Caffe's <c>HingeLoss</c> is
/// another: one-vs-all, Σ_j max(0, 1 ∓ s_ij) with minus for the right class, which pushes each score to its side of 0
/// and never compares scores.</para>
/// </summary>
[LayerType("SVMHinge")]
public sealed class SVMHingeLayer<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // How many elements of a part are worth waking a thread for.
    private const int Grain = WorkPool.ElementGrain;

    private readonly SVMHingeOptions options;
    private readonly ClassLabels<T> labels;
    private readonly Blob<T> margins = new([0]);

    // A blob rather than an array: a vectorised sum's order depends on how the memory is aligned.
    private readonly Blob<T> losses = new([0]);
    private AxisView view;

    /// <summary>Creates the layer.</summary>
    public SVMHingeLayer(SVMHingeOptions options) => (this.options, labels) = (options, new ClassLabels<T>(this));

    /// <inheritdoc/>
    public override BlobCount Bottoms => BlobCount.Exactly(2);

    /// <inheritdoc/>
    public override bool IsLoss => true;

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    private int SamplesPerPart => Math.Max(1, Grain / Math.Max(1, view.Extent));

    /// <inheritdoc/>
    public override bool PropagatesTo(int bottomIndex) => bottomIndex == 0;

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var samples = bottom[0].Shape[AxisOf(bottom[0], 0)];
        view = new AxisView(samples, bottom[0].Shape.SizeOf(1), 1);
        labels.Reshape(bottom[0], bottom[1], view);
        margins.Reshape([samples, view.Extent]);
        losses.Reshape([samples]);
        top[0].Reshape(Shape.Scalar);
    }

    /// <inheritdoc/>
    /// <exception cref="DataException">A label is not the number of a class.</exception>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        labels.Read(bottom[1]);
        var work = new ForwardWork(this, bottom[0].Data);
        WorkPool.For(view.Outer, SamplesPerPart, ref work);
        top[0].Data[0] = TensorPrimitives.Sum<T>(losses.Data) / T.CreateTruncating(view.Outer);
    }

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        if (!propagateDown[0])
            return;
        var work = new BackwardWork(this, bottom[0].Diff, top[0].Diff[0] / T.CreateTruncating(view.Outer));
        WorkPool.For(view.Outer, SamplesPerPart, ref work);
    }

    private Span<T> MarginsOf(int sample) => margins.Data.Slice(sample * view.Extent, view.Extent);

    private T LossOf(int sample, ReadOnlySpan<T> scores)
    {
        var terms = MarginsOf(sample);
        var label = labels.Values[sample];
        TensorPrimitives.Add(scores, T.CreateTruncating(options.Delta) - scores[label], terms);
        TensorPrimitives.Max(terms, T.Zero, terms);
        terms[label] = T.Zero;
        return options.Norm == HingeNorm.L1 ? TensorPrimitives.Sum<T>(terms) : TensorPrimitives.SumOfSquares<T>(terms);
    }

    private void GradientOf(int sample, Span<T> dx, T scale)
    {
        var terms = MarginsOf(sample);
        if (options.Norm == HingeNorm.L1)
            VectorKernel.Apply(new WhereAbove(scale), terms, terms, dx);
        else
            TensorPrimitives.Multiply(terms, scale + scale, dx);
        // The right class's own term is 0, so this is the sum over the others.
        dx[labels.Values[sample]] = -TensorPrimitives.Sum<T>(dx);
    }

    private readonly struct WhereAbove(T scale) : IPairKernel<T>
    {
        private readonly Vector<T> scale = new(scale);

        public Vector<T> Of(Vector<T> term, Vector<T> unused) =>
            Vector.ConditionalSelect(Vector.GreaterThan(term, Vector<T>.Zero), scale, Vector<T>.Zero);
    }

    private readonly ref struct ForwardWork(SVMHingeLayer<T> layer, ReadOnlySpan<T> scores) : IRangeWork
    {
        private readonly ReadOnlySpan<T> scores = scores;

        public void Run(int from, int to)
        {
            var losses = layer.losses.Data;
            var classes = layer.view.Extent;
            for (var sample = from; sample < to; sample++)
                losses[sample] = layer.LossOf(sample, scores.Slice(sample * classes, classes));
        }
    }

    private readonly ref struct BackwardWork(SVMHingeLayer<T> layer, Span<T> dx, T scale) : IRangeWork
    {
        private readonly Span<T> dx = dx;

        public void Run(int from, int to)
        {
            var classes = layer.view.Extent;
            for (var sample = from; sample < to; sample++)
                layer.GradientOf(sample, dx.Slice(sample * classes, classes), scale);
        }
    }
}
