using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace NeuralFramework.Layers;

/// <summary>
/// One direction of one layer of a recurrent net: T steps of N sequences. The sequences do not depend on each other, so
/// the threads share them: each goes through time on its own, without waiting for the others at every step. The weights
/// are packed once for all steps, and a step's products with inputs and states are made where the cell reads them, in
/// the cache. The gradients of weights and inputs are made for all steps at once.
/// </summary>
/// <remarks>The parts into which the sequences are cut depend on N alone, and sums over sequences are done part by
/// part, so results are the same bits for any number of threads. States have T + 1 places, that of time t being what
/// enters step t, and T what is left at the end; so that one product makes the gradient of the recurrent
/// weights.</remarks>
internal sealed class RecurrentPass<T>(RecurrentCell<T> cell, IReadOnlyList<Parameter<T>> parameters, int first,
    bool hasBias, bool isReverse) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // More sequences share the reading of the weights, fewer are worth another thread.
    private const int MaxRowsOfPart = 16;
    private const int CacheLine = 64;

    private readonly PackedMatrix<T> inputWeights = PackedMatrix<T>.Create();
    private readonly PackedMatrix<T> recurrentWeights = PackedMatrix<T>.Create();
    private readonly PackedMatrix<T> transposedWeights = PackedMatrix<T>.Create();
    private readonly Blob<T> gates = new([0]);
    private readonly Blob<T> hidden = new([0]);
    private readonly Blob<T> cells = new([0]);
    private readonly Blob<T> kept = new([0]);

    // For a cell that wants W_h·h + b apart: that of one step, and its gradient at all steps.
    private readonly Blob<T> recurrent = new([0]);
    private readonly Blob<T> recurrentGradient = new([0]);
    private readonly Blob<T> states = new([0]);
    private readonly Blob<T> sums = new([0]);
    private readonly Blob<T> zeros = new([0]);
    private int steps;
    private int count;
    private int inputs;
    private int rowsOfPart;

    private int Outputs => cell.Outputs;

    private bool HasCell => cell.HasCell;

    private int Width => cell.Gates * cell.Outputs;

    // How far apart the rows of the gates begin. With a gap, rows of a power of two do not all fall on the same few
    // places of the caches, which follow from the last bits of an address: products that read columns are faster.
    private int Stride => Width + CacheLine / Unsafe.SizeOf<T>();

    private int Rows => steps * count;

    // Looked up each time: another net's parameters may have been shared.
    private Parameter<T> InputWeights => parameters[first];

    private Parameter<T> RecurrentWeights => parameters[first + 1];

    private ReadOnlySpan<T> Bias => hasBias ? parameters[first + 2].Data : zeros.Data;

    private Parameter<T>? Extra => cell.Extra is null ? null : parameters[first + (hasBias ? 3 : 2)];

    private Span<T> RecurrentGradient => cell.IsRecurrentApart ? recurrentGradient.Data : gates.Diff;

    // The gradients of h and c that go from step to step back in time.
    private Span<T> HiddenGradient => states.Data[..(count * Outputs)];

    private Span<T> CellGradient => HasCell ? states.Data[(count * Outputs)..] : [];

    /// <summary>The states at the end, after the forward pass.</summary>
    public SequenceStates<T> Final => new(hidden.Data[(Rows * Outputs)..],
        HasCell ? cells.Data[(Rows * Outputs)..] : []);

    /// <summary>The gradients of the initial states, after the backward pass that was asked for them.</summary>
    public SequenceStates<T> InitialGradient => new(HiddenGradient, CellGradient);

    /// <summary>Prepares for T steps of N sequences of D numbers.</summary>
    public void Reshape(int stepCount, int sequenceCount, int inputCount)
    {
        (steps, count, inputs) = (stepCount, sequenceCount, inputCount);
        gates.Reshape([Rows, Stride]);
        hidden.Reshape([steps + 1, count, Outputs]);
        cells.Reshape([cell.HasCell ? steps + 1 : 0, count, Outputs]);
        kept.Reshape([cell.Keeps ? Rows : 0, Outputs]);
        recurrent.Reshape([cell.IsRecurrentApart ? count : 0, Width]);
        recurrentGradient.Reshape([cell.IsRecurrentApart ? Rows : 0, Stride]);
        states.Reshape([cell.HasCell ? 2 : 1, count, Outputs]);
        zeros.Reshape([Width]);
        // Of even number, as processors have.
        var parts = 2 * ((count + 2 * MaxRowsOfPart - 1) / (2 * MaxRowsOfPart));
        rowsOfPart = (count + parts * GemmPacking.RowsAtOnce - 1) / (parts * GemmPacking.RowsAtOnce)
            * GemmPacking.RowsAtOnce;
        sums.Reshape([(count + rowsOfPart - 1) / rowsOfPart, Width + (cell.Extra?.Size ?? 0)]);
    }

    /// <summary>Runs through time.</summary>
    /// <param name="x">T×N×D.</param>
    /// <param name="marks">Where sequences start, and padding.</param>
    /// <param name="initial">The states before the first step; empty: zeros.</param>
    /// <param name="output">Where the states h go.</param>
    public void Forward(ReadOnlySpan<T> x, SequenceMarks<T> marks, SequenceStates<T> initial, SequenceRows<T> output)
    {
        inputWeights.Pack(true, inputs, Width, InputWeights.Data);
        recurrentWeights.Pack(true, Outputs, Width, RecurrentWeights.Data);
        var work = new ForwardWork(this, x, marks, initial, output);
        WorkPool.For(count, rowsOfPart, ref work);
    }

    /// <summary>Runs back through time and adds to the parameters' gradients.</summary>
    /// <param name="x">The inputs of the forward pass.</param>
    /// <param name="marks">As then.</param>
    /// <param name="outputGradient">∂L/∂h of all steps.</param>
    /// <param name="finalGradient">∂L of the states at the end; empty: none.</param>
    /// <param name="toInitial">Whether <see cref="InitialGradient"/> is wanted.</param>
    public void Backward(ReadOnlySpan<T> x, SequenceMarks<T> marks, SequenceRows<T> outputGradient,
        SequenceStates<T> finalGradient, bool toInitial)
    {
        transposedWeights.Pack(false, Width, Outputs, RecurrentWeights.Data);
        // Allocates it, before threads share it.
        _ = gates.Diff;
        var work = new BackwardWork(this, marks, outputGradient, finalGradient, toInitial);
        WorkPool.For(count, rowsOfPart, ref work);
        if (InputWeights.NeedsGradient)
            Blas.Gemm(true, false, Width, inputs, Rows, T.One, gates.Diff, Stride, x, inputs, T.One,
                InputWeights.Diff, inputs);
        if (RecurrentWeights.NeedsGradient)
            Blas.Gemm(true, false, Width, Outputs, Rows, T.One, RecurrentGradient, Stride, hidden.Data, Outputs, T.One,
                RecurrentWeights.Diff, Outputs);
        if (hasBias && parameters[first + 2].NeedsGradient)
            AddSums(parameters[first + 2].Diff, 0);
        if (Extra is { NeedsGradient: true } extra)
            AddSums(extra.Diff, Width);
    }

    /// <summary>The gradient of the inputs, after <see cref="Backward"/>: dx = β·dx + gates' gradient·W_x.</summary>
    public void BackwardToInputs(Span<T> dx, T beta) =>
        Blas.Gemm(false, false, Rows, inputs, Width, T.One, gates.Diff, Stride, InputWeights.Data, inputs, beta, dx,
            inputs);

    private void AddSums(Span<T> gradient, int offset)
    {
        for (var part = 0; part < sums.Shape[0]; part++)
            TensorPrimitives.Add(gradient, sums.Data.Slice(part * sums.Shape[1] + offset, gradient.Length), gradient);
    }

    private int TimeOf(int step) => step == steps ? steps : isReverse ? steps - 1 - step : step;

    // Before step 0 of the reverse direction comes the end of time, T, which cuts nothing.
    private bool IsCutBefore(int step, int sequence, SequenceMarks<T> marks) =>
        step < steps && marks.IsCut(isReverse ? steps - step : step, sequence);

    private Span<T> HiddenAt(int row) => hidden.Data.Slice(row * Outputs, Outputs);

    private Span<T> CellAt(int row) => HasCell ? cells.Data.Slice(row * Outputs, Outputs) : [];

    private Span<T> KeptAt(int row) => cell.Keeps ? kept.Data.Slice(row * Outputs, Outputs) : [];

    private void EnterInitial(int sequence, SequenceMarks<T> marks, SequenceStates<T> initial)
    {
        var row = TimeOf(0) * count + sequence;
        if (initial.IsEmpty || IsCutBefore(0, sequence, marks))
        {
            HiddenAt(row).Clear();
            CellAt(row).Clear();
            return;
        }
        initial.Hidden.Slice(sequence * Outputs, Outputs).CopyTo(HiddenAt(row));
        if (HasCell)
            initial.Cell.Slice(sequence * Outputs, Outputs).CopyTo(CellAt(row));
    }

    /// <summary>W_x·x + W_h·h + b of some sequences, in one sum or two.</summary>
    private void Multiply(ReadOnlySpan<T> x, int time, int from, int to, bool isZero)
    {
        var (row, rows) = (time * count + from, to - from);
        var h = hidden.Data.Slice(row * Outputs, rows * Outputs);
        var sum = gates.Data[(row * Stride)..];
        inputWeights.Multiply(rows, x.Slice(row * inputs, rows * inputs), inputs,
            cell.IsRecurrentApart ? zeros.Data : Bias, sum, Stride);
        if (cell.IsRecurrentApart)
            recurrentWeights.Multiply(rows, h, Outputs, Bias, recurrent.Data[(from * Width)..], Width);
        else if (!isZero)
            recurrentWeights.Multiply(rows, h, Outputs, [], sum, Stride);
    }

    private void StepForward(int step, int sequence, SequenceMarks<T> marks, Span<T> output)
    {
        var time = TimeOf(step);
        var row = time * count + sequence;
        var next = TimeOf(step + 1) * count + sequence;
        if (marks.IsPadding(time, sequence))
        {
            output.Clear();
            HiddenAt(row).CopyTo(HiddenAt(next));
            CellAt(row).CopyTo(CellAt(next));
        }
        else
        {
            cell.Forward(new CellStep<T>
            {
                Gates = gates.Data.Slice(row * Stride, Width),
                Recurrent = cell.IsRecurrentApart ? recurrent.Data.Slice(sequence * Width, Width) : [],
                HiddenIn = HiddenAt(row),
                CellIn = CellAt(row),
                Kept = KeptAt(row),
                Extra = Extra is { } extra ? extra.Data : [],
                Hidden = output,
                Cell = CellAt(next),
            });
            output.CopyTo(HiddenAt(next));
        }
        if (!IsCutBefore(step + 1, sequence, marks))
            return;
        HiddenAt(next).Clear();
        CellAt(next).Clear();
    }

    private void StepBackward(int time, int sequence, SequenceMarks<T> marks, Span<T> outputGradient, Span<T> sum)
    {
        var row = time * count + sequence;
        var dGates = gates.Diff.Slice(row * Stride, Width);
        var dRecurrent = RecurrentGradient.Slice(row * Stride, Width);
        if (marks.IsPadding(time, sequence))
        {
            dGates.Clear();
            dRecurrent.Clear();
            return;
        }
        var dHidden = HiddenGradient.Slice(sequence * Outputs, Outputs);
        TensorPrimitives.Add(dHidden, outputGradient, dHidden);
        cell.Backward(new CellStep<T>
        {
            Gates = gates.Data.Slice(row * Stride, Width),
            HiddenIn = HiddenAt(row),
            CellIn = CellAt(row),
            Kept = KeptAt(row),
            Extra = Extra is { } extra ? extra.Data : [],
        }, new CellGradient<T>
        {
            Gates = dGates,
            Recurrent = dRecurrent,
            Hidden = dHidden,
            Cell = HasCell ? CellGradient.Slice(sequence * Outputs, Outputs) : [],
            Extra = sum[Width..],
        });
        TensorPrimitives.Add(sum[..Width], dRecurrent, sum[..Width]);
    }

    /// <summary>∂L/∂h of the states that entered a step: what the cells have left of it, and through W_h.</summary>
    private void LeaveStep(int step, int from, int to, SequenceMarks<T> marks)
    {
        transposedWeights.Multiply(to - from, RecurrentGradient[((TimeOf(step) * count + from) * Stride)..], Stride, [],
            HiddenGradient[(from * Outputs)..], Outputs);
        for (var sequence = from; sequence < to; sequence++)
            if (IsCutBefore(step, sequence, marks))
            {
                HiddenGradient.Slice(sequence * Outputs, Outputs).Clear();
                if (HasCell)
                    CellGradient.Slice(sequence * Outputs, Outputs).Clear();
            }
    }

    private readonly ref struct ForwardWork(RecurrentPass<T> pass, ReadOnlySpan<T> x, SequenceMarks<T> marks,
        SequenceStates<T> initial, SequenceRows<T> output) : IRangeWork
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly SequenceStates<T> initial = initial;
        private readonly SequenceRows<T> output = output;

        public void Run(int from, int to)
        {
            for (var sequence = from; sequence < to; sequence++)
                pass.EnterInitial(sequence, marks, initial);
            for (var step = 0; step < pass.steps; step++)
            {
                var time = pass.TimeOf(step);
                pass.Multiply(x, time, from, to, step == 0 && initial.IsEmpty);
                for (var sequence = from; sequence < to; sequence++)
                    pass.StepForward(step, sequence, marks, output[time * pass.count + sequence]);
            }
        }
    }

    private readonly ref struct BackwardWork(RecurrentPass<T> pass, SequenceMarks<T> marks,
        SequenceRows<T> outputGradient, SequenceStates<T> finalGradient, bool toInitial) : IRangeWork
    {
        private readonly SequenceRows<T> outputGradient = outputGradient;
        private readonly SequenceStates<T> finalGradient = finalGradient;

        public void Run(int from, int to)
        {
            Begin(finalGradient.Hidden, pass.HiddenGradient, from, to);
            if (pass.HasCell)
                Begin(finalGradient.Cell, pass.CellGradient, from, to);
            var width = pass.sums.Shape[1];
            var sum = pass.sums.Data.Slice(from / pass.rowsOfPart * width, width);
            sum.Clear();
            for (var step = pass.steps - 1; step >= 0; step--)
            {
                var time = pass.TimeOf(step);
                for (var sequence = from; sequence < to; sequence++)
                    pass.StepBackward(time, sequence, marks, outputGradient[time * pass.count + sequence], sum);
                if (step > 0 || toInitial)
                    pass.LeaveStep(step, from, to, marks);
            }
        }

        private void Begin(ReadOnlySpan<T> given, Span<T> gradient, int from, int to)
        {
            var (start, end) = (from * pass.Outputs, to * pass.Outputs);
            if (given.IsEmpty)
                gradient[start..end].Clear();
            else
                given[start..end].CopyTo(gradient[start..end]);
        }
    }
}
