using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace NeuralFramework;

/// <summary>The blobs of a net by name.</summary>
public sealed class BlobCollection<T> : IReadOnlyDictionary<string, Blob<T>> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dictionary<string, Blob<T>> blobs;

    internal BlobCollection(Dictionary<string, Blob<T>> blobs) => this.blobs = blobs;

    /// <summary>The blob of a name.</summary>
    /// <exception cref="ConfigException">There is none.</exception>
    public Blob<T> this[string name] => blobs.TryGetValue(name, out var blob)
        ? blob
        : throw new ConfigException($"blob: received '{name}', allowed: {string.Join(", ", blobs.Keys)}"
            + Suggestion.For(name, blobs.Keys));

    /// <inheritdoc/>
    public int Count => blobs.Count;

    /// <inheritdoc/>
    public IEnumerable<string> Keys => blobs.Keys;

    /// <inheritdoc/>
    public IEnumerable<Blob<T>> Values => blobs.Values;

    /// <inheritdoc/>
    public bool ContainsKey(string key) => blobs.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out Blob<T> value) => blobs.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, Blob<T>>> GetEnumerator() => blobs.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => blobs.GetEnumerator();
}
