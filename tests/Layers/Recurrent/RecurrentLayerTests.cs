using System.Numerics;
using System.Text.Json.Nodes;
using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

/// <summary>What all recurrent layers have.</summary>
public class RecurrentLayerTests
{
    private static readonly string[] Types = ["RNN", "LSTM", "GRU"];

    private static Layer<T> Create<T>(string type, string more = "", NetContext? context = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var options = JsonNode.Parse($$"""{ "name": "tested", "num_output": 3{{more}} }""")!.AsObject();
        var layer = LayerRegistry.Create<T>(type, options);
        layer.Context = context ?? new NetContext();
        return layer;
    }

    private static Layer<double> Create(string type, string more = "", NetContext? context = null) =>
        Create<double>(type, more, context);

    private static Blob<double> X => Normal<double>("x", 4, 3, 2);

    private static Blob<double> Marks => Blob("cont", [4, 3], 0, 1, 1, 1, 1, 1, 0, 1, -1, 1, -1, -1);

    [Test]
    public void Gradients_are_those_of_differences([ValueSource(nameof(Types))] string type, [Values(
        ", \"num_layers\": 2", ", \"reverse\": true", ", \"bidirectional\": true",
        ", \"num_layers\": 2, \"bidirectional\": true", ", \"num_layers\": 3, \"dropout\": 0.4",
        ", \"carry_state\": true")] string more)
    {
        AssertGradients(Create(type, more), X);
        AssertGradients(Create(type, more), X, Marks);
    }

    [TestCaseSource(nameof(Types))]
    public void Gradients_of_initial_states_are_those_of_differences(string type)
    {
        var states = Enumerable.Range(0, type == "LSTM" ? 2 : 1).Select(i => Normal<double>($"state{i}", 4, 3, 3));
        AssertGradients(Create(type, ", \"expose_hidden\": true, \"num_layers\": 2, \"bidirectional\": true"),
            [X, Marks, .. states]);
    }

    [TestCaseSource(nameof(Types))]
    public void A_bottom_with_more_axes_is_read_as_one_with_three(string type)
    {
        var flat = new LayerRun<double>(Create(type), Normal<double>("x", 4, 3, 6));
        var deep = new LayerRun<double>(Create(type), new Blob<double>("x", [4, 3, 2, 3], flat.Bottoms[0].Data));
        Assert.That(deep.Forward(), Is.EqualTo(flat.Forward()));
        Assert.That(deep.Top.Shape, Is.EqualTo(new Shape(4, 3, 3)));
    }

    [TestCaseSource(nameof(Types))]
    public void Where_a_sequence_starts_the_steps_before_do_not_count(string type)
    {
        var whole = new LayerRun<double>(Create(type), X, Blob("cont", [4, 3], 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1));
        var rest = new LayerRun<double>(Create(type), new Blob<double>("x", [2, 3, 2], X.Data[12..]));
        Assert.That(whole.Forward()[18..], Is.EqualTo(rest.Forward()));
    }

    [TestCaseSource(nameof(Types))]
    public void Padding_has_no_output_and_no_gradient_and_leaves_the_state(string type)
    {
        var states = Enumerable.Range(0, type == "LSTM" ? 2 : 1).Select(_ => new Blob<double>("state", [1, 3, 3]))
            .ToArray();
        var run = new LayerRun<double>(Create(type, ", \"expose_hidden\": true"), 1 + states.Length,
            [X, Marks, .. states]);
        var y = run.Forward();
        Assert.That(y[33..], Is.All.Zero, "the last sequence at the last step");
        Assert.That(run.Tops[1].Data[6..].ToArray(), Is.EqualTo(y[15..18]), "its state is that of the second step");
        Array.Fill(y, 1);
        Assert.That(run.Backward(y)[22..], Is.All.Zero);
    }

    [TestCaseSource(nameof(Types))]
    public void A_state_that_is_carried_over_makes_two_batches_one(string type)
    {
        var whole = new LayerRun<double>(Create(type, ", \"num_layers\": 2"), X).Forward();
        var x = new Blob<double>("x", [2, 3, 2], X.Data[..12]);
        var run = new LayerRun<double>(Create(type, ", \"num_layers\": 2, \"carry_state\": true"), x);
        var first = run.Forward();
        x.Set(X.Data[12..]);
        Assert.That(first.Concat(run.Forward()), Is.EqualTo(whole).Within(1e-15));
        Assert.That(((IStatefulLayer<double>)run.Layer).State[0].Shape, Is.EqualTo(new Shape(2, 3, 3)));
    }

    [TestCaseSource(nameof(Types))]
    public void With_another_number_of_sequences_the_state_is_zero_again(string type)
    {
        var x = X;
        var run = new LayerRun<double>(Create(type, ", \"carry_state\": true"), x);
        run.Forward();
        var fewer = new Blob<double>("x", [4, 2, 2], x.Data[..16]);
        var expected = new LayerRun<double>(Create(type), fewer).Forward();
        x.Reshape([4, 2, 2]);
        run.Layer.Reshape(run.Bottoms, run.Tops);
        Assert.That(run.Forward(), Is.EqualTo(expected));
    }

