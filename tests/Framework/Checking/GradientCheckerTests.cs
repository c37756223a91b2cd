using System.Numerics;
using System.Numerics.Tensors;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class GradientCheckerTests
{
    [Test]
    public void A_check_can_be_broken_off()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.That(() => GradientChecker.Check(new NeuralFramework.Layers.SigmoidLayer<double>(), [new Blob<double>("x", [3])],
            new GradientCheckOptions { Cancellation = source.Token }), Throws.InstanceOf<OperationCanceledException>());
    }

    private static GradientCheckResult Check(Fault fault) =>
        GradientChecker.Check(new FaultyLayer<double>(new FaultyOptions { Fault = fault }) { Name = "f" }, [3, 3]);

    private static GradientCheckResult CheckAt<TLayer>(params double[] values) where TLayer : Layer<double>, new() =>
        GradientChecker.Check(new TLayer(), [new Blob<double>("x", [values.Length], values)]);

    private static int[] Wrong(GradientCheckResult result, string blob) =>
        [.. result.Failures.Where(element => element.Blob == blob).Select(element => element.Index)];

    private static readonly int[] All = [0, 1, 2, 3, 4, 5, 6, 7, 8];

    [Test]
    public void A_right_layer_passes_far_below_the_tolerance()
    {
        var result = Check(Fault.None);
        Assert.That(result.Passed, result.ToString());
        Assert.That(result.MaxRelativeError, Is.LessThan(1e-9));
        Assert.That(result.Rows.Select(row => (row.Name, row.Checked, row.Skipped)),
            Is.EqualTo(new[] { ("f/0", 9, 0), ("bottom0", 9, 0) }));
        Assert.That(result.Tolerance, Is.EqualTo(1e-6));
    }

    [TestCase(Fault.Factor)]
    [TestCase(Fault.Sign)]
    [TestCase(Fault.BottomAdded)]
    [TestCase(Fault.BottomNotWritten)]
    public void A_wrong_gradient_of_the_bottom_fails_at_every_element(Fault fault)
    {
        var result = Check(fault);
        Assert.That(result.Passed, Is.False);
        Assert.That(Wrong(result, "bottom0"), Is.EqualTo(All));
        Assert.That(Wrong(result, "f/0"), Is.Empty);
    }

    [TestCase(Fault.ParameterOverwritten)]
    [TestCase(Fault.ParameterForgotten)]
    public void A_gradient_of_a_parameter_that_is_not_added_fails_at_every_element(Fault fault)
    {
        var result = Check(fault);
        Assert.That(Wrong(result, "f/0"), Is.EqualTo(All));
        Assert.That(Wrong(result, "bottom0"), Is.Empty);
    }

    [TestCase(Fault.OneElement, new[] { 8 })]
    [TestCase(Fault.NaN, new[] { 2 })]
    [TestCase(Fault.Transposed, new[] { 1, 2, 3, 5, 6, 7 })]
    public void Exactly_the_wrong_elements_fail(Fault fault, int[] wrong)
    {
        var result = Check(fault);
        Assert.That(result.Failures.Select(element => (element.Blob, element.Index)),
            Is.EqualTo(wrong.Select(index => ("bottom0", index))));
        Assert.That(result.Passed, Is.False);
    }

    [TestCase(Fault.TopAdded)]
    [TestCase(Fault.TopNotWritten)]
    [TestCase(Fault.TopPartlyWritten)]
    public void A_forward_pass_that_does_not_overwrite_its_top_fails(Fault fault) =>
        Assert.That(Check(fault).Passed, Is.False);

    [Test]
    public void A_failure_says_what_was_received_and_what_differences_gave()
    {
        var layer = new FaultyLayer<double>(new FaultyOptions { Fault = Fault.Factor });
        var result = GradientChecker.Check(layer,
            [new Blob<double>("x", [1, 1], [3])]);
        var wrong = result.Failures.Single();
        Assert.That(wrong.Numeric, Is.EqualTo(2 * wrong.Analytic).Within(1e-8));
        Assert.That(wrong.RelativeError, Is.EqualTo(0.5).Within(1e-8));
        Assert.That(wrong.Blob, Is.EqualTo("x"));
        Assert.That(result.ToString(), Does.StartWith("FAILED: 2 elements compared, 1 wrong, 0 skipped at kinks")
            .And.Contain("x[0]: analytic ").And.Contain("relative error 5.0e-01"));
    }

    [Test]
    public void A_report_of_many_wrong_elements_is_short_and_the_result_is_whole()
    {
        var result = GradientChecker.Check(new FaultyLayer<double>(new FaultyOptions { Fault = Fault.Sign }), [10, 10]);
        Assert.That(result.Failures, Has.Count.EqualTo(100));
        Assert.That(result.ToString(), Does.EndWith("and 90 more"));
    }

    [Test]
    public void A_kink_at_a_point_is_skipped_and_reported()
    {
        var result = CheckAt<AbsLayer<double>>(1, 0, -2);
        Assert.That(result.Passed, result.ToString());
        Assert.That(result.Skipped.Select(element => (element.Blob, element.Index)), Is.EqualTo(new[] { ("x", 1) }));
        Assert.That(result.Checked, Is.EqualTo(2));
        Assert.That(result.ToString(), Does.Contain("1 skipped at kinks").And.Contain("a kink is within the step"));
    }

    [Test]
    public void A_kink_within_the_step_is_skipped([Values(1e-5, -3e-5, 6e-5, -9e-5, 1e-12)] double near)
    {
        var result = CheckAt<AbsLayer<double>>(1, near);
        Assert.That(result.Passed, result.ToString());
        Assert.That(result.Skipped.Select(element => element.Index), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public void A_kink_beyond_the_step_is_compared() =>
        Assert.That(CheckAt<AbsLayer<double>>(2e-4, -2e-4).Checked, Is.EqualTo(2));

    [Test]
    public void Where_every_element_is_a_kink_nothing_passes()
    {
        var result = CheckAt<AbsLayer<double>>(0, 0);
        Assert.That(result.Failures, Is.Empty);
        Assert.That(result.Passed, Is.False);
        Assert.That(result.ToString(), Does.Contain("nothing was compared"));
    }

    [Test]
    public void A_wrong_gradient_does_not_hide_behind_a_kink()
    {
        var result = CheckAt<WrongAbsLayer<double>>(0, 1);
        Assert.That(result.Failures.Select(element => element.Index), Is.EqualTo(new[] { 0, 1 }), result.ToString());
    }

    [TestCase(0.05)]
    [TestCase(-0.05)]
    [TestCase(0.2)]
    public void A_steep_reciprocal_passes(double x)
    {
        var result = CheckAt<ReciprocalLayer<double>>(x, 1);
        Assert.That(result.Passed && result.Skipped.Count == 0, result.ToString());
    }

    [Test]
    public void A_steep_exponential_passes()
    {
        var result = CheckAt<ExpLayer<double>>(10, -10, 0, 3);
        Assert.That(result.Passed && result.Skipped.Count == 0, result.ToString());
    }

    [Test]
    public void A_bottom_that_gets_no_gradient_is_not_checked()
    {
        var result = GradientChecker.Check(new Layers.SoftmaxLossLayer<double>(new Layers.SoftmaxLossOptions()),
            [new Blob<double>("scores", [2, 3], [1, 2, 3, -1, 0, 1]), new Blob<double>("label", [2], [2, 0])]);
        Assert.That(result.Passed, result.ToString());
        Assert.That(result.Rows.Select(row => row.Name), Is.EqualTo(new[] { "scores" }));
    }

    [Test]
    public void A_sample_of_the_elements_may_be_checked()
    {
        GradientCheckResult Sample(long seed) => GradientChecker.Check(
            new FaultyLayer<double>(new FaultyOptions { Fault = Fault.Sign }), [new Blob<double>("x", [10, 10],
                [.. Enumerable.Range(1, 100).Select(i => i / 50.0)])],
            new GradientCheckOptions { SamplesPerBlob = 7, Seed = seed });
        Assert.That(Sample(1).Rows.Select(row => row.Checked), Is.EqualTo(new[] { 7, 7 }));
        Assert.That(Wrong(Sample(1), "x"), Has.Length.EqualTo(7).And.Ordered.And.Unique);
        Assert.That(Wrong(Sample(1), "x"), Is.EqualTo(Wrong(Sample(1), "x")));
        Assert.That(Wrong(Sample(2), "x"), Is.Not.EqualTo(Wrong(Sample(1), "x")));
    }

    [Test]
    public void The_values_are_what_they_were()
    {
        var x = new Blob<double>("x", [2], [1, 2]);
        GradientChecker.Check(new AbsLayer<double>(), [x]);
        Assert.That(x.Data.ToArray(), Is.EqualTo(new[] { 1.0, 2 }));
    }

    [Test]
    public void In_float_a_right_layer_passes_and_a_gross_error_fails()
    {
        GradientCheckResult CheckFloat(Fault fault) =>
            GradientChecker.Check(new FaultyLayer<float>(new FaultyOptions { Fault = fault }), [3, 3]);
        Assert.That(CheckFloat(Fault.None).Passed, CheckFloat(Fault.None).ToString());
        Assert.That(CheckFloat(Fault.Factor).Passed, Is.False);
    }

    [Test]
    public void The_tolerance_can_be_chosen() => Assert.That(GradientChecker.Check(
        new FaultyLayer<double>(new FaultyOptions { Fault = Fault.OneElement }), [new Blob<double>("x", [1, 1], [1])],
        new GradientCheckOptions { Tolerance = 0.01 }).Passed);

    private class AbsLayer<T> : ElementwiseLayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        protected override void Compute(ReadOnlySpan<T> x, Span<T> y) => TensorPrimitives.Abs(x, y);

        protected override void ComputeGradient(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
        {
            for (var i = 0; i < x.Length; i++)
                dx[i] = dy[i] * T.CreateTruncating(T.Sign(x[i]));
        }
    }

    /// <summary>|x| with a gradient far from both of its slopes.</summary>
    private sealed class WrongAbsLayer<T> : AbsLayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        protected override void ComputeGradient(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) =>
            TensorPrimitives.Multiply(dy, T.CreateTruncating(20), dx);
    }

    private sealed class ReciprocalLayer<T> : ElementwiseLayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        protected override void Compute(ReadOnlySpan<T> x, Span<T> y) => TensorPrimitives.Divide(T.One, x, y);

        protected override void ComputeGradient(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
        {
            for (var i = 0; i < x.Length; i++)
                dx[i] = -dy[i] * y[i] * y[i];
        }
    }

    private sealed class ExpLayer<T> : ElementwiseLayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        protected override void Compute(ReadOnlySpan<T> x, Span<T> y) => TensorPrimitives.Exp(x, y);

        protected override void ComputeGradient(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) =>
            TensorPrimitives.Multiply(dy, y, dx);
    }
}
