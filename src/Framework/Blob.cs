using System.Numerics;
using System.Runtime.CompilerServices;

namespace NeuralFramework;

/// <summary>
/// A named n-dimensional array of values (<see cref="Data"/>) and of their gradients (<see cref="Diff"/>), row-major,
/// each aligned to 64 bytes. Memory grows when a larger shape is asked for and is kept when a smaller one is; gradients
/// are allocated when they are first used. The source is Caffe's <c>Blob</c>.
/// </summary>
/// <typeparam name="T">float to train, double to check gradients.</typeparam>
public class Blob<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Storage data = Storage.Empty;
    private Storage diff = Storage.Empty;
    private Blob<T>? dataOwner;

    /// <summary>Creates a blob of zeros.</summary>
    public Blob(string name, Shape shape)
    {
        Name = name;
        Shape = shape;
        Reshape(shape);
    }

    /// <summary>Creates a blob of zeros without a name.</summary>
    public Blob(Shape shape) : this("", shape)
    {
    }

    /// <summary>Creates a blob that holds a copy of values.</summary>
    /// <exception cref="ShapeException">The number of values is not that of the shape.</exception>
    public Blob(string name, Shape shape, ReadOnlySpan<T> values) : this(name, shape) => Set(values);

    /// <summary>The name, unique in a net.</summary>
    public string Name { get; }

    /// <summary>The extents.</summary>
    public Shape Shape { get; private set; }

    /// <summary>The number of elements.</summary>
    public int Count => Shape.Size;

    /// <summary>The values. Valid until the next <see cref="Reshape"/> to a larger shape.</summary>
    public Span<T> Data => (dataOwner?.data ?? data).Span(Count);

    /// <summary>The gradients: ∂loss/∂data, element by element. Valid until the next <see cref="Reshape"/> to a larger
    /// shape.</summary>
    public Span<T> Diff
    {
        get
        {
            if (diff.Capacity < Count)
                diff = Allocate(Count);
            return diff.Span(Count);
        }
    }

    /// <summary>Changes the shape. Values are kept where the memory suffices; new memory is zero.</summary>
    /// <exception cref="ShapeException">The values need more memory than <see cref="MemoryLimit"/> allows.</exception>
    public void Reshape(Shape shape)
    {
        Shape = shape;
        if (dataOwner is null && data.Capacity < shape.Size)
            data = Allocate(shape.Size);
        if (diff.Capacity > 0 && diff.Capacity < shape.Size)
            diff = Allocate(shape.Size);
    }

    /// <summary>Copies values into <see cref="Data"/>.</summary>
    /// <exception cref="ShapeException">The number of values is not <see cref="Count"/>.</exception>
    public void Set(ReadOnlySpan<T> values)
    {
        if (values.Length != Count)
            throw new ShapeException($"blob '{Name}': received {values.Length} values, allowed: {Count} for the shape {Shape}");
        values.CopyTo(Data);
    }

    /// <summary>
    /// Lets this blob read the values of another without a copy; the gradients stay apart. Split and Reshape are made
    /// of this. It is undone by calling it with the blob itself.
    /// </summary>
    /// <exception cref="ShapeException">The numbers of elements differ.</exception>
    public void ShareData(Blob<T> source)
    {
        if (source.Count != Count)
            throw new ShapeException($"blob '{Name}': cannot share the values of '{source.Name}' ({source.Shape}), "
                + $"allowed: {Count} elements for the shape {Shape}");
        dataOwner = ReferenceEquals(source, this) ? null : source.dataOwner ?? source;
    }

    /// <summary>Takes a shape and lets this blob read the values of another, which takes no memory.</summary>
    /// <exception cref="ShapeException">The numbers of elements differ.</exception>
    public void ShareData(Blob<T> source, Shape shape)
    {
        dataOwner = source.dataOwner ?? source;
        Reshape(shape);
        ShareData(source);
    }

    /// <summary>Exchanges the memory of the values with a blob of the same shape, without a copy; blobs that share
    /// them follow. Spans taken before show the other blob's values.</summary>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public void SwapData(Blob<T> other)
    {
        if (!Shape.Equals(other.Shape))
            throw new ShapeException($"blob '{Name}': cannot exchange values with '{other.Name}' ({other.Shape}), "
                + $"allowed: the shape {Shape}");
        var (mine, others) = (dataOwner ?? this, other.dataOwner ?? other);
        (mine.data, others.data) = (others.data, mine.data);
    }

    /// <summary>The name and shape, such as <c>fc1 (100×10)</c>.</summary>
    public override string ToString() => $"{Name} ({Shape})";

    private Storage Allocate(int count)
    {
        MemoryLimit.Reserve((long)count * Unsafe.SizeOf<T>(), $"blob {this}");
        return new Storage(count);
    }

    /// <summary>A pinned, zeroed array of which the part from the first 64-byte boundary on is used. Arrays are chosen
    /// over native memory so that a span keeps its memory alive.</summary>
    private sealed class Storage
    {
        public static readonly Storage Empty = new(0);

        private readonly T[] array;
        private readonly int offset;

        public Storage(int capacity)
        {
            Capacity = capacity;
            if (capacity == 0)
            {
                array = [];
                return;
            }
            var perLine = 64 / Unsafe.SizeOf<T>();
            array = GC.AllocateArray<T>(capacity + perLine - 1, pinned: true);
            unsafe
            {
                var address = (nuint)Unsafe.AsPointer(ref array[0]);
                offset = (int)((64 - address % 64) % 64 / (nuint)Unsafe.SizeOf<T>());
            }
        }

        public int Capacity { get; }

        public Span<T> Span(int count) => array.AsSpan(offset, count);
    }
}
