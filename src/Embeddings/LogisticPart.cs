using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace NeuralFramework.Embeddings;

/// <summary>
/// Examples for one thread: in each, the mean h of the vectors of some input words is to have a positive product with the
/// vectors u of some output rows, and a negative one with others. <see cref="Compute(float, bool)"/> finds how far each u moves along
/// h, c = rate · (label − σ(h · u)), and how far the inputs move, e = Σ c · u, all with the vectors as they are;
/// <see cref="Weigh"/> and <see cref="Move"/> then move the rows of one owner.
/// </summary>
/// <remarks>A row that many examples of a batch move at once could be moved too far. Its loss, with all else fixed, is
/// convex with a curvature of at most ¼ Σ |h|² (for inputs ¼ Σ |u|²); where that times the rate is above 1, its move is
/// divided by it, and its loss falls for certain.</remarks>
internal sealed unsafe class LogisticPart
{
    // Of ln(1 + e^x), the most.
    private const float Curvature = 0.25f;

    private readonly VectorTable inputs;
    private readonly VectorTable outputs;
    private readonly List<Example> examples = [];
    private readonly List<(int Row, int Example)> inputRows = [];
    private readonly List<Output> outputRows = [];
    private readonly List<float> scores = [];
    private readonly List<int>[] inputsOf;
    private readonly List<int>[] outputsOf;

    // A row an example.
    private VectorTable hidden;
    private VectorTable errors;

    public LogisticPart(VectorTable inputs, VectorTable outputs, int owners)
    {
        (this.inputs, this.outputs) = (inputs, outputs);
        inputsOf = [.. Enumerable.Range(0, owners).Select(_ => new List<int>())];
        outputsOf = [.. Enumerable.Range(0, owners).Select(_ => new List<int>())];
        (hidden, errors) = (new VectorTable(32, inputs.Width), new VectorTable(32, inputs.Width));
    }

    // Valid until the next item is added.
    private Span<Example> Examples => CollectionsMarshal.AsSpan(examples);

    private Span<(int Row, int Example)> InputRows => CollectionsMarshal.AsSpan(inputRows);

    private Span<Output> OutputRows => CollectionsMarshal.AsSpan(outputRows);

    /// <summary>The sum of the losses at the newest <see cref="Compute(float, bool)"/> that was asked for it.</summary>
    public double Loss { get; private set; }

    /// <summary>How many times an output was to be positive.</summary>
    public int Positives { get; private set; }

    public void Clear()
    {
        examples.Clear();
        inputRows.Clear();
        outputRows.Clear();
        foreach (var list in inputsOf.Concat(outputsOf))
            list.Clear();
        Positives = 0;
    }

    public void BeginExample() =>
        examples.Add(new Example { FirstInput = inputRows.Count, FirstOutput = outputRows.Count });

    public void AddInput(int row)
    {
        inputsOf[row % inputsOf.Length].Add(inputRows.Count);
        inputRows.Add((row, examples.Count - 1));
        Examples[^1].Inputs++;
    }

    public void AddOutput(int row, bool isPositive)
    {
        outputsOf[row % outputsOf.Length].Add(outputRows.Count);
        outputRows.Add(new Output { Row = row, Example = examples.Count - 1, Move = isPositive ? 1 : 0 });
        Examples[^1].Outputs++;
        Positives += isPositive ? 1 : 0;
    }

    public void Compute(float rate, bool wantsLoss)
    {
        if (hidden.Rows < examples.Count)
            (hidden, errors) = (new VectorTable(2 * examples.Count, inputs.Width), new VectorTable(2 * examples.Count, inputs.Width));
        Loss = 0;
        for (var i = 0; i < examples.Count; i++)
        {
            ref var example = ref Examples[i];
            Mean(InputRows.Slice(example.FirstInput, example.Inputs), hidden[i]);
            example.HiddenWeight = Curvature * rate * VectorTable.Dot(hidden[i], hidden[i], hidden.Stride);
            var squares = Compute(hidden[i], errors[i], OutputRows.Slice(example.FirstOutput, example.Outputs), rate, wantsLoss);
            example.OutputWeight = Curvature * rate * squares / Math.Max(1, example.Inputs);
        }
    }

