namespace NeuralFramework.Benchmarks;

/// <summary>A matrix product of M×K by K×N.</summary>
public sealed record GemmShape(int M, int N, int K)
{
    /// <summary>A multiplication and an addition for each of M·N·K.</summary>
    public double Operations => 2.0 * M * N * K;

    /// <inheritdoc/>
    public override string ToString() => $"{M}×{N}×{K}";
}
