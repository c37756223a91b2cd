using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NeuralFramework.Data;
using NeuralFramework.Solvers;

namespace NeuralFramework.Cli;

/// <summary>The bytes that a training takes, by what they are for.</summary>
/// <param name="Parameters">The weights.</param>
/// <param name="ParameterGradients">Their gradients.</param>
/// <param name="History">What the update rule remembers of each weight, and the running average of the weights.</param>
/// <param name="Blobs">The values of the tops, of the test net too.</param>
/// <param name="BlobGradients">The gradients of the tops.</param>
/// <param name="Layers">What layers keep beside their tops, and the batches made ahead.</param>
/// <param name="Data">The data sets.</param>
internal sealed record MemoryPlan(long Parameters, long ParameterGradients, long History, long Blobs, long BlobGradients,
    long Layers, long Data)
{
    /// <summary>All together.</summary>
    public long Total => Parameters + ParameterGradients + History + Blobs + BlobGradients + Layers + Data;

    /// <summary>The parts by name, for people and for JSON.</summary>
    public IEnumerable<(string Name, long Bytes)> Parts =>
    [
        ("weights", Parameters), ("gradients of weights", ParameterGradients), ("history of the solver", History),
        ("blobs", Blobs), ("gradients of blobs", BlobGradients), ("layers, batches ahead", Layers), ("data sets", Data),
    ];

    /// <summary>Counts a training.</summary>
    /// <param name="solver">The solver, its nets built.</param>
    /// <param name="built">How many bytes of blobs were made when it was built.</param>
    public static MemoryPlan Of(Solver<float> solver, long built)
    {
        var copies = solver.Config.Rule.HistoryPerWeight() + (solver.Config.EmaDecay is null ? 0 : 1);
        var history = copies * Bytes(solver.Net.Parameters);
        return Of([solver.Net, .. solver.TestNets], history, built);
    }

    /// <summary>Counts a net that no solver trains.</summary>
    public static MemoryPlan Of(Net<float> net, long built) => Of([net], 0, built);

    // The first net is trained; the others read its weights, after they were built with weights of their own.
    private static MemoryPlan Of(IReadOnlyList<Net<float>> nets, long history, long built)
    {
        var net = nets[0];
        var parameters = Bytes(net.Parameters);
        var blobs = nets.Sum(BytesOfTops);
        var own = built - blobs - parameters * nets.Count - history;
        return new MemoryPlan(parameters, Bytes(net.Parameters.Where(parameter => parameter.NeedsGradient)), history,
            blobs, Bytes(net.Nodes.SelectMany(node => node.Top).Distinct().Where(net.IsGradientComputed)),
            Math.Max(0, own) + nets.Sum(BytesAhead), BytesOfData(nets));
    }

    private static long Bytes(IEnumerable<Blob<float>> blobs) => blobs.Sum(blob => (long)blob.Count) * sizeof(float);

    // Tops that share their values, as those of a split do, have one address.
    private static long BytesOfTops(Net<float> net) =>
        Bytes(net.Nodes.SelectMany(node => node.Top).Where(blob => blob.Count > 0).DistinctBy(AddressOf));

    private static unsafe nint AddressOf(Blob<float> blob) =>
        (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(blob.Data));

    private static long BytesAhead(Net<float> net) => net.Nodes
        .Where(node => node.Layer is DataLayer<float>)
        .Sum(node => ((DataLayerOptions)node.Config.Options).Prefetch * Bytes(node.Top));

    private static long BytesOfData(IReadOnlyList<Net<float>> nets)
    {
        var nodes = nets.SelectMany(net => net.Nodes).ToList();
        var images = nodes.Select(node => (node.Layer as ImageLayer<float>)?.Images).OfType<ImageSet>().Distinct();
        var arrays = nodes.Where(node => node.Layer is ArrayLayer<float>).Sum(node =>
            (long)((IDataCursor)node.Layer).SampleCount * node.Top.Sum(top => top.Shape.SizeOf(1)) * sizeof(float));
        return images.Sum(set => set.Pixels.Length + (long)set.Labels.Length) + arrays;
    }
}