    [TestCaseSource(nameof(Types))]
    public void Without_the_option_nothing_is_carried_over(string type)
    {
        var run = new LayerRun<double>(Create(type), X);
        Assert.That(run.Forward(), Is.EqualTo(run.Forward()));
        Assert.That(((IStatefulLayer<double>)run.Layer).State, Is.Empty);
    }

    [TestCaseSource(nameof(Types))]
    public void Dropout_is_between_layers_and_in_training_alone(string type)
    {
        const string TwoLayers = ", \"num_layers\": 2";
        const string WithDropout = TwoLayers + ", \"dropout\": 0.5";
        double[] Outputs(string more, Phase phase) => new LayerRun<double>(
            Create(type, more, new NetContext { Phase = phase }), X).Forward();
        Assert.That(Outputs(WithDropout, Phase.Test), Is.EqualTo(Outputs(TwoLayers, Phase.Test)));
        Assert.That(Outputs(WithDropout, Phase.Train), Is.Not.EqualTo(Outputs(TwoLayers, Phase.Train)));
        Assert.That(Outputs(WithDropout, Phase.Train), Is.EqualTo(Outputs(WithDropout, Phase.Train)));
    }

    [Test]
    public void Results_are_the_same_bits_for_any_number_of_threads([ValueSource(nameof(Types))] string type,
        [Values(1, 5, 130)] int sequences) => AssertSameBitsForAnyThreads(
            () => Create<float>(type, ", \"num_layers\": 2, \"bidirectional\": true"),
            Normal<float>("x", 5, sequences, 4));

    [TestCaseSource(nameof(Types))]
    public void A_frozen_parameter_gets_no_gradient(string type)
    {
        var run = new LayerRun<double>(Create(type), X);
        foreach (var parameter in run.Layer.Parameters)
            parameter.LrMult = 0;
        run.Forward();
        Assert.That(run.Backward(Normal<double>("diff", 36).Data.ToArray()), Has.Some.Not.Zero);
        foreach (var parameter in run.Layer.Parameters)
            Assert.That(parameter.Diff.ToArray(), Is.All.Zero);
    }

    [TestCase("\"reverse\": true, \"bidirectional\": true", "received reverse and bidirectional, allowed: one of them")]
    [TestCase("\"carry_state\": true, \"reverse\": true", "received carry_state with reverse, allowed: time that runs "
        + "forward alone")]
    [TestCase("\"carry_state\": true, \"bidirectional\": true", "received carry_state with bidirectional, allowed:")]
    [TestCase("\"carry_state\": true, \"expose_hidden\": true", "received carry_state and expose_hidden, allowed: one")]
    [TestCase("\"dropout\": 0.5", "received dropout 0.5 with num_layers 1, allowed: 2 layers or more")]
    public void Options_that_do_not_go_together_are_an_error(string more, string message) => Assert.That(
        () => Create("LSTM", $", {more}"), Throws.TypeOf<ConfigException>().With.Message.Contains(message));

    private static IEnumerable<TestCaseData> Misfits()
    {
        yield return Case("the bottom x (4×3), allowed: T×N×D, steps × sequences × inputs, each 1 or more", "",
            new Blob<double>("x", [4, 3]));
        yield return Case("the bottom x (4×0×2), allowed: T×N×D, steps × sequences × inputs, each 1 or more", "",
            new Blob<double>("x", [4, 0, 2]));
        yield return Case("the marks cont (3×4) for the bottom x (4×3×2), allowed: 4×3, one for each step of each "
            + "sequence", "", X, new Blob<double>("cont", [3, 4]));
        yield return Case("the initial states h (1×3×2), allowed: 1×3×3", ", \"expose_hidden\": true", X, Marks,
            new Blob<double>("h", [1, 3, 2]));
        yield return Case("2 bottom blobs, allowed: exactly 3", ", \"expose_hidden\": true", X, Marks);

        static TestCaseData Case(string message, string more, params Blob<double>[] bottoms) =>
            new TestCaseData(message, more, bottoms).SetArgDisplayNames(message);
    }

    [TestCaseSource(nameof(Misfits))]
    public void Blobs_that_do_not_fit_are_an_error(string message, string more, Blob<double>[] bottoms) => Assert.That(
        () => new LayerRun<double>(Create("GRU", more), more.Length > 0 ? 2 : 1, bottoms),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo($"layer 'tested' (GRU): received {message}"));

    [Test]
    public void Another_number_of_inputs_is_an_error_that_names_both()
    {
        var run = new LayerRun<double>(Create("GRU"), X);
        run.Bottoms[0].Reshape([4, 3, 5]);
        Assert.That(() => run.Layer.Reshape(run.Bottoms, run.Tops),
            Throws.TypeOf<ShapeException>().With.Message.EqualTo("layer 'tested' (GRU): received the bottom x (4×3×5), "
                + "5 inputs a step, allowed: 2, for which the weights were made"));
    }

    [Test]
    public void A_mark_of_another_value_is_an_error_that_names_its_place()
    {
        var marks = Marks;
        marks.Data[7] = 0.5;
        var run = new LayerRun<double>(Create("GRU"), X, marks);
        Assert.That(run.Forward, Throws.TypeOf<DataException>().With.Message.EqualTo(
            "layer 'tested' (GRU): received 0.5 for step 2 of sequence 1 in the blob 'cont', allowed: 1 (the sequence "
            + "goes on), 0 (another starts) and -1 (padding)"));
    }
}
