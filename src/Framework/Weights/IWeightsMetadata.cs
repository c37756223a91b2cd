namespace NeuralFramework;

/// <summary>A layer that knows what the numbers mean which the weights were learned on, such as the vocabulary of a
/// text. Files of weights have it as metadata, so that they can be used without the data, and weights are not read into a net
/// for which it is another.</summary>
public interface IWeightsMetadata
{
    /// <summary>The key of the metadata, such as <c>vocabulary</c>.</summary>
    string MetadataKey { get; }

    /// <summary>The text. Known after <see cref="Layer{T}.SetUp"/>.</summary>
    string MetadataText { get; }
}