    /// <summary>Adds up how far the rows of an owner could be moved too far: the rate times the curvature.</summary>
    public void Weigh(int owner, RowWeights weights)
    {
        foreach (var i in outputsOf[owner])
            weights.Output(OutputRows[i].Row) += Examples[OutputRows[i].Example].HiddenWeight;
        foreach (var i in inputsOf[owner])
            weights.Input(InputRows[i].Row) += Examples[InputRows[i].Example].OutputWeight;
    }

    /// <summary>Moves the rows of an owner.</summary>
    public void Move(int owner, RowWeights weights)
    {
        foreach (var i in outputsOf[owner])
        {
            ref var output = ref OutputRows[i];
            VectorTable.AddScaled(outputs[output.Row], hidden[output.Example],
                output.Move / Math.Max(1, weights.Output(output.Row)), outputs.Stride);
        }
        foreach (var i in inputsOf[owner])
        {
            var (row, example) = InputRows[i];
            VectorTable.AddScaled(inputs[row], errors[example],
                1 / (Examples[example].Inputs * Math.Max(1, weights.Input(row))), inputs.Stride);
        }
    }

    /// <summary>Sets what <see cref="Weigh"/> has added up to 0.</summary>
    public void ClearWeights(int owner, RowWeights weights)
    {
        foreach (var i in outputsOf[owner])
            weights.Output(OutputRows[i].Row) = 0;
        foreach (var i in inputsOf[owner])
            weights.Input(InputRows[i].Row) = 0;
    }

    private void Mean(ReadOnlySpan<(int Row, int Example)> rows, float* mean)
    {
        new Span<float>(mean, inputs.Stride).Clear();
        foreach (var (row, _) in rows)
            VectorTable.AddScaled(mean, inputs[row], 1f / rows.Length, inputs.Stride);
    }

    // Returns the sum of the squares of all u.
    private float Compute(float* h, float* e, Span<Output> rows, float rate, bool wantsLoss)
    {
        var stride = outputs.Stride;
        scores.Clear();
        var squares = 0f;
        foreach (ref var output in rows)
        {
            var (product, square) = VectorTable.DotAndSquare(h, outputs[output.Row], stride);
            scores.Add(product);
            squares += square;
        }
        var labels = CollectionsMarshal.AsSpan(scores);
        TensorPrimitives.Sigmoid<float>(labels, labels);
        new Span<float>(e, stride).Clear();
        for (var i = 0; i < rows.Length; i++)
        {
            var difference = rows[i].Move - labels[i];
            if (wantsLoss)
                Loss -= Math.Log(1 - Math.Abs((double)difference) + 1e-12);
            rows[i].Move = rate * difference;
            VectorTable.AddScaled(e, outputs[rows[i].Row], rows[i].Move, stride);
        }
        return squares;
    }

    private struct Example
    {
        public int FirstInput;
        public int Inputs;
        public int FirstOutput;
        public int Outputs;
        public float HiddenWeight;
        public float OutputWeight;
    }

    private struct Output
    {
        public int Row;
        public int Example;

        /// <summary>The label, then what u moves along h.</summary>
        public float Move;
    }
}

/// <summary>A number for each input and output row of one owner. Those of different owners are apart in memory, so that
/// threads do not take cache lines from each other.</summary>
internal sealed class RowWeights(int inputs, int outputs, int owners)
{
    private readonly float[] ofInputs = new float[inputs / owners + 1];
    private readonly float[] ofOutputs = new float[outputs / owners + 1];

    public ref float Input(int row) => ref ofInputs[row / owners];

    public ref float Output(int row) => ref ofOutputs[row / owners];
}
