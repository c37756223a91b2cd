using NeuralFramework.Layers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class StateGradientsTests
{
    private const int Steps = 5;
    private const int Count = 3;

    private static IEnumerable<RecurrentOptions> Cells =>
    [
        new RNNOptions { NumOutput = 4 },
        new RNNOptions { NumOutput = 4, Nonlinearity = RNNNonlinearity.Relu, NumLayers = 2, BiasTerm = false },
        new LSTMOptions { NumOutput = 4, Peepholes = true },
        new LSTMOptions { NumOutput = 3, NumLayers = 2, ForgetBias = 1 },
        new GRUOptions { NumOutput = 4, CarryState = true },
    ];

    /// <summary>A net whose loss is half the squares of the last state.</summary>
    private static NetConfig Config(RecurrentOptions options) => new()
    {
        Name = "steps",
        Layers =
        [
            new("x", new ConstantOptions { Shape = [Steps, Count, 2], Filler = new GaussianFiller() }),
            new("cell", options),
            new("ends", new SliceOptions { Axis = 0, SlicePoint = Steps - 1 }) { Top = ["before", "last"] },
            new("silence", "Silence") { Bottom = ["before"] },
            new("loss", new SumOfSquaresOptions { Coeff = 0.5 }) { Bottom = ["last"], LossWeight = 1 },
        ],
    };

    [TestCaseSource(nameof(Cells))]
    public void The_norms_are_those_of_the_gradients_of_a_layer_that_begins_at_the_step_after(RecurrentOptions options)
    {
        var net = Net<double>.FromConfig(Config(options), Phase.Train);
        var norms = StateGradients.Measure(net);
        Assert.That(norms, Has.Length.EqualTo(Steps));
        Assert.That(norms[^1], Is.EqualTo(Norm(net.Blobs["last"].Data)).Within(1e-14), "the slope of ½h²");

        var (layer, x) = (net.Layers.Single(layer => layer.Name == "cell"), net.Blobs["x"].Data.ToArray());
        for (var t = 0; t < Steps - 1; t++)
            Assert.That(norms[t], Is.EqualTo(NormByTheRest(layer, options, x, t)).Within(1e-12), $"step {t}");
    }

    /// <summary>‖∂L/∂h_t‖ as the gradient of the initial state of the steps behind t.</summary>
    private static double NormByTheRest(Layer<double> layer, RecurrentOptions options, double[] x, int t)
    {
        var exposed = options with { ExposeHidden = true, CarryState = false };
        var states = layer is LSTMLayer<double> ? 2 : 1;
        var initial = Enumerable.Range(0, states)
            .Select(_ => new Blob<double>([options.NumLayers, Count, options.NumOutput])).ToArray();
        // First up to t, for the state there, then on from it.
        var head = Run(0, t + 1, initial);
        var (tail, bottom, top) = Run(t + 1, Steps, [.. head.Top.Skip(1)]);
        foreach (var blob in top)
            blob.Diff.Clear();
        var last = top[0].Data[^(Count * options.NumOutput)..];
        last.CopyTo(top[0].Diff[^last.Length..]);
        tail.Backward(top, [false, false, .. Enumerable.Repeat(true, states)], bottom);
        return Norm(bottom[2].Diff);

        (Layer<double> Layer, Blob<double>[] Bottom, Blob<double>[] Top) Run(int from, int to, Blob<double>[] state)
        {
            var part = LayerRegistry.Create<double>(new LayerConfig("part", exposed));
            Blob<double>[] bottom = [new([to - from, Count, 2]), new([to - from, Count]),
                .. state.Select(blob => new Blob<double>(blob.Shape))];
            Blob<double>[] top = [.. Enumerable.Range(0, 1 + states).Select(_ => new Blob<double>([0]))];
            part.SetUp(bottom, top);
            for (var i = 0; i < part.Parameters.Count; i++)
                layer.Parameters[i].Data.CopyTo(part.Parameters[i].Data);
            x.AsSpan(from * Count * 2, (to - from) * Count * 2).CopyTo(bottom[0].Data);
            bottom[1].Data.Fill(1);
            for (var i = 0; i < states; i++)
                state[i].Data.CopyTo(bottom[2 + i].Data);
            part.Forward(bottom, top);
            return (part, bottom, top);
        }
    }

    private static double Norm(ReadOnlySpan<double> values) =>
        System.Numerics.Tensors.TensorPrimitives.Norm(values);

    [Test]
    public void By_hand_the_gradient_of_a_linear_state_has_the_recurrent_weight_once_a_step()
    {
        var net = Net<double>.FromConfig(Config(new RNNOptions
        {
            NumOutput = 1,
            Nonlinearity = RNNNonlinearity.Relu,
            BiasTerm = false,
        }), Phase.Train);
        net.Blobs["x"].Data.Fill(1);
        var parameters = net.Layers.Single(layer => layer.Name == "cell").Parameters;
        parameters[0].Data.Fill(0.5);
        parameters[1].Data[0] = 3;
        // h = 1, 4, 13, 40, 121, the same in all three sequences.
        var last = 121 * Math.Sqrt(3);
        Assert.That(StateGradients.Measure(net),
            Is.EqualTo(new[] { 81 * last, 27 * last, 9 * last, 3 * last, last }).Within(1e-9));
    }

    [Test]
    public void A_marked_start_lets_no_gradient_through()
    {
        var config = Config(new GRUOptions { NumOutput = 2 });
        var marks = new ConstantOptions
        {
            Shape = [Steps, Count],
            Values = [.. Enumerable.Repeat(1.0, 9), .. new double[3], .. Enumerable.Repeat(1.0, 3)],
        };
        var layers = config.Layers.ToList();
        layers.Insert(1, new LayerConfig("cont", marks));
        layers[2] = layers[2] with { Bottom = ["x", "cont"] };
        var norms = StateGradients.Measure(Net<double>.FromConfig(config with { Layers = layers }, Phase.Train));
        Assert.That(norms[..3], Is.All.Zero);
        Assert.That(norms[3..], Is.All.Positive);
    }

    [Test]
    public void Another_cell_takes_the_place_with_the_same_size()
    {
        var config = Config(new GRUOptions { NumOutput = 4, NumLayers = 2, CarryState = true });
        var changed = StateGradients.WithCell(config, "LSTM");
        Assert.That(changed.Layers[1].Options, Is.EqualTo(new LSTMOptions
        {
            NumOutput = 4,
            NumLayers = 2,
            CarryState = true,
            ForgetBias = 1,
            WeightFiller = ((GRUOptions)config.Layers[1].Options).WeightFiller,
            BiasFiller = ((GRUOptions)config.Layers[1].Options).BiasFiller,
        }));
        Assert.That(changed.Layers[1].Type, Is.EqualTo("LSTM"));
        Assert.That(StateGradients.WithCell(config, "GRU").Layers[1], Is.SameAs(config.Layers[1]));
        Assert.That(() => StateGradients.WithCell(config, "Elman"), Throws.TypeOf<ConfigException>());
    }

    [Test]
    public void What_cannot_be_followed_step_by_step_is_an_error()
    {
        Expect(new RNNOptions { NumOutput = 2, Reverse = true }, "received reverse, allowed: a layer without it");
        Expect(new RNNOptions { NumOutput = 2, Bidirectional = true }, "received bidirectional");
        Expect(new RNNOptions { NumOutput = 2, NumLayers = 2, Dropout = 0.5 }, "received dropout");
        var without = Net<double>.FromConfig(new NetConfig { Layers = [new("x", new ConstantOptions())] }, Phase.Train);
        Assert.That(() => StateGradients.Measure(without),
            Throws.TypeOf<ConfigException>().With.Message.Contains("received no recurrent layer"));

        static void Expect(RecurrentOptions options, string message) => Assert.That(
            () => StateGradients.Measure(Net<double>.FromConfig(Config(options), Phase.Train)),
            Throws.TypeOf<ConfigException>().With.Message.Contains(message));
    }
}
