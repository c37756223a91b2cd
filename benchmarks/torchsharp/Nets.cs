using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace NeuralFramework.Benchmarks;

/// <summary>The nets of benchmarks/nets.</summary>
internal static class Nets
{
    public static Module<Tensor, Tensor> Create(string name) => name switch
    {
        "mlp" => Sequential(Flatten(), Linear(3072, 100), ReLU(inplace: true), Linear(100, 10)),
        "mlp3" => Sequential(Flatten(), Linear(3072, 512), ReLU(inplace: true),
            Linear(512, 256), ReLU(inplace: true), Linear(256, 10)),
        "cifar10_quick" => Cifar10Quick(),
        "vgg" => Vgg(),
        "lstm" => new Lstm(),
        _ => throw new ArgumentException($"received the net '{name}', allowed: mlp, mlp3, cifar10_quick, vgg, lstm"),
    };

    /// <summary>Random data and labels for a net.</summary>
    public static (Tensor Data, Tensor Labels) Draw(string name, int count) => name == "lstm"
        ? (randn(count, Lstm.Inputs), randint(Lstm.Classes, [count], ScalarType.Int64))
        : (randn(count, 3, 32, 32), randint(10, [count], ScalarType.Int64));

    // Caffe rounds the extents of a pooling up.
    private static Sequential Cifar10Quick() => Sequential(
        Conv2d(3, 32, 5, padding: 2), MaxPool2d(3, 2, ceil_mode: true), ReLU(inplace: true),
        Conv2d(32, 32, 5, padding: 2), ReLU(inplace: true), AvgPool2d(3, 2, ceil_mode: true),
        Conv2d(32, 64, 5, padding: 2), ReLU(inplace: true), AvgPool2d(3, 2, ceil_mode: true),
        Flatten(), Linear(1024, 64), Linear(64, 10));

    private static Sequential Vgg() => Sequential(
    [
        .. Block(3, 64), .. Block(64, 64), MaxPool2d(2, 2),
        .. Block(64, 128), MaxPool2d(2, 2),
        .. Block(128, 256), AdaptiveAvgPool2d(1), Flatten(), Linear(256, 10),
    ]);

    private static IEnumerable<Module<Tensor, Tensor>> Block(long inputs, long outputs) =>
        [Conv2d(inputs, outputs, 3, padding: 1, bias: false), BatchNorm2d(outputs), ReLU(inplace: true)];
}
