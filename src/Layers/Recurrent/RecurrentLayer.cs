using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>
/// Base of recurrent layers: stacks layers and directions of a cell, which says how a step h_t = f(x_t, h_{t−1}) is
/// computed.
/// <para>Bottoms: x, T×N×…, T steps of N sequences of D numbers; cont, T×N (with <c>expose_hidden</c> it must be given,
/// as in Caffe; else it may be): 1, the sequence goes on at this step; 0, another one starts, so that no state enters,
/// and in a direction that runs back none leaves; −1, padding: the output is 0, the state passes unchanged, and no
/// gradient arises. With <c>expose_hidden</c> then the initial states h, for the LSTM also c, each (num_layers ·
/// directions)×N×H, layer by layer, the direction back behind the other.</para>
/// <para>Tops: h of the last layer at every step, T×N×(directions · H); with <c>expose_hidden</c> the final states of
/// all layers, shaped as the initial ones.</para>
/// <para>Parameters, for each layer and direction in this order: W_x of G·H×D, W_h of G·H×H, the bias of G·H if there
/// is one, and what the cell has besides; G gates, one behind the other. From the second layer on, D is directions ·
/// H.</para>
/// <para>Sequences of several lengths: padding behind the shorter ones (−1), so that the final states are those of
/// their last steps, as with PyTorch's packed sequences; a loss leaves padding out by an <c>ignore_label</c>. Or, as in
/// Caffe, the next sequence right behind (0).</para>
/// <para>Backward: the steps in reverse order (backpropagation through time, Werbos 1990); the gradients of the weights
/// are summed over all steps by one product each.</para>
/// </summary>
public abstract class RecurrentLayer<T> : Layer<T>, IStatefulLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly RecurrentOptions options;
    private readonly RecurrentCell<T> cell;
    private readonly SequenceMarks<T> marks;
    private readonly DropoutMask<T>[] dropouts;

    // What a layer hands to the one above.
    private readonly Blob<T>[] between;
    private readonly Blob<T>[] carried;
    private RecurrentPass<T>[] passes = [];
    private int inputs;
    private int steps;
    private int count;

    private protected RecurrentLayer(RecurrentOptions options, RecurrentCell<T> cell)
    {
        (this.options, this.cell) = (options, cell);
        marks = new SequenceMarks<T>(this);
        between = [.. Enumerable.Range(1, options.NumLayers - 1).Select(_ => new Blob<T>([0]))];
        dropouts = [.. between.Select(_ => new DropoutMask<T>(options.Dropout))];
        carried = options.CarryState ? [.. Enumerable.Range(0, StateCount).Select(_ => new Blob<T>([0]))] : [];
    }

    /// <inheritdoc/>
    public IReadOnlyList<Blob<T>> State => carried;

    /// <inheritdoc/>
    public sealed override BlobCount Bottoms =>
        options.ExposeHidden ? BlobCount.Exactly(2 + StateCount) : BlobCount.Between(1, 2);

    /// <inheritdoc/>
    public sealed override BlobCount Tops => BlobCount.Exactly(options.ExposeHidden ? 1 + StateCount : 1);

    /// <inheritdoc/>
    public sealed override bool BackwardReadsTopData => false;

    private int StateCount => cell.HasCell ? 2 : 1;

    private int Directions => options.Bidirectional ? 2 : 1;

    private int Outputs => options.NumOutput;

    private Shape StatesShape => [options.NumLayers * Directions, count, Outputs];

    /// <inheritdoc/>
    public sealed override bool PropagatesTo(int bottomIndex) => bottomIndex != 1;

    /// <inheritdoc/>
    public sealed override void SetUp(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        RequireBlobCounts(bottom.Count, top.Count);
        RequireSequences(bottom[0]);
        inputs = bottom[0].Shape.SizeOf(2);
        passes = new RecurrentPass<T>[options.NumLayers * Directions];
        for (var i = 0; i < passes.Length; i++)
            passes[i] = CreatePass(i);
        for (var i = 0; i < dropouts.Length; i++)
            dropouts[i].SetUp(Context.Seed, $"{Name}/dropout{i}");
        base.SetUp(bottom, top);
    }

    /// <inheritdoc/>
    public sealed override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        RequireSequences(bottom[0]);
        var shape = bottom[0].Shape;
        if (shape.SizeOf(2) != inputs)
            throw ShapeError($"the bottom {bottom[0]}, {shape.SizeOf(2)} inputs a step",
                $"{inputs}, for which the weights were made");
        (steps, count) = (shape[0], shape[1]);
        if (bottom.Count > 1 && !bottom[1].Shape.Equals(new Shape(steps, count)))
            throw ShapeError($"the marks {bottom[1]} for the bottom {bottom[0]}", $"{steps}×{count}, one for each step "
                + "of each sequence");
        for (var i = 2; i < bottom.Count; i++)
            if (!bottom[i].Shape.Equals(StatesShape))
                throw ShapeError($"the initial states {bottom[i]}", StatesShape.ToString());
        marks.Reshape(steps, count);
        for (var i = 0; i < passes.Length; i++)
            passes[i].Reshape(steps, count, InputsOf(i / Directions));
        foreach (var blob in between.Append(top[0]))
            blob.Reshape([steps, count, Directions * Outputs]);
        foreach (var blob in top.Skip(1))
            blob.Reshape(StatesShape);
        ReshapeCarried();
    }

    /// <inheritdoc/>
    /// <exception cref="DataException">A value of cont is none of those allowed.</exception>
    public sealed override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        marks.Read(bottom.Count > 1 ? bottom[1] : null);
        for (var i = 0; i < passes.Length; i++)
        {
            var layer = i / Directions;
            if (layer > 0 && i % Directions == 0)
                Drop(layer - 1);
            var target = layer < between.Length ? between[layer] : top[0];
            passes[i].Forward(InputOf(layer, bottom).Data, marks, InitialOf(i, bottom), Rows(target.Data, i));
            CopyFinal(i, top);
        }
    }

    /// <inheritdoc/>
    public sealed override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        for (var i = passes.Length - 1; i >= 0; i--)
        {
            var layer = i / Directions;
            var output = layer < between.Length ? between[layer] : top[0];
            var input = InputOf(layer, bottom);
            passes[i].Backward(input.Data, marks, Rows(output.Diff, i), FinalGradientOf(i, top),
                WantsInitial(propagateDown));
            if (layer > 0 || propagateDown[0])
                passes[i].BackwardToInputs(input.Diff, i % Directions == Directions - 1 ? T.Zero : T.One);
            CopyInitialGradient(i, propagateDown, bottom);
            if (layer > 0 && i % Directions == 0 && dropouts[layer - 1].IsActive)
                dropouts[layer - 1].Apply(input.Diff, input.Diff);
        }
    }

    /// <summary>How the parameter that the cell has besides weights and bias starts.</summary>
    private protected virtual Filler ExtraFiller => options.BiasFiller;

    /// <summary>Changes a bias that has been filled.</summary>
    private protected virtual void AdjustBias(Span<T> bias)
    {
    }

    private int InputsOf(int layer) => layer == 0 ? inputs : Directions * Outputs;

    private Blob<T> InputOf(int layer, IReadOnlyList<Blob<T>> bottom) => layer == 0 ? bottom[0] : between[layer - 1];

    private SequenceRows<T> Rows(Span<T> values, int pass) => new(values, Directions, pass % Directions, Outputs);

    private RecurrentPass<T> CreatePass(int index)
    {
        var first = Parameters.Count;
        var width = cell.Gates * Outputs;
        AddParameter([width, InputsOf(index / Directions)], options.WeightFiller);
        AddParameter([width, Outputs], options.WeightFiller);
        if (options.BiasTerm)
            AdjustBias(AddParameter([width], options.BiasFiller).Data);
        if (cell.Extra is { } extra)
            AddParameter(extra, ExtraFiller);
        return new RecurrentPass<T>(cell, Parameters, first, options.BiasTerm,
            options.Reverse || index % Directions == 1);
    }

    private void RequireSequences(Blob<T> x)
    {
        if (x.Shape.Rank < 3 || x.Count == 0)
            throw ShapeError($"the bottom {x}", "T×N×D, steps × sequences × inputs, each 1 or more");
    }

    private void ReshapeCarried()
    {
        foreach (var blob in carried)
        {
            if (blob.Shape.Equals(StatesShape))
                continue;
            blob.Reshape(StatesShape);
            blob.Data.Clear();
        }
    }

    private void Drop(int layer)
    {
        dropouts[layer].BeginPass(Context);
        if (dropouts[layer].IsActive)
            dropouts[layer].Apply(between[layer].Data, between[layer].Data);
    }

    private SequenceStates<T> InitialOf(int pass, IReadOnlyList<Blob<T>> bottom) =>
        options.CarryState ? StatesOf(pass, carried[0].Data, cell.HasCell ? carried[1].Data : [])
        : options.ExposeHidden ? StatesOf(pass, bottom[2].Data, cell.HasCell ? bottom[3].Data : [])
        : default;

    private SequenceStates<T> FinalGradientOf(int pass, IReadOnlyList<Blob<T>> top) => options.ExposeHidden
        ? StatesOf(pass, top[1].Diff, cell.HasCell ? top[2].Diff : [])
        : default;

    private SequenceStates<T> StatesOf(int pass, Span<T> hidden, Span<T> cells)
    {
        var length = count * Outputs;
        return new(hidden.Slice(pass * length, length), cell.HasCell ? cells.Slice(pass * length, length) : []);
    }

    private void CopyFinal(int pass, IReadOnlyList<Blob<T>> top)
    {
        if (!options.CarryState && !options.ExposeHidden)
            return;
        var target = options.CarryState
            ? StatesOf(pass, carried[0].Data, cell.HasCell ? carried[1].Data : [])
            : StatesOf(pass, top[1].Data, cell.HasCell ? top[2].Data : []);
        passes[pass].Final.Hidden.CopyTo(target.Hidden);
        passes[pass].Final.Cell.CopyTo(target.Cell);
    }

    private bool WantsInitial(IReadOnlyList<bool> propagateDown) =>
        options.ExposeHidden && (propagateDown[2] || propagateDown[1 + StateCount]);

    private void CopyInitialGradient(int pass, IReadOnlyList<bool> propagateDown, IReadOnlyList<Blob<T>> bottom)
    {
        if (!WantsInitial(propagateDown))
            return;
        var length = count * Outputs;
        var gradient = passes[pass].InitialGradient;
        if (propagateDown[2])
            gradient.Hidden.CopyTo(bottom[2].Diff.Slice(pass * length, length));
        if (cell.HasCell && propagateDown[3])
            gradient.Cell.CopyTo(bottom[3].Diff.Slice(pass * length, length));
    }
}
