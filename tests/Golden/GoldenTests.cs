using System.Numerics;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>Every case of every golden file, through the registry. See golden.py for how to add some.</summary>
public class GoldenTests
{
    private static IEnumerable<TestCaseData> Cases() =>
        GoldenFile.AllCases().Select(golden => new TestCaseData(golden).SetArgDisplayNames(golden.Name));

    [TestCaseSource(nameof(Cases))]
    public void A_layer_in_double_computes_what_another_framework_does(GoldenCase golden) =>
        Compare<double>(golden, 1e-10);

    // A product sums up to 20 terms of size 10, each rounded to 6e-8 of it.
    [TestCaseSource(nameof(Cases))]
    public void A_layer_in_float_computes_the_same_within_its_rounding(GoldenCase golden) =>
        Compare<float>(golden, 2e-5);

    [TestCaseSource(nameof(Cases))]
    public void A_pass_allocates_nothing(GoldenCase golden)
    {
        var run = Prepare<float>(golden);
        run.Pass();
        run.Pass();
        Assert.That(Allocation.Of(() => run.Pass()), Is.Zero);
    }

    private static void Compare<T>(GoldenCase golden, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var run = Prepare<T>(golden);
        run.Pass();
        Assert.Multiple(() =>
        {
            for (var i = 0; i < golden.Tops.Length; i++)
            {
                Assert.That(run.Tops[i].Shape, Is.EqualTo(new Shape(golden.Tops[i].Shape)), $"shape of top {i}");
                AssertClose(run.Tops[i].Data, golden.Tops[i].Data, tolerance, $"top {i}");
            }
            for (var i = 0; i < golden.Bottoms.Length; i++)
                if (golden.Bottoms[i].Diff is { } diff)
                    AssertClose(run.Bottoms[i].Diff, diff, tolerance, $"gradient of bottom {i}");
            for (var i = 0; i < golden.Parameters.Length; i++)
                if (golden.Parameters[i].Diff is { } diff)
                    AssertClose(run.Layer.Parameters[i].Diff, diff, tolerance, $"gradient of parameter {i}");
        });
    }

    private static GoldenRun<T> Prepare<T>(GoldenCase golden) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var layer = LayerRegistry.Create<T>(golden.Type, golden.Options);
        layer.Context = new NetContext { Phase = golden.Phase };
        var bottoms = golden.Bottoms.Select((bottom, i) =>
            new Blob<T>($"bottom{i}", bottom.Shape, Converted<T>(bottom.Data))).ToArray();
        var tops = golden.Tops.Select((_, i) => new Blob<T>($"top{i}", [0])).ToArray();
        layer.SetUp(bottoms, tops);
        Assert.That(layer.Parameters.Select(parameter => parameter.Shape),
            Is.EqualTo(golden.Parameters.Select(parameter => new Shape(parameter.Shape))), "shapes of the parameters");
        for (var i = 0; i < golden.Parameters.Length; i++)
            layer.Parameters[i].Set(Converted<T>(golden.Parameters[i].Data));
        for (var i = 0; i < tops.Length; i++)
            Converted<T>(golden.Tops[i].Diff!).CopyTo(tops[i].Diff);
        return new GoldenRun<T>(layer, bottoms, tops, [.. golden.Bottoms.Select(bottom => bottom.Diff is not null)]);
    }

    private static T[] Converted<T>(double[] values) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Array.ConvertAll(values, T.CreateTruncating);

    private static void AssertClose<T>(ReadOnlySpan<T> actual, double[] expected, double tolerance, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.That(actual.Length, Is.EqualTo(expected.Length), $"elements of {what}");
        for (var i = 0; i < expected.Length; i++)
            Assert.That(double.CreateTruncating(actual[i]),
                Is.EqualTo(expected[i]).Within(tolerance * Math.Max(1, Math.Abs(expected[i]))), $"{what}, element {i}");
    }

    private sealed record GoldenRun<T>(Layer<T> Layer, Blob<T>[] Bottoms, Blob<T>[] Tops, bool[] PropagateDown)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Pass()
        {
            Layer.Forward(Bottoms, Tops);
            Layer.Backward(Tops, PropagateDown, Bottoms);
        }
    }
}
