namespace NeuralFramework.Data;

/// <summary>What the images of a set have in common.</summary>
/// <param name="Channels">1, grey, or 3: red, green, blue.</param>
/// <param name="Height">The rows.</param>
/// <param name="Width">The columns.</param>
/// <param name="ClassNames">The classes' names by number.</param>
public sealed record ImageFormat(int Channels, int Height, int Width, IReadOnlyList<string> ClassNames);
