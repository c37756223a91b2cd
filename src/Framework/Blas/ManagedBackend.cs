using System.Numerics;
using System.Runtime.Intrinsics;

namespace NeuralFramework;

/// <summary>The matrix product in plain C#, with vectors as wide as the processor has them.</summary>
internal sealed class ManagedBackend(int vectorBits) : BlasBackend
{
    public ManagedBackend() : this(
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128)
    {
    }

    public override string Name => "managed";

    public override string Description => $"C#, no native code, vectors of {vectorBits} bits, "
        + "tiles over the framework's threads";

    protected override void Multiply(in MatrixProduct<float> product) => Multiply<float>(product);

    protected override void Multiply(in MatrixProduct<double> product) => Multiply<double>(product);

    private void Multiply<T>(in MatrixProduct<T> product) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (product.M == 1 || product.N == 1)
            ManagedGemv<T>.Multiply(product);
        else if (vectorBits == 512)
            ManagedGemm<T, GemmKernel512<T>>.Multiply(product);
        else if (vectorBits == 256)
            ManagedGemm<T, GemmKernel256<T>>.Multiply(product);
        else
            ManagedGemm<T, GemmKernel128<T>>.Multiply(product);
    }
}
