namespace NeuralFramework.Embeddings;

/// <summary>How words are laid out in the plane.</summary>
public enum MapMethod
{
    /// <summary>By the two directions in which they lie farthest apart.</summary>
    Pca,

    /// <summary>By t-SNE: those near each other stay so.</summary>
    TSne,
}

/// <summary>Words as points in the plane.</summary>
public static class WordMap
{
    /// <summary>Lays words out by their vectors, each of length 1.</summary>
    /// <param name="vectors">The vectors.</param>
    /// <param name="words">The numbers of the words.</param>
    /// <param name="method">How.</param>
    /// <exception cref="ConfigException">There are less than 3 words, or for t-SNE more than 5000.</exception>
    public static IReadOnlyList<(string Word, double X, double Y)> Create(WordVectors vectors, IReadOnlyList<int> words,
        MapMethod method)
    {
        const int Most = 5000;
        if (words.Count < 3 || (method == MapMethod.TSne && words.Count > Most))
            throw new ConfigException($"map: received {words.Count:N0} words, allowed: 3 or more"
                + (method == MapMethod.TSne ? $", at most {Most:N0}" : ""));
        var points = new double[words.Count, vectors.Dim];
        for (var i = 0; i < words.Count; i++)
        {
            var vector = vectors[words[i]];
            var norm = System.Numerics.Tensors.TensorPrimitives.Norm(vector);
            for (var j = 0; j < vectors.Dim; j++)
                points[i, j] = norm > 0 ? vector[j] / norm : 0;
        }
        var plane = method == MapMethod.Pca ? PrincipalComponents.Project(points, 2) : StochasticNeighbors.Project(points);
        return [.. words.Select((word, i) => (vectors.Words[word], plane[i, 0], plane[i, 1]))];
    }
}
