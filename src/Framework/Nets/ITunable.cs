namespace NeuralFramework;

/// <summary>A layer that can compute the same in several ways, which round differently and of which now one, now another
/// is the fastest. Its option <c>algorithm</c> says which.</summary>
public interface ITunable
{
    /// <summary>The values of the option that fit the layer, without <c>auto</c>.</summary>
    IReadOnlyList<string> Algorithms { get; }

    /// <summary>The way that is taken, one of <see cref="Algorithms"/>. A new one holds from the next
    /// <see cref="Layer{T}.Reshape"/> on.</summary>
    string Algorithm { get; set; }
}
