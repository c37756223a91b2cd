using System.Runtime.CompilerServices;

namespace NeuralFramework;

/// <summary>
/// The extents of a blob, outermost axis first (row-major). A scalar has no axes and one element. For images the order
/// is N×C×H×W, as in Caffe.
/// </summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public sealed class Shape : IEquatable<Shape>, IReadOnlyList<int>
{
    private readonly int[] extents;

    /// <summary>Creates a shape from its extents.</summary>
    /// <exception cref="ShapeException">An extent is negative, or the product exceeds <see cref="int.MaxValue"/>.</exception>
    public Shape(params ReadOnlySpan<int> extents)
    {
        long count = 1;
        foreach (var extent in extents)
        {
            if (extent < 0)
                throw new ShapeException($"shape {Describe(extents)}: received the extent {extent}, allowed: 0 or more");
            count *= extent;
            if (count > Array.MaxLength)
                throw new ShapeException($"shape {Describe(extents)}: received more elements than one blob holds, "
                    + $"allowed: {Array.MaxLength:N0}");
        }
        this.extents = extents.ToArray();
        Size = (int)count;
    }

    /// <summary>The shape of a scalar: no axes, one element.</summary>
    public static Shape Scalar { get; } = new();

    /// <summary>The number of elements: the product of the extents.</summary>
    public int Size { get; }

    /// <summary>The number of axes.</summary>
    public int Rank => extents.Length;

    /// <inheritdoc/>
    int IReadOnlyCollection<int>.Count => extents.Length;

    /// <summary>The extent of an axis; a negative axis counts from the end (-1 is the last).</summary>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public int this[int axis] => extents[CanonicalAxis(axis)];

    /// <summary>Creates a shape: the target of collection expressions such as <c>[100, 3, 32, 32]</c>.</summary>
    public static Shape Create(ReadOnlySpan<int> extents) => new(extents);

    /// <summary>Makes an array of extents a shape.</summary>
    public static implicit operator Shape(int[] extents) => new(extents);

    /// <summary>The product of the extents of the axes from <paramref name="from"/> up to, not including,
    /// <paramref name="to"/> (the rank when left out).</summary>
    public int SizeOf(int from, int? to = null)
    {
        var product = 1;
        for (var axis = from; axis < (to ?? Rank); axis++)
            product *= extents[axis];
        return product;
    }

    /// <summary>Turns an axis that may count from the end into one that counts from 0.</summary>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public int CanonicalAxis(int axis)
    {
        if (axis < -Rank || axis >= Rank)
            throw new ShapeException($"axis: received {axis} for the shape {this}, allowed: {-Rank} to {Rank - 1}");
        return axis < 0 ? axis + Rank : axis;
    }

    /// <inheritdoc/>
    public bool Equals(Shape? other) =>
        other is not null && (ReferenceEquals(this, other) || extents.AsSpan().SequenceEqual(other.extents));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var extent in extents)
            hash.Add(extent);
        return hash.ToHashCode();
    }

    /// <summary>The extents joined by ×, such as <c>100×3×32×32</c>; <c>scalar</c> when there are none.</summary>
    public override string ToString() => Describe(extents);

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)extents).GetEnumerator();

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => extents.GetEnumerator();

    private static string Describe(ReadOnlySpan<int> extents) =>
        extents.Length == 0 ? "scalar" : string.Join('×', extents.ToArray());
}
