using System.Numerics;

namespace NeuralFramework;

/// <summary>
/// A layer that carries values over from one forward pass to the next, such as the state of a recurrent layer at the
/// end of a batch. They are not learned and belong to a net, not to its weights: a snapshot of a solver has them under
/// <c>state/&lt;layer&gt;/&lt;i&gt;</c>, a pass over test data begins with zeros, and a gradient check puts them back
/// before each pass.
/// </summary>
public interface IStatefulLayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The values, the same blobs at any time after <see cref="Layer{T}.SetUp"/>; zeros at first. Empty where
    /// the options carry nothing over.</summary>
    IReadOnlyList<Blob<T>> State { get; }
}
