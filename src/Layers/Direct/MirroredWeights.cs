using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>The weights of a convolution turned around, C×M/group×kh×kw from M×C/group×kh×kw: with a stride of 1, the
/// transpose of a convolution is a convolution with them.</summary>
internal sealed class MirroredWeights<T>(int imageChannels, int mapChannels, int groups)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Blob<T> turned = new([0]);
    private int taps;

    /// <summary>Prepares for a window.</summary>
    public void Reshape(Window window) => taps = window.KernelSize;

    /// <summary>Turns weights around; valid until the next call.</summary>
    public ReadOnlySpan<T> Of(ReadOnlySpan<T> weights)
    {
        // The memory is taken at the first call, as only a net that trains comes here.
        if (turned.Count != weights.Length)
            turned.Reshape([weights.Length]);
        var work = new TurnWork(weights, turned.Data, imageChannels / groups, mapChannels / groups, taps);
        WorkPool.For(imageChannels, Math.Max(1, WorkPool.ElementGrain / (mapChannels / groups * taps)), ref work);
        return turned.Data;
    }

    private readonly ref struct TurnWork(ReadOnlySpan<T> source, Span<T> target, int channels, int maps, int taps)
        : IRangeWork
    {
        private readonly ReadOnlySpan<T> source = source;
        private readonly Span<T> target = target;

        public void Run(int from, int to)
        {
            for (var channel = from; channel < to; channel++)
            {
                var (group, inGroup) = Math.DivRem(channel, channels);
                for (var map = 0; map < maps; map++)
                {
                    var window = target.Slice((channel * maps + map) * taps, taps);
                    source.Slice(((group * maps + map) * channels + inGroup) * taps, taps).CopyTo(window);
                    window.Reverse();
                }
            }
        }
    }
}
