using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>What one step of one sequence reads and writes: rows of H numbers, of G·H where it says so.</summary>
internal readonly ref struct CellStep<T> where T : unmanaged
{
    /// <summary>G·H. Before the forward pass W_x·x_t + W_h·h_{t−1} + b, or W_x·x_t where the recurrent part is apart;
    /// from then on the values of the gates.</summary>
    public required Span<T> Gates { get; init; }

    /// <summary>G·H: W_h·h_{t−1} + b, where it is apart. Only in the forward pass.</summary>
    public ReadOnlySpan<T> Recurrent { get; init; }

    /// <summary>h_{t−1}.</summary>
    public required ReadOnlySpan<T> HiddenIn { get; init; }

    /// <summary>c_{t−1}, for a cell that has it.</summary>
    public required ReadOnlySpan<T> CellIn { get; init; }

    /// <summary>What the forward pass keeps for the backward pass, for a cell that does.</summary>
    public required Span<T> Kept { get; init; }

    /// <summary>The cell's extra parameter; empty without one.</summary>
    public required ReadOnlySpan<T> Extra { get; init; }

    /// <summary>h_t, written by the forward pass.</summary>
    public Span<T> Hidden { get; init; }

    /// <summary>c_t, written by the forward pass of a cell that has it.</summary>
    public Span<T> Cell { get; init; }
}

/// <summary>The gradients of a step: rows of H numbers, of G·H where it says so.</summary>
internal readonly ref struct CellGradient<T> where T : unmanaged
{
    /// <summary>G·H, written: that of W_x·x_t.</summary>
    public required Span<T> Gates { get; init; }

    /// <summary>G·H, written: that of W_h·h_{t−1} + b. The same memory as <see cref="Gates"/> where it is not
    /// apart.</summary>
    public required Span<T> Recurrent { get; init; }

    /// <summary>On entry ∂L/∂h_t, then the part of ∂L/∂h_{t−1} that does not come through W_h.</summary>
    public required Span<T> Hidden { get; init; }

    /// <summary>On entry what the next step has for c_t, then ∂L/∂c_{t−1}.</summary>
    public required Span<T> Cell { get; init; }

    /// <summary>The gradient of the extra parameter, added to.</summary>
    public required Span<T> Extra { get; init; }
}

/// <summary>
/// The arithmetic of a recurrent layer: one step of one sequence. It has no state; the products with the weights are
/// done around it, so that a cell is elementwise.
/// </summary>
internal abstract class RecurrentCell<T>(int outputs) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>H.</summary>
    public int Outputs => outputs;

    /// <summary>G, how many gates there are, each of H numbers, one behind the other in weights and biases.</summary>
    public abstract int Gates { get; }

    /// <summary>Whether the state is h and c rather than h alone.</summary>
    public virtual bool HasCell => false;

    /// <summary>Whether the forward pass keeps a row for the backward pass besides the gates.</summary>
    public virtual bool Keeps => false;

    /// <summary>Whether W_h·h_{t−1} + b is not just added to W_x·x_t, so that it is computed apart, and its gradient is
    /// another.</summary>
    public virtual bool IsRecurrentApart => false;

    /// <summary>The shape of a parameter besides weights and bias; null without one.</summary>
    public virtual Shape? Extra => null;

    /// <summary>Computes gates and state.</summary>
    public abstract void Forward(in CellStep<T> step);

    /// <summary>Computes the gradients.</summary>
    public abstract void Backward(in CellStep<T> step, in CellGradient<T> gradient);

    /// <summary>The part of a row of G·H that belongs to a gate.</summary>
    protected Span<T> Gate(Span<T> row, int index) => row.Slice(index * outputs, outputs);
}
