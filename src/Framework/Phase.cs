namespace NeuralFramework;

/// <summary>What a net is built for. A layer of a net file may be limited to some of them by its member <c>phase</c>.</summary>
public enum Phase
{
    /// <summary>Learning: training data, gradients, random layers active.</summary>
    Train,

    /// <summary>Measuring on held-out data.</summary>
    Test,

    /// <summary>Answering about new inputs: layers that need labels are left out.</summary>
    Deploy,
}

/// <summary>What the layers of one net know about the run they are in. Random layers draw from (seed, layer,
/// iteration), so that no generator state has to be kept.</summary>
public sealed class NetContext
{
    /// <summary>What the net was built for.</summary>
    public Phase Phase { get; init; } = Phase.Train;

    /// <summary>The seed of all random numbers of the run.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>The number of the solver's forward pass, counted from 0: iteration × iter_size + part.</summary>
    public long Iteration { get; set; }
}
