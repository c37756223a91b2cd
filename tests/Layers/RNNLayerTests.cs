using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class RNNLayerTests
{
    private static LayerRun<double> Example()
    {
        var run = new LayerRun<double>(
            new RNNLayer<double>(new() { NumOutput = 1, Nonlinearity = RNNNonlinearity.Relu }),
            Blob("x", [3, 1, 1], 1, 1, -9));
        run.Layer.Parameters[0].Set([2]);
        run.Layer.Parameters[1].Set([0.5]);
        run.Layer.Parameters[2].Set([1]);
        return run;
    }

    // 2·1 + 0.5·0 + 1 = 3, 2·1 + 0.5·3 + 1 = 4.5, and 2·(−9) + 0.5·4.5 + 1 < 0.
    [Test]
    public void Forward_adds_the_weighted_input_and_state() =>
        Assert.That(Example().Forward(), Is.EqualTo(new[] { 3, 4.5, 0 }));

    // δ_3 = 0 behind the kink, δ_2 = 1, δ_1 = 1 + 0.5·1.
    [Test]
    public void Backward_goes_back_through_time()
    {
        var run = Example();
        run.Forward();
        Assert.That(run.Backward(1, 1, 1), Is.EqualTo(new[] { 3.0, 2, 0 }));
        Assert.That(run.Layer.Parameters.Select(parameter => parameter.Diff[0]), Is.EqualTo(new[] { 2.5, 3, 2.5 }));
    }

    [TestCase(RNNNonlinearity.Tanh)]
    [TestCase(RNNNonlinearity.Relu)]
    [TestCase(RNNNonlinearity.Sigmoid)]
    public void Gradients_are_those_of_differences(RNNNonlinearity nonlinearity) => AssertGradients(
        new RNNLayer<double>(new() { NumOutput = 3, Nonlinearity = nonlinearity }), Normal<double>("x", 4, 3, 2));

    private const string Shared = "\"axis\": 2, \"num_output\": 5";

    private static string InputProduct(int step) => $$"""
        { "name": "wx{{step}}", "type": "InnerProduct", "bottom": "x{{step}}", {{Shared}}, "param_name": ["wx", "b"],
          "bias_filler": { "type": "gaussian" } }
        """;

    private static string StateProduct(int step) => $$"""
        { "name": "wh{{step}}", "type": "InnerProduct", "bottom": "h{{step - 1}}", {{Shared}}, "param_name": "wh",
          "bias_term": false }
        """;

    private static string Sum(int step) =>
        $$"""{ "name": "sum{{step}}", "type": "Eltwise", "bottom": ["wx{{step}}", "wh{{step}}"] }""";

    private static string Squash(int step) =>
        $$"""{ "name": "tanh{{step}}", "type": "TanH", "bottom": "sum{{step}}", "top": "h{{step}}" }""";

    // x, and a loss that looks at every state.
    private const string Data = """
        { "name": "x", "type": "Constant", "shape": [4, 3, 2], "filler": { "type": "gaussian" }, "trainable": true }
        """;

    private const string Loss = """
        { "name": "squares", "type": "SumOfSquares", "bottom": "h", "loss_weight": 1 }
        """;

    private static Net<double> Unrolled() => NetJson.Net([Data,
        """{ "name": "slice", "type": "Slice", "axis": 0, "bottom": "x", "top": ["x1", "x2", "x3", "x4"] }""",
        """{ "name": "h0", "type": "Constant", "shape": [1, 3, 5] }""",
        .. Enumerable.Range(1, 4).SelectMany<int, string>(step =>
            [InputProduct(step), StateProduct(step), Sum(step), Squash(step)]),
        """{ "name": "h", "type": "Concat", "axis": 0, "bottom": ["h1", "h2", "h3", "h4"] }""", Loss]);

    [Test]
    public void An_unrolled_net_with_shared_parameters_computes_the_same()
    {
        var unrolled = Unrolled();
        var net = NetJson.Net(Data, """{ "name": "h", "type": "RNN", "bottom": "x", "num_output": 5 }""", Loss);
        Assert.That(unrolled.Parameters.Select(parameter => parameter.Name),
            Is.EqualTo(new[] { "x/0", "wx1/0", "wx1/1", "wh1/0" }), "each once, however many layers share it");
        var pairs = new[] { ("x/0", "x/0"), ("wx1/0", "h/0"), ("wx1/1", "h/2"), ("wh1/0", "h/1") };
        foreach (var (of, to) in pairs)
            Find(net, to).Set(Find(unrolled, of).Data);
        Assert.That(net.Forward(), Is.EqualTo(unrolled.Forward()).Within(1e-10));
        Assert.That(net.Blobs["h"].Data.ToArray(), Is.EqualTo(unrolled.Blobs["h"].Data.ToArray()).Within(1e-10));
        net.Backward();
        unrolled.Backward();
        foreach (var (of, to) in pairs)
            Assert.That(Find(net, to).Diff.ToArray(),
                Is.EqualTo(Find(unrolled, of).Diff.ToArray()).Within(1e-10).And.Some.Not.Zero, of);

        static Parameter<double> Find(Net<double> net, string name) =>
            net.Parameters.Single(parameter => parameter.Name == name);
    }
}
