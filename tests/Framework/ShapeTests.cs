using NUnit.Framework;

namespace NeuralFramework.Tests;

public class ShapeTests
{
    private static readonly Shape Images = [100, 3, 32, 16];

    [Test]
    public void The_size_is_the_product_of_the_extents()
    {
        Assert.That(Images.Size, Is.EqualTo(100 * 3 * 32 * 16));
        Assert.That(Images.Rank, Is.EqualTo(4));
        Assert.That(new Shape(5, 0, 3).Size, Is.Zero);
    }

    [Test]
    public void A_scalar_has_no_axes_and_one_element()
    {
        Assert.That(Shape.Scalar.Rank, Is.Zero);
        Assert.That(Shape.Scalar.Size, Is.EqualTo(1));
        Assert.That(Shape.Scalar.ToString(), Is.EqualTo("scalar"));
    }

    [TestCase(0, 100)]
    [TestCase(3, 16)]
    [TestCase(-1, 16)]
    [TestCase(-4, 100)]
    public void A_negative_axis_counts_from_the_end(int axis, int extent) =>
        Assert.That(Images[axis], Is.EqualTo(extent));

    [TestCase(4)]
    [TestCase(-5)]
    public void An_axis_that_does_not_exist_is_an_error(int axis) => Assert.That(() => Images[axis],
        Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            $"axis: received {axis} for the shape 100×3×32×16, allowed: -4 to 3"));

    [TestCase(0, null, 153600)]
    [TestCase(1, null, 1536)]
    [TestCase(1, 3, 96)]
    [TestCase(2, 2, 1)]
    [TestCase(4, null, 1)]
    public void A_part_of_the_axes_has_the_product_of_their_extents(int from, int? to, int product) =>
        Assert.That(Images.SizeOf(from, to), Is.EqualTo(product));

    [Test]
    public void Shapes_are_equal_when_their_extents_are()
    {
        Assert.That(new Shape(2, 3).Equals(new Shape(2, 3)));
        Assert.That(new Shape(2, 3).GetHashCode(), Is.EqualTo(new Shape(2, 3).GetHashCode()));
        Assert.That(new Shape(2, 3).Equals(new Shape(3, 2)), Is.False);
        Assert.That(new Shape(6).Equals(new Shape(6, 1)), Is.False);
        Assert.That(new Shape(6).Equals(null), Is.False);
    }

    [Test]
    public void It_prints_its_extents() => Assert.That(Images.ToString(), Is.EqualTo("100×3×32×16"));

    [Test]
    public void It_keeps_the_extents_that_it_was_made_of()
    {
        int[] extents = [2, 3];
        Shape shape = extents;
        extents[0] = 7;
        Assert.That(shape, Is.EqualTo(new[] { 2, 3 }));
    }

    [Test]
    public void A_negative_extent_is_an_error() => Assert.That(() => new Shape(2, -1),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo("shape 2×-1: received the extent -1, allowed: 0 or more"));

    [Test]
    public void More_elements_than_an_array_holds_are_an_error() => Assert.That(() => new Shape(65536, 65536),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            $"shape 65536×65536: received more elements than one blob holds, allowed: {Array.MaxLength:N0}"));
}
