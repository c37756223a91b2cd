using System.Numerics.Tensors;

namespace NeuralFramework.Embeddings;

/// <summary>
/// Examples for one thread: in each, the mean h of the vectors of some input words is to have a positive product with the
/// vectors u of some output rows, and a negative one with others. <see cref="Compute(float, bool)"/> finds how far each u moves along
/// h, c = rate · (label − σ(h · u)), and how far the inputs move, e = Σ c · u, all with the vectors as they are;
/// <see cref="MoveOutputs"/> and <see cref="MoveInputs"/> then move the rows of one owner.
/// </summary>
internal sealed unsafe class LogisticPart
{
    private readonly VectorTable inputs;
    private readonly VectorTable outputs;
    private readonly GrowingList<Example> examples = new();
    private readonly GrowingList<int> inputRows = new();
    private readonly GrowingList<Output> outputRows = new();
    private readonly GrowingList<float> scores = new();
    private readonly GrowingList<int>[] inputsOf;
    private readonly GrowingList<int>[] outputsOf;

    // A row an example.
    private VectorTable hidden;
    private VectorTable errors;

    public LogisticPart(VectorTable inputs, VectorTable outputs, int owners)
    {
        (this.inputs, this.outputs) = (inputs, outputs);
        inputsOf = [.. Enumerable.Range(0, owners).Select(_ => new GrowingList<int>())];
        outputsOf = [.. Enumerable.Range(0, owners).Select(_ => new GrowingList<int>())];
        (hidden, errors) = (new VectorTable(32, inputs.Width), new VectorTable(32, inputs.Width));
    }

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
        inputRows.Add(row);
        examples.Items[^1].Inputs++;
    }

    public void AddOutput(int row, bool isPositive)
    {
        outputsOf[row % outputsOf.Length].Add(outputRows.Count);
        outputRows.Add(new Output { Row = row, Example = examples.Count - 1, Move = isPositive ? 1 : 0 });
        examples.Items[^1].Outputs++;
        Positives += isPositive ? 1 : 0;
    }

    public void Compute(float rate, bool wantsLoss)
    {
        if (hidden.Rows < examples.Count)
            (hidden, errors) = (new VectorTable(2 * examples.Count, inputs.Width), new VectorTable(2 * examples.Count, inputs.Width));
        Loss = 0;
        for (var i = 0; i < examples.Count; i++)
        {
            ref var example = ref examples.Items[i];
            Mean(inputRows.Items.Slice(example.FirstInput, example.Inputs), hidden[i]);
            Compute(hidden[i], errors[i], outputRows.Items.Slice(example.FirstOutput, example.Outputs), rate, wantsLoss);
        }
    }

    public void MoveOutputs(int owner)
    {
        var rows = outputRows.Items;
        foreach (var i in outputsOf[owner].Items)
            VectorTable.AddScaled(outputs[rows[i].Row], hidden[rows[i].Example], rows[i].Move, outputs.Stride);
    }

    public void MoveInputs(int owner)
    {
        var rows = inputRows.Items;
        // Inputs stand in the order of their examples, and so do those of an owner.
        var example = 0;
        foreach (var i in inputsOf[owner].Items)
        {
            while (examples.Items[example].FirstInput + examples.Items[example].Inputs <= i)
                example++;
            VectorTable.AddScaled(inputs[rows[i]], errors[example], 1f / examples.Items[example].Inputs, inputs.Stride);
        }
    }

    private void Mean(ReadOnlySpan<int> rows, float* mean)
    {
        new Span<float>(mean, inputs.Stride).Clear();
        foreach (var row in rows)
            VectorTable.AddScaled(mean, inputs[row], 1f / rows.Length, inputs.Stride);
    }

    private void Compute(float* h, float* e, Span<Output> rows, float rate, bool wantsLoss)
    {
        var stride = outputs.Stride;
        scores.Clear();
        foreach (ref var output in rows)
            scores.Add(VectorTable.Dot(h, outputs[output.Row], stride));
        TensorPrimitives.Sigmoid<float>(scores.Items, scores.Items);
        new Span<float>(e, stride).Clear();
        for (var i = 0; i < rows.Length; i++)
        {
            var difference = rows[i].Move - scores.Items[i];
            if (wantsLoss)
                Loss -= Math.Log(1 - Math.Abs((double)difference) + 1e-12);
            rows[i].Move = rate * difference;
            VectorTable.AddScaled(e, outputs[rows[i].Row], rows[i].Move, stride);
        }
    }

    private struct Example
    {
        public int FirstInput;
        public int Inputs;
        public int FirstOutput;
        public int Outputs;
    }

    private struct Output
    {
        public int Row;
        public int Example;

        /// <summary>The label, then what u moves along h.</summary>
        public float Move;
    }
}
