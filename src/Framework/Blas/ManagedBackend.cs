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

    protected override void Multiply(in MatrixProduct<float> product)
    {
        if (vectorBits == 512)
            ManagedGemm<float, GemmKernel512<float>>.Multiply(product);
        else if (vectorBits == 256)
            ManagedGemm<float, GemmKernel256<float>>.Multiply(product);
        else
            ManagedGemm<float, GemmKernel128<float>>.Multiply(product);
    }

    protected override void Multiply(in MatrixProduct<double> product)
    {
        if (vectorBits == 512)
            ManagedGemm<double, GemmKernel512<double>>.Multiply(product);
        else if (vectorBits == 256)
            ManagedGemm<double, GemmKernel256<double>>.Multiply(product);
        else
            ManagedGemm<double, GemmKernel128<double>>.Multiply(product);
    }
}
