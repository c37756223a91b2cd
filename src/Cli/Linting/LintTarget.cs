using System.Numerics.Tensors;
using NeuralFramework.Solvers;

namespace NeuralFramework.Cli;

/// <summary>The model that rules look at.</summary>
/// <param name="config">The definition of the net.</param>
/// <param name="train">The net built for the phase train; not yet run.</param>
/// <param name="test">The net built for the phase test; null where the file has nothing for it.</param>
/// <param name="solver">The definition of the training; null for a net without one.</param>
/// <param name="trial">What a few steps have shown; null when they were not made.</param>
internal sealed class LintTarget(NetConfig config, Net<float> train, Net<float>? test, SolverConfig? solver, LintTrial? trial)
{
    public NetConfig Config => config;

    public Net<float> Train => train;

    public SolverConfig? Solver => solver;

    public LintTrial? Trial => trial;

    /// <summary>The nets by phase.</summary>
    public IEnumerable<(Phase Phase, Net<float> Net)> Nets =>
        test is null ? [(Phase.Train, train)] : [(Phase.Train, train), (Phase.Test, test)];

    /// <summary>The layer that makes the values of a bottom: the last before the node that writes the blob, and behind a
    /// split the one that fills it.</summary>
    public static NetNode<float>? MakerOf(Net<float> net, NetNode<float> node, int bottom)
    {
        var maker = net.Nodes.TakeWhile(other => other != node).LastOrDefault(other => other.Top.Contains(node.Bottom[bottom]));
        return maker is { IsInserted: true } ? MakerOf(net, maker, 0) : maker;
    }

    /// <summary>As <see cref="MakerOf"/>, past layers of some types, each through its first bottom.</summary>
    public static NetNode<float>? MakerPast(Net<float> net, NetNode<float> node, int bottom, params ReadOnlySpan<string> passed)
    {
        var maker = MakerOf(net, node, bottom);
        while (maker is { Bottom.Count: > 0 } && passed.Contains(maker.Layer.Type))
            maker = MakerOf(net, maker, 0);
        return maker;
    }

    /// <summary>Whether a layer's statistics are those of the batch.</summary>
    public static bool NormalizesByBatch(NetNode<float> node) => node.Layer.Type == "BatchNorm"
        && (bool?)node.Config.ToJson()["use_global_stats"] != true;

    /// <summary>The root of the mean square.</summary>
    public static double Rms(ReadOnlySpan<float> values) =>
        Math.Sqrt(TensorPrimitives.SumOfSquares(values) / Math.Max(1.0, values.Length));
}
