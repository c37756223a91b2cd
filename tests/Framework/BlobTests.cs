using System.Runtime.CompilerServices;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class BlobTests
{
    private static unsafe ulong AddressOf<T>(Span<T> span) where T : unmanaged => (ulong)Unsafe.AsPointer(ref span[0]);

    [Test]
    public void A_new_blob_has_zeros()
    {
        var blob = new Blob<float>("x", [2, 3]);
        Assert.That(blob.Count, Is.EqualTo(6));
        Assert.That(blob.Data.ToArray(), Is.EqualTo(new float[6]));
        Assert.That(blob.Diff.ToArray(), Is.EqualTo(new float[6]));
        Assert.That(blob.ToString(), Is.EqualTo("x (2×3)"));
    }

    [Test]
    public void Values_and_gradients_start_at_a_cache_line()
    {
        for (var count = 1; count < 40; count++)
        {
            var single = new Blob<float>([count]);
            var doubled = new Blob<double>([count]);
            Assert.That(AddressOf(single.Data) % 64, Is.Zero, $"{count} float values");
            Assert.That(AddressOf(single.Diff) % 64, Is.Zero, $"{count} float gradients");
            Assert.That(AddressOf(doubled.Data) % 64, Is.Zero, $"{count} double values");
            Assert.That(AddressOf(doubled.Diff) % 64, Is.Zero, $"{count} double gradients");
        }
    }

    [Test]
    public void A_smaller_shape_keeps_memory_and_values()
    {
        var blob = new Blob<double>("x", [6], [1, 2, 3, 4, 5, 6]);
        var address = AddressOf(blob.Data);
        blob.Reshape([2, 2]);
        Assert.That(blob.Data.ToArray(), Is.EqualTo(new double[] { 1, 2, 3, 4 }));
        blob.Reshape([3, 2]);
        Assert.That(blob.Data.ToArray(), Is.EqualTo(new double[] { 1, 2, 3, 4, 5, 6 }));
        Assert.That(AddressOf(blob.Data), Is.EqualTo(address));
    }

    [Test]
    public void A_larger_shape_gets_new_memory_of_zeros()
    {
        var blob = new Blob<double>("x", [2], [1, 2]);
        blob.Diff.Fill(3);
        blob.Reshape([3]);
        Assert.That(blob.Data.ToArray(), Is.EqualTo(new double[3]));
        Assert.That(blob.Diff.ToArray(), Is.EqualTo(new double[3]));
        Assert.That(AddressOf(blob.Data) % 64, Is.Zero);
    }

    [Test]
    public void Values_and_gradients_are_apart()
    {
        var blob = new Blob<double>("x", [2], [1, 2]);
        blob.Diff.Fill(3);
        Assert.That(blob.Data.ToArray(), Is.EqualTo(new double[] { 1, 2 }));
    }

    [Test]
    public void Shared_values_are_the_same_memory_and_gradients_are_not()
    {
        var source = new Blob<double>("source", [2, 2], [1, 2, 3, 4]);
        var reader = new Blob<double>("reader", [4]);
        reader.ShareData(source);
        source.Data[3] = 9;
        source.Diff.Fill(5);
        Assert.That(reader.Data.ToArray(), Is.EqualTo(new double[] { 1, 2, 3, 9 }));
        Assert.That(reader.Diff.ToArray(), Is.EqualTo(new double[4]));
    }

    [Test]
    public void Sharing_with_a_reader_shares_with_its_source_and_with_itself_ends_it()
    {
        var source = new Blob<double>("source", [1], [1]);
        var first = new Blob<double>("first", [1]);
        var second = new Blob<double>("second", [1]);
        first.ShareData(source);
        second.ShareData(first);
        first.ShareData(first);
        source.Data[0] = 7;
        Assert.That(second.Data[0], Is.EqualTo(7));
        Assert.That(first.Data[0], Is.Zero);
    }

    [Test]
    public void Sharing_with_another_number_of_elements_is_an_error() => Assert.That(
        () => new Blob<double>("reader", [5]).ShareData(new Blob<double>("source", [2, 2])),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "blob 'reader': cannot share the values of 'source' (2×2), allowed: 5 elements for the shape 5"));

    [Test]
    public void Swapped_values_are_those_of_the_other_and_of_all_that_share_with_it()
    {
        var (first, second) = (new Blob<double>("first", [2], [1, 2]), new Blob<double>("second", [2], [3, 4]));
        var reader = new Blob<double>("reader", [2]);
        reader.ShareData(first);
        first.SwapData(second);
        Assert.That(first.Data.ToArray(), Is.EqualTo(new double[] { 3, 4 }));
        Assert.That(reader.Data.ToArray(), Is.EqualTo(new double[] { 3, 4 }));
        Assert.That(second.Data.ToArray(), Is.EqualTo(new double[] { 1, 2 }));
    }

    [Test]
    public void Swapping_with_another_shape_is_an_error() => Assert.That(
        () => new Blob<double>("x", [4]).SwapData(new Blob<double>("y", [2, 2])),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "blob 'x': cannot exchange values with 'y' (2×2), allowed: the shape 4"));

    [Test]
    public void A_wrong_number_of_values_is_an_error() =>
        Assert.That(() => new Blob<double>("x", [2, 2]).Set([1, 2, 3]),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "blob 'x': received 3 values, allowed: 4 for the shape 2×2"));
}
