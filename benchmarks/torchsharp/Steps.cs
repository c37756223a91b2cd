using TorchSharp;
using static TorchSharp.torch;

namespace NeuralFramework.Benchmarks;

/// <summary>What is timed. Each step frees the tensors that it made.</summary>
internal static class Steps
{
    /// <summary>Forward, loss, backward, SGD with momentum 0.9 and weight decay.</summary>
    public static Action Training(nn.Module<Tensor, Tensor> net, Tensor data, Tensor labels)
    {
        var loss = nn.CrossEntropyLoss();
        var optimizer = optim.SGD(net.parameters(), 0.001, momentum: 0.9, weight_decay: 0.0005);
        return () =>
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            loss.call(net.call(data), labels).backward();
            optimizer.step();
        };
    }

    /// <summary>The forward pass alone.</summary>
    public static Action Inference(nn.Module<Tensor, Tensor> net, Tensor data)
    {
        net.eval();
        return () =>
        {
            using var scope = NewDisposeScope();
            using var noGradients = inference_mode();
            net.call(data);
        };
    }
}
