namespace NeuralFramework.Cli;

/// <summary>How many multiply-adds a layer's pass has: those of its products with weights and of matrices. What works
/// element by element is left out; it costs memory traffic, not arithmetic. A multiply-add is two FLOPs.</summary>
internal static class LayerWork
{
    /// <summary>Those of a forward pass with the shapes as they are.</summary>
    public static long Forward(NetNode<float> node)
    {
        var (bottom, top) = (node.Bottom, node.Top);
        return node.Layer.Type switch
        {
            "Convolution" => (long)top[0].Count * Weights(node).SizeOf(1),
            "Deconvolution" => (long)bottom[0].Count * Weights(node).SizeOf(1),
            "InnerProduct" => (long)top[0].Count / top[0].Shape[-1] * Weights(node).Size,
            "RNN" or "LSTM" or "GRU" => (long)bottom[0].Shape.SizeOf(0, 2) * node.Layer.Parameters
                .Where(parameter => parameter.Shape.Rank > 1).Sum(parameter => (long)parameter.Count),
            "MatMul" => (long)top[0].Count
                * bottom[0].Shape[(bool?)node.Config.ToJson()["transpose_a"] == true ? -2 : -1],
            _ => 0,
        };
    }

    /// <summary>Those of a training step: forward, and in the backward pass as many again for the gradient of the
    /// weights and for that of each bottom, where they are needed.</summary>
    public static long Step(NetNode<float> node)
    {
        var gradients = !node.NeedsBackward ? 0 : node.PropagateDown.Count(propagates => propagates)
            + (node.Layer.Parameters.Any(parameter => parameter.NeedsGradient) ? 1 : 0);
        return Forward(node) * (1 + gradients);
    }

    private static Shape Weights(NetNode<float> node) => node.Layer.Parameters[0].Shape;
}
