using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>
/// How far back in time a gradient of a recurrent net reaches: ‖∂L_T/∂h_t‖ for all steps t, where L_T is what the last
/// step of a batch gives to the loss and the norm is over all sequences and layers. By the chain rule it has the factor
/// ∂h_{s+1}/∂h_s once for each step between: it vanishes or explodes with the distance (Hochreiter 1991; Bengio, Simard
/// and Frasconi 1994; Pascanu, Mikolov and Bengio 2013).
/// </summary>
/// <remarks>Done with a layer of the same type and weights that makes one step at a time, from whose <c>expose_hidden</c>
/// the gradients come; by what layers show of themselves alone.</remarks>
public static class StateGradients
{
    /// <summary>Runs the net forward and backward once and measures its last recurrent layer.</summary>
    /// <returns>The norms, step by step.</returns>
    /// <exception cref="ConfigException">The net has no recurrent layer, or one whose time does not run forward alone,
    /// or that drops between layers or takes its state from outside.</exception>
    public static double[] Measure<T>(Net<T> net) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var node = NodeOf(net);
        var initial = ((IStatefulLayer<T>)node.Layer).State.Select(blob => blob.Data.ToArray()).ToList();
        net.ClearGradients();
        net.Forward();
        net.Backward();
        return new Unrolled<T>(node).Norms(initial);
    }

    /// <summary>The layer that is measured.</summary>
    /// <inheritdoc cref="Measure" path="/exception"/>
    public static RecurrentLayer<T> LayerOf<T>(Net<T> net) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (RecurrentLayer<T>)NodeOf(net).Layer;

    /// <summary>A net with recurrent layers of another type in the place of its own, of the same size.</summary>
    /// <param name="config">The net.</param>
    /// <param name="cell">RNN, LSTM or GRU. Layers of this type stay as they are; new LSTMs have a forget bias of
    /// 1.</param>
    public static NetConfig WithCell(NetConfig config, string cell) => config with
    {
        Layers = [.. config.Layers.Select(layer => layer.Options is RecurrentOptions options && layer.Type != cell
            ? new LayerConfig(layer.Name!, Converted(options, cell))
            {
                Bottom = layer.Bottom,
                Top = layer.Top,
                Phase = layer.Phase,
                Place = layer.Place,
            }
            : layer)],
    };

    private static RecurrentOptions Converted(RecurrentOptions options, string cell)
    {
        RecurrentOptions made = cell switch
        {
            "RNN" => new RNNOptions { NumOutput = options.NumOutput },
            "LSTM" => new LSTMOptions { NumOutput = options.NumOutput, ForgetBias = options.BiasTerm ? 1 : 0 },
            "GRU" => new GRUOptions { NumOutput = options.NumOutput },
            _ => throw new ConfigException($"cell: received '{cell}', allowed: RNN, LSTM, GRU"),
        };
        return made with
        {
            NumLayers = options.NumLayers,
            Bidirectional = options.Bidirectional,
            Reverse = options.Reverse,
            Dropout = options.Dropout,
            ExposeHidden = options.ExposeHidden,
            CarryState = options.CarryState,
            BiasTerm = options.BiasTerm,
            WeightFiller = options.WeightFiller,
            BiasFiller = options.BiasFiller,
        };
    }

    private static NetNode<T> NodeOf<T>(Net<T> net) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var node = net.Nodes.LastOrDefault(node => node.Layer is RecurrentLayer<T>)
            ?? throw new ConfigException($"{net.Config.Source}: net '{net.Config.Name}': received no recurrent layer, "
                + "allowed: a net with a layer of type RNN, LSTM or GRU");
        var options = (RecurrentOptions)node.Config.Options;
        var problem = options switch
        {
            { Reverse: true } => "reverse",
            { Bidirectional: true } => "bidirectional",
            { ExposeHidden: true } => "expose_hidden",
            { Dropout: > 0 } => "dropout",
            _ => null,
        };
        return problem is null ? node
            : throw new ConfigException($"{node.Config}: received {problem}, allowed: a layer without it, to be "
                + "followed step by step");
    }

    /// <summary>A recurrent layer, one step at a time.</summary>
    private sealed class Unrolled<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly NetNode<T> node;
        private readonly Layer<T> step;
        private readonly Blob<T>[] bottom;
        private readonly Blob<T>[] top;
        private readonly bool[] propagateDown;
        private readonly int steps;
        private readonly int count;

        public Unrolled(NetNode<T> node)
        {
            this.node = node;
            var options = (RecurrentOptions)node.Config.Options;
            var x = node.Bottom[0].Shape;
            (steps, count) = (x[0], x[1]);
            step = LayerRegistry.Create<T>(new LayerConfig("step",
                options with { ExposeHidden = true, CarryState = false }));
            var states = step.Tops.Allows(3) ? 2 : 1;
            Shape state = [options.NumLayers, count, options.NumOutput];
            bottom = [new Blob<T>([1, count, x.SizeOf(2)]), new Blob<T>([1, count]),
                .. Enumerable.Range(0, states).Select(_ => new Blob<T>(state))];
            top = [.. Enumerable.Range(0, 1 + states).Select(_ => new Blob<T>([0]))];
            propagateDown = [false, false, .. Enumerable.Repeat(true, states)];
            step.SetUp(bottom, top);
            for (var i = 0; i < step.Parameters.Count; i++)
                node.Layer.Parameters[i].Data.CopyTo(step.Parameters[i].Data);
        }

        public double[] Norms(List<T[]> initial)
        {
            var states = Run(initial);
            foreach (var blob in top)
                blob.Diff.Clear();
            // Only the last step's part of the loss.
            var direct = Part(node.Top[0].Diff, steps - 1);
            var norms = new double[steps];
            for (var t = steps - 1; t >= 0; t--)
            {
                var ofHidden = top[1].Diff;
                if (t == steps - 1)
                    // The output is the hidden state of the last layer.
                    direct.CopyTo(ofHidden[(ofHidden.Length - direct.Length)..]);
                norms[t] = double.CreateTruncating(TensorPrimitives.Norm<T>(ofHidden));
                Enter(t, states[t]);
                step.Forward(bottom, top);
                step.Backward(top, propagateDown, bottom);
                for (var i = 1; i < top.Length; i++)
                    bottom[i + 1].Diff.CopyTo(top[i].Diff);
            }
            return norms;
        }

        /// <summary>The states that enter each step.</summary>
        private List<T[][]> Run(List<T[]> initial)
        {
            List<T[][]> states = [[.. top.Skip(1).Select((blob, i) => initial.Count > i ? initial[i] : new T[blob.Count])]];
            for (var t = 0; t + 1 < steps; t++)
            {
                Enter(t, states[t]);
                step.Forward(bottom, top);
                states.Add([.. top.Skip(1).Select(blob => blob.Data.ToArray())]);
            }
            return states;
        }

        private void Enter(int t, T[][] state)
        {
            Part(node.Bottom[0].Data, t).CopyTo(bottom[0].Data);
            if (node.Bottom.Count > 1)
                Part(node.Bottom[1].Data, t).CopyTo(bottom[1].Data);
            else
                bottom[1].Data.Fill(T.One);
            for (var i = 0; i < state.Length; i++)
                state[i].CopyTo(bottom[i + 2].Data);
        }

        private Span<T> Part(Span<T> values, int t) => values.Slice(t * (values.Length / steps), values.Length / steps);
    }
}
