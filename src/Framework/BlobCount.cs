namespace NeuralFramework;

/// <summary>How many bottoms or tops a layer allows.</summary>
/// <param name="Min">The fewest.</param>
/// <param name="Max">The most.</param>
public readonly record struct BlobCount(int Min, int Max)
{
    /// <summary>This many and no other.</summary>
    public static BlobCount Exactly(int count) => new(count, count);

    /// <summary>This many or more.</summary>
    public static BlobCount AtLeast(int count) => new(count, int.MaxValue);

    /// <summary>From one number to another.</summary>
    public static BlobCount Between(int min, int max) => new(min, max);

    /// <summary>Whether the number is allowed.</summary>
    public bool Allows(int count) => count >= Min && count <= Max;

    /// <summary>Such as <c>exactly 2</c>, <c>1 or more</c>, <c>1 to 2</c>.</summary>
    public override string ToString() =>
        Min == Max ? $"exactly {Min}" : Max == int.MaxValue ? $"{Min} or more" : $"{Min} to {Max}";
}
