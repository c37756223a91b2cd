namespace NeuralFramework.Interop;

/// <summary>How well a layer of another framework is mapped to one of ours.</summary>
public enum Parity
{
    /// <summary>It computes the same.</summary>
    Mapped,

    /// <summary>It is there, but something of it differs; the remark says what.</summary>
    Different,

    /// <summary>It is left out; the remark says what to put there.</summary>
    NotSupported,
}

/// <summary>What became of one layer.</summary>
/// <param name="Layer">The name of the layer in the file.</param>
/// <param name="Type">Its type in the file.</param>
/// <param name="Parity">How well it is mapped.</param>
/// <param name="Target">The layer type that it was mapped to; null when it is left out or not needed.</param>
/// <param name="Remark">What differs, or what to do; null when there is nothing to say.</param>
public sealed record ParityLine(string Layer, string Type, Parity Parity, string? Target, string? Remark = null);

/// <summary>What became of each layer, and remarks on the file as a whole.</summary>
public sealed class ParityReport
{
    private readonly List<ParityLine> lines = [];
    private readonly List<string> remarks = [];

    /// <summary>The layers in the order of the file.</summary>
    public IReadOnlyList<ParityLine> Lines => lines;

    /// <summary>Remarks that belong to no layer.</summary>
    public IReadOnlyList<string> Remarks => remarks;

    /// <summary>Adds a layer.</summary>
    public void Add(ParityLine line) => lines.Add(line);

    /// <summary>Adds a remark on the file as a whole.</summary>
    public void Add(string remark) => remarks.Add(remark);

    /// <summary>How many layers are mapped in a way.</summary>
    public int Count(Parity parity) => lines.Count(line => line.Parity == parity);
}
