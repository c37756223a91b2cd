using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Text.Json.Serialization;
using MathNet.Numerics.Distributions;

namespace NeuralFramework;

/// <summary>How a parameter gets its first values. The source is Caffe's <c>FillerParameter</c>; numbers are drawn
/// through MathNet's distributions.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(ConstantFiller), "constant")]
[JsonDerivedType(typeof(UniformFiller), "uniform")]
[JsonDerivedType(typeof(GaussianFiller), "gaussian")]
[JsonDerivedType(typeof(XavierFiller), "xavier")]
[JsonDerivedType(typeof(MsraFiller), "msra")]
[JsonDerivedType(typeof(ValuesFiller), "values")]
public abstract record Filler
{
    /// <summary>Fills a parameter with values drawn from <paramref name="random"/>.</summary>
    public void Fill<T>(Blob<T> parameter, Random random) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Drawn in double for every T, so that a net in float starts from the rounded values of the net in double.
        MemoryLimit.Require((long)parameter.Count * sizeof(double), $"filling the blob {parameter}");
        var values = new double[parameter.Count];
        Draw(values, parameter.Shape, random);
        var data = parameter.Data;
        for (var i = 0; i < values.Length; i++)
            data[i] = T.CreateTruncating(values[i]);
    }

    /// <summary>Draws the values of a parameter of the given shape.</summary>
    protected abstract void Draw(double[] values, Shape shape, Random random);
}

/// <summary>Every value is the same: <c>constant</c>.</summary>
public sealed record ConstantFiller : Filler
{
    /// <summary>The value.</summary>
    public double Value { get; init; }

    /// <inheritdoc/>
    protected override void Draw(double[] values, Shape shape, Random random) => Array.Fill(values, Value);
}

/// <summary>Uniform over [min, max): <c>uniform</c>.</summary>
public sealed record UniformFiller : Filler
{
    /// <summary>The lower bound.</summary>
    public double Min { get; init; }

    /// <summary>The upper bound.</summary>
    public double Max { get; init; } = 1;

    /// <inheritdoc/>
    protected override void Draw(double[] values, Shape shape, Random random)
    {
        if (Max < Min)
            throw new ConfigException($"filler uniform: received min {Min} and max {Max}, allowed: min at most max");
        ContinuousUniform.Samples(random, values, Min, Max);
    }
}

/// <summary>Normal with a mean and a standard deviation: <c>gaussian</c>. (Caffe's sparse option is not offered.)</summary>
public sealed record GaussianFiller : Filler
{
    /// <summary>The mean.</summary>
    public double Mean { get; init; }

    /// <summary>The standard deviation.</summary>
    [Range(0, double.MaxValue)]
    public double Std { get; init; } = 1;

    /// <inheritdoc/>
    protected override void Draw(double[] values, Shape shape, Random random) =>
        Normal.Samples(random, values, Mean, Std);
}

/// <summary>Which number n of connections a variance is divided by.</summary>
public enum VarianceNorm
{
    /// <summary>The inputs of a unit: count / extent of axis 0.</summary>
    FanIn,

    /// <summary>The outputs that an input feeds: count / extent of axis 1.</summary>
    FanOut,

    /// <summary>The mean of the two.</summary>
    Average,
}

/// <summary>Base of the fillers whose spread follows from the number of connections.</summary>
public abstract record VarianceFiller : Filler
{
    /// <summary>Which number of connections counts.</summary>
    public VarianceNorm VarianceNorm { get; init; } = VarianceNorm.FanIn;

    /// <summary>The number of connections n, as Caffe counts it.</summary>
    protected double Connections(Shape shape)
    {
        double fanIn = shape.Rank > 0 ? (double)shape.Size / shape[0] : shape.Size;
        double fanOut = shape.Rank > 1 ? (double)shape.Size / shape[1] : shape.Size;
        return VarianceNorm switch
        {
            VarianceNorm.FanOut => fanOut,
            VarianceNorm.Average => (fanIn + fanOut) / 2,
            _ => fanIn,
        };
    }
}

/// <summary>Uniform over ±√(3/n): <c>xavier</c> (Glorot and Bengio 2010, as Caffe has it: n is fan_in unless
/// <c>variance_norm</c> says otherwise).</summary>
public sealed record XavierFiller : VarianceFiller
{
    /// <inheritdoc/>
    protected override void Draw(double[] values, Shape shape, Random random)
    {
        var bound = Math.Sqrt(3 / Connections(shape));
        ContinuousUniform.Samples(random, values, -bound, bound);
    }
}

/// <summary>Normal with standard deviation √(2/n), meant for ReLU: <c>msra</c> (He et al. 2015).</summary>
public sealed record MsraFiller : VarianceFiller
{
    /// <inheritdoc/>
    protected override void Draw(double[] values, Shape shape, Random random) =>
        Normal.Samples(random, values, 0, Math.Sqrt(2 / Connections(shape)));
}

/// <summary>Given values, row-major: <c>values</c>, for examples small enough to be worked by hand.</summary>
public sealed record ValuesFiller : Filler
{
    /// <summary>As many as the parameter has elements.</summary>
    public required OneOrMany<double> Values { get; init; }

    /// <inheritdoc/>
    protected override void Draw(double[] values, Shape shape, Random random)
    {
        if (Values.Count != values.Length)
            throw new ShapeException($"filler values: received {Values.Count} values, allowed: {values.Length} for the "
                + $"shape {shape}");
        for (var i = 0; i < values.Length; i++)
            values[i] = Values[i];
    }
}
