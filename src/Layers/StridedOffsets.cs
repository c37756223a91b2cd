namespace NeuralFramework.Layers;

/// <summary>Where the runs of a strided view begin.</summary>
internal static class StridedOffsets
{
    /// <summary>The offset of each index of a grid, the last axis fastest: Σ index · stride.</summary>
    public static int[] Of(ReadOnlySpan<int> extents, ReadOnlySpan<int> strides)
    {
        int[] offsets = [0];
        for (var axis = 0; axis < extents.Length; axis++)
        {
            var inner = new int[offsets.Length * extents[axis]];
            for (var i = 0; i < inner.Length; i++)
                inner[i] = offsets[i / extents[axis]] + i % extents[axis] * strides[axis];
            offsets = inner;
        }
        return offsets;
    }
}
