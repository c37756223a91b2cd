namespace NeuralFramework.Data;

/// <summary>How often a word stands near another: each time counts 1 / distance.</summary>
/// <param name="Word">The number of a word.</param>
/// <param name="Context">The number of the other.</param>
/// <param name="Count">The sum.</param>
public readonly record struct CoOccurrence(int Word, int Context, float Count);
