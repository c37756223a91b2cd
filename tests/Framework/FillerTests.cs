using System.Text.Json.Nodes;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>Each filler's formula, on 60 000 values: a weight of 200 outputs × 300 inputs.</summary>
public class FillerTests
{
    private const int Outputs = 200;
    private const int Inputs = 300;
    private const int Count = Outputs * Inputs;

    private static double[] Fill(Filler filler, Shape? shape = null, int seed = 1)
    {
        var blob = new Blob<double>("w", shape ?? [Outputs, Inputs]);
        filler.Fill(blob, RandomStream.Create(seed, "w"));
        return blob.Data.ToArray();
    }

    // The mean of n values scatters by σ/√n; the standard deviation of normal values by σ/√(2n), of uniform ones by
    // less. Five of these are exceeded once in two million draws, and the seed is fixed.
    private static void AssertMoments(double[] values, double mean, double deviation)
    {
        var average = values.Average();
        var spread = Math.Sqrt(values.Average(value => (value - average) * (value - average)));
        Assert.That(average, Is.EqualTo(mean).Within(5 * deviation / Math.Sqrt(values.Length)), "mean");
        Assert.That(spread, Is.EqualTo(deviation).Within(5 * deviation / Math.Sqrt(2.0 * values.Length)),
            "standard deviation");
    }

    // Of n uniform values the largest is farther than 20/n of the range from the bound once in e²⁰ draws.
    private static void AssertUniform(double[] values, double min, double max)
    {
        var slack = 20 * (max - min) / values.Length;
        Assert.That(values.Min(), Is.InRange(min, min + slack), "least value");
        Assert.That(values.Max(), Is.InRange(max - slack, max), "greatest value");
        AssertMoments(values, (min + max) / 2, (max - min) / Math.Sqrt(12));
    }

    private static double Beyond(double[] values, double limit) =>
        values.Count(value => Math.Abs(value) > limit) / (double)Count;

    [Test]
    public void Constant_gives_every_element_the_value() =>
        Assert.That(Fill(new ConstantFiller { Value = 0.25 }), Is.All.EqualTo(0.25));

    [Test]
    public void Uniform_covers_the_range_from_min_to_max() =>
        AssertUniform(Fill(new UniformFiller { Min = -3, Max = 1 }), -3, 1);

    [Test]
    public void Gaussian_has_the_mean_and_the_standard_deviation()
    {
        var values = Fill(new GaussianFiller { Mean = 2, Std = 0.5 });
        AssertMoments(values, 2, 0.5);
        // A normal value is beyond two standard deviations with probability 0.0455: here 2730 ± 51.
        Assert.That(values.Count(value => Math.Abs(value - 2) > 1), Is.EqualTo(2730).Within(5 * 51));
    }

    [TestCase(VarianceNorm.FanIn, Inputs)]
    [TestCase(VarianceNorm.FanOut, Outputs)]
    [TestCase(VarianceNorm.Average, (Inputs + Outputs) / 2)]
    public void Xavier_is_uniform_within_the_root_of_3_over_the_connections(VarianceNorm norm, int connections)
    {
        var bound = Math.Sqrt(3.0 / connections);
        AssertUniform(Fill(new XavierFiller { VarianceNorm = norm }), -bound, bound);
    }

    [TestCase(VarianceNorm.FanIn, Inputs)]
    [TestCase(VarianceNorm.FanOut, Outputs)]
    [TestCase(VarianceNorm.Average, (Inputs + Outputs) / 2)]
    public void Msra_is_normal_with_the_root_of_2_over_the_connections(VarianceNorm norm, int connections)
    {
        var values = Fill(new MsraFiller { VarianceNorm = norm });
        AssertMoments(values, 0, Math.Sqrt(2.0 / connections));
        Assert.That(Beyond(values, 2 * Math.Sqrt(2.0 / connections)), Is.EqualTo(0.0455).Within(5 * 51.0 / Count));
    }

    // As Caffe counts: fan_in is count / axis 0 = 20·5·5, fan_out count / axis 1 = 80·5·5.
    [TestCase(VarianceNorm.FanIn, 20 * 25)]
    [TestCase(VarianceNorm.FanOut, 80 * 25)]
    [TestCase(VarianceNorm.Average, 50 * 25)]
    public void Connections_of_a_convolution_count_the_kernel(VarianceNorm norm, int connections)
    {
        var bound = Math.Sqrt(3.0 / connections);
        AssertUniform(Fill(new XavierFiller { VarianceNorm = norm }, [80, 20, 5, 5]), -bound, bound);
    }

    [Test]
    public void Connections_of_a_vector_count_one_in_and_all_out()
    {
        AssertUniform(Fill(new XavierFiller(), [Count]), -Math.Sqrt(3), Math.Sqrt(3));
        var bound = Math.Sqrt(3.0 / Count);
        AssertUniform(Fill(new XavierFiller { VarianceNorm = VarianceNorm.FanOut }, [Count]), -bound, bound);
    }

    private static IEnumerable<Filler> RandomFillers() =>
        [new UniformFiller(), new GaussianFiller(), new XavierFiller(), new MsraFiller()];

    [TestCaseSource(nameof(RandomFillers))]
    public void The_same_seed_gives_the_same_values_and_another_others(Filler filler)
    {
        Assert.That(Fill(filler, seed: 7), Is.EqualTo(Fill(filler, seed: 7)));
        Assert.That(Fill(filler, seed: 8), Is.Not.EqualTo(Fill(filler, seed: 7)));
    }

    [TestCaseSource(nameof(RandomFillers))]
    public void Float_gets_the_rounded_values_of_double(Filler filler)
    {
        var single = new Blob<float>("w", [Outputs, Inputs]);
        filler.Fill(single, RandomStream.Create(1, "w"));
        Assert.That(single.Data.ToArray(), Is.EqualTo(Fill(filler).Select(value => (float)value)));
    }

    [Test]
    public void A_minimum_above_the_maximum_is_an_error() =>
        Assert.That(() => Fill(new UniformFiller { Min = 2, Max = 1 }),
        Throws.TypeOf<ConfigException>().With.Message.EqualTo(
            "filler uniform: received min 2 and max 1, allowed: min at most max"));

    [Test]
    public void Values_are_given_row_by_row() =>
        Assert.That(Fill(new ValuesFiller { Values = new double[] { 1, 2, 3, 4 } }, [2, 2]), Is.EqualTo(new double[] { 1, 2, 3, 4 }));

    [Test]
    public void Values_must_be_as_many_as_the_elements() =>
        Assert.That(() => Fill(new ValuesFiller { Values = new double[] { 1, 2, 3 } }, [2, 2]),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo("filler values: received 3 values, allowed: 4 for the shape 2×2"));

    [Test]
    public void An_unknown_filler_is_an_error_that_suggests_one()
    {
        var options = new JsonObject { ["num_output"] = 1, ["weight_filler"] = new JsonObject { ["type"] = "xaver" } };
        Assert.That(() => LayerRegistry.Create<double>("InnerProduct", options),
            Throws.TypeOf<ConfigException>().With.Message.EndsWith("layer 'InnerProduct1' (InnerProduct): member "
                + "'weight_filler': member 'type': received \"xaver\" (text), allowed: constant, uniform, "
                + "gaussian, xavier, msra, values; did you mean 'xavier'?"));
    }
}
