using System.ComponentModel.DataAnnotations;

namespace NeuralFramework.Layers;

/// <summary>The options that all recurrent layers have.</summary>
public abstract record RecurrentOptions : LayerOptions
{
    /// <summary>The size H of the state h, of each direction.</summary>
    [Range(1, int.MaxValue)]
    public required int NumOutput { get; init; }

    /// <summary>How many layers stand on each other, each reading the states of the one below.</summary>
    [Range(1, 1000)]
    public int NumLayers { get; init; } = 1;

    /// <summary>Whether a second net of the same size runs from the end of time to its beginning; the states of both
    /// are concatenated, step by step.</summary>
    public bool Bidirectional { get; init; }

    /// <summary>Whether time runs from the last step to the first.</summary>
    public bool Reverse { get; init; }

    /// <summary>The probability with which an output of a layer is dropped on its way to the layer above, in training.
    /// Nothing is dropped behind the last layer.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Dropout { get; init; }

    /// <summary>Whether the initial states come from bottoms and the final ones go to tops.</summary>
    public bool ExposeHidden { get; init; }

    /// <summary>Whether a batch begins with the states with which the one before ended (zeros at first), so that its
    /// sequences go on with those of the same number there. No gradient flows back to the batch before: truncated
    /// backpropagation through time. A snapshot has the states. They begin with zeros again when N changes.</summary>
    public bool CarryState { get; init; }

    /// <summary>Whether there are biases.</summary>
    public bool BiasTerm { get; init; } = true;

    /// <summary>How the weights of inputs and states start. Caffe's default is the constant 0.</summary>
    public Filler WeightFiller { get; init; } = new XavierFiller();

    /// <summary>How the biases start: the constant 0, as in Caffe.</summary>
    public Filler BiasFiller { get; init; } = new ConstantFiller();

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (Reverse && Bidirectional)
            yield return "received reverse and bidirectional, allowed: one of them; bidirectional runs both ways";
        if (CarryState && (Reverse || Bidirectional))
            yield return $"received carry_state with {(Reverse ? "reverse" : "bidirectional")}, allowed: time that "
                + "runs forward alone; the end of the batch before comes first";
        if (CarryState && ExposeHidden)
            yield return "received carry_state and expose_hidden, allowed: one of them; both say what the initial "
                + "states are";
        if (Dropout > 0 && NumLayers == 1)
            yield return $"received dropout {Dropout} with num_layers 1, allowed: 2 layers or more; it is between "
                + "layers";
    }
}
