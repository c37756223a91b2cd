using System.Reflection;
using NeuralFramework.Interop;
using NeuralFramework.Layers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>Layers exported and run by ONNX Runtime.</summary>
public class OnnxExporterTests
{
    private const string Images = """{ "name": "x", "type": "Input", "shape": [2, 4, 7, 6] }""";
    private const string Rows = """{ "name": "x", "type": "Input", "shape": [3, 6] }""";
    private const string Steps = """{ "name": "x", "type": "Input", "shape": [5, 3, 4] }""";

    private static readonly (string Name, string Layers)[] Cases =
    [
        ("ReLU", Images + """, { "type": "ReLU" }"""),
        ("ReLU in place", Images + """, { "type": "Power", "scale": 2 }, { "type": "ReLU", "in_place": true }"""),
        ("leaky ReLU", Images + """, { "type": "ReLU", "negative_slope": 0.1 }"""),
        ("PReLU", Images + """, { "type": "PReLU" }"""),
        ("PReLU of rows", Rows + """, { "type": "PReLU" }"""),
        ("PReLU, one slope", Images + """, { "type": "PReLU", "channel_shared": true }"""),
        ("ELU", Images + """, { "type": "ELU", "alpha": 0.7 }"""),
        ("Sigmoid", Images + """, { "type": "Sigmoid" }"""),
        ("TanH", Images + """, { "type": "TanH" }"""),
        ("GELU", Images + """, { "type": "GELU" }"""),
        ("Swish", Images + """, { "type": "Swish", "beta": 1.5 }"""),
        ("BNLL", Images + """, { "type": "BNLL" }"""),
        ("Clip", Images + """, { "type": "Clip", "min": -0.3, "max": 0.5 }"""),
        ("Threshold", Images + """, { "type": "Threshold", "threshold": 0.25 }"""),
        ("AbsVal", Images + """, { "type": "AbsVal" }"""),
        ("Negate", Images + """, { "type": "Negate" }"""),
        ("Reciprocal", Images + """, { "type": "Power", "shift": 2 }, { "type": "Reciprocal" }"""),
        ("Exp", Images + """, { "type": "Exp" }"""),
        ("Exp of 2", Images + """, { "type": "Exp", "base": 2, "scale": 0.5, "shift": 1 }"""),
        ("Log", Images + """, { "type": "Log", "shift": 2 }"""),
        ("Log of 10", Images + """, { "type": "Log", "base": 10, "scale": 0.5, "shift": 2 }"""),
        ("Power", Images + """, { "type": "Power", "power": 2, "scale": 0.5, "shift": 1 }"""),
        ("Dropout", Images + """, { "type": "Dropout" }"""),
        ("Split and Silence", Images + """
            , { "name": "a", "type": "ReLU", "bottom": "x" }, { "name": "b", "type": "TanH", "bottom": "x" },
            { "name": "c", "type": "Add", "bottom": ["a", "b"] }, { "name": "d", "type": "Sigmoid", "bottom": "b" },
            { "type": "Silence", "bottom": "d" }
            """),
        ("Add", Images + """, { "name": "c", "type": "Constant", "shape": [4, 1, 1], "values": [1, 2, 3, 4] }, { "type": "Add", "bottom": ["x", "c", "x"] }"""),
        ("Subtract", Images + """, { "name": "c", "type": "Constant", "values": 0.3 }, { "type": "Subtract", "bottom": ["x", "c"] }"""),
        ("Multiply", Images + """, { "name": "c", "type": "Constant", "shape": [6], "values": [1, 2, 3, 4, 5, 6], "trainable": true }, { "type": "Multiply", "bottom": ["x", "c"] }"""),
        ("Divide", Images + """, { "name": "c", "type": "Constant", "values": 0.3 }, { "type": "Divide", "bottom": ["x", "c"] }"""),
        ("Max", Images + """, { "name": "c", "type": "Constant", "values": 0.3 }, { "type": "Max", "bottom": ["c", "x"] }"""),
        ("Eltwise, sum", Images + """, { "name": "y", "type": "ReLU" }, { "type": "Eltwise", "bottom": ["x", "y"], "coeff": [1, -2] }"""),
        ("Eltwise, product", Images + """, { "name": "y", "type": "ReLU" }, { "type": "Eltwise", "operation": "prod", "bottom": ["x", "y"] }"""),
        ("Eltwise, largest", Images + """, { "name": "y", "type": "TanH" }, { "type": "Eltwise", "operation": "max", "bottom": ["x", "y"] }"""),
        ("Input that learns", Rows + """, { "name": "c", "type": "Input", "shape": [6], "trainable": true }, { "type": "Multiply", "bottom": ["x", "c"] }"""),
        ("Bias", Images + """, { "type": "Bias" }"""),
        ("Bias of two axes", Images + """, { "type": "Bias", "axis": 2, "num_axes": 2 }"""),
        ("Bias from a bottom", Images + """, { "name": "b", "type": "Constant", "shape": [4], "values": [1, 2, 3, 4] }, { "type": "Bias", "bottom": ["x", "b"] }"""),
        ("Scale", Images + """, { "type": "Scale", "bias_term": true }"""),
        ("Scale by a scalar", Images + """, { "type": "Scale", "num_axes": 0 }"""),
        ("Scale from a bottom", Images + """, { "name": "s", "type": "Constant", "shape": [4, 7], "filler": { "type": "gaussian" } }, { "type": "Scale", "bottom": ["x", "s"], "bias_term": true, "num_axes": 2 }"""),
        ("InnerProduct", Images + """, { "type": "InnerProduct", "num_output": 5 }"""),
        ("InnerProduct, transposed, no bias", Rows + """, { "type": "InnerProduct", "num_output": 5, "transpose": true, "bias_term": false }"""),
        ("InnerProduct of each step", Steps + """, { "type": "InnerProduct", "num_output": 5, "axis": 2 }"""),
        ("InnerProduct of the last axes", Images + """, { "type": "InnerProduct", "num_output": 5, "axis": -2, "transpose": true }"""),
        ("InnerProducts that share weights", Rows + """
            , { "name": "a", "type": "InnerProduct", "num_output": 6, "param_name": ["w", ""] },
            { "name": "b", "type": "InnerProduct", "num_output": 6, "param_name": ["w", ""] }
            """),
        ("MatMul", Images + """, { "type": "MatMul", "bottom": ["x", "x"], "transpose_b": true }"""),
        ("MatMul, A transposed", Images + """, { "type": "MatMul", "bottom": ["x", "x"], "transpose_a": true }"""),
        ("MatMul with a vector", Rows + """, { "name": "v", "type": "Constant", "shape": [6], "filler": { "type": "gaussian" } }, { "type": "MatMul", "bottom": ["x", "v"] }"""),
        ("Convolution", Images + """, { "type": "Convolution", "num_output": 6, "kernel_size": 3, "pad": 1, "stride": 2 }"""),
        ("Convolution of groups, dilated", Images + """, { "type": "Convolution", "num_output": 6, "kernel_size": [3, 2], "pad": [2, 0], "dilation": [2, 1], "group": 2, "bias_term": false }"""),
        ("Deconvolution", Images + """, { "type": "Deconvolution", "num_output": 6, "kernel_size": 3, "pad": 1, "stride": 2, "group": 2 }"""),
        ("max pooling", Images + """, { "type": "Pooling", "kernel_size": 3, "stride": 2 }"""),
        ("max pooling with pads", Images + """, { "type": "Pooling", "kernel_size": [3, 2], "stride": 2, "pad": 1 }"""),
        ("max pooling, rounded down", Images + """, { "type": "Pooling", "kernel_size": 2, "stride": 3, "round_mode": "floor" }"""),
        ("max pooling with places", Images + """, { "type": "Pooling", "kernel_size": 3, "stride": 2, "top": ["m", "places"] }"""),
        ("mean pooling", Images + """, { "type": "Pooling", "pool": "ave", "kernel_size": 3, "stride": 2 }"""),
        ("mean pooling with pads", Images + """, { "type": "Pooling", "pool": "ave", "kernel_size": 3, "pad": 1 }"""),
        ("mean pooling that reaches over", Images + """, { "type": "Pooling", "pool": "ave", "kernel_size": 3, "stride": [3, 2], "pad": [1, 1] }"""),
        ("mean pooling, rounded down", Images + """, { "type": "Pooling", "pool": "ave", "kernel_size": 3, "stride": 2, "pad": 1, "round_mode": "floor" }"""),
        ("stochastic pooling", Images + """, { "type": "ReLU" }, { "type": "Pooling", "pool": "stochastic", "kernel_size": 2, "stride": 2 }"""),
        ("global max pooling", Images + """, { "type": "Pooling", "global_pooling": true }"""),
        ("global mean pooling", Images + """, { "type": "Pooling", "pool": "ave", "global_pooling": true }"""),
        ("SPP", Images + """, { "type": "SPP", "pyramid_height": 2 }"""),
        ("SPP of means", Images + """, { "type": "SPP", "pyramid_height": 3, "pool": "ave" }"""),
        ("SPP of one level", Images + """, { "type": "SPP", "pyramid_height": 1 }"""),
        ("BatchNorm", Images + """, { "type": "BatchNorm" }"""),
        ("BatchNorm of rows, without factors", Rows + """, { "type": "BatchNorm", "scale_bias": false }"""),
        ("BatchNorm of the batch", Images + """, { "type": "BatchNorm", "use_global_stats": false }"""),
        ("GroupNorm", Images + """, { "type": "GroupNorm", "groups": 2 }"""),
        ("LayerNorm", Images + """, { "type": "LayerNorm", "axis": 2 }"""),
        ("LayerNorm without factors", Rows + """, { "type": "LayerNorm", "scale_bias": false }"""),
        ("MVN", Images + """, { "type": "MVN" }"""),
        ("MVN of means, across channels", Images + """, { "type": "MVN", "normalize_variance": false, "across_channels": true }"""),
        ("LRN", Images + """, { "type": "LRN", "local_size": 3, "alpha": 0.5, "beta": 0.75, "k": 2 }"""),
        ("LRN of rows", Rows + """, { "type": "LRN", "local_size": 3, "alpha": 0.5 }"""),
        ("LRN within a channel", Images + """, { "type": "LRN", "local_size": 3, "alpha": 0.5, "norm_region": "within_channel" }"""),
        ("Softmax", Images + """, { "type": "Softmax" }"""),
        ("Softmax of the last axis", Images + """, { "type": "Softmax", "axis": -1 }"""),
        ("Reduction", Images + """, { "type": "Reduction", "axis": 1, "coeff": 2 }"""),
        ("Reduction, asum", Images + """, { "type": "Reduction", "operation": "asum", "axis": -1 }"""),
        ("Reduction, sumsq", Images + """, { "type": "Reduction", "operation": "sumsq", "axis": 2 }"""),
        ("Reduction, mean of all", Images + """, { "type": "Reduction", "operation": "mean" }"""),
        ("SumOfSquares", Images + """, { "type": "SumOfSquares", "coeff": 0.5 }"""),
        ("ArgMax", Images + """, { "type": "ArgMax", "axis": 1, "top_k": 2 }"""),
        ("ArgMax of a tie", Images + """, { "type": "Clip", "min": -1, "max": 0 }, { "type": "ArgMax", "axis": -1 }"""),
        ("ArgMax, values", Images + """, { "type": "ArgMax", "axis": 2, "out_max_val": true }"""),
        ("ArgMax of a sample", Images + """, { "type": "ArgMax", "top_k": 3, "out_max_val": true }"""),
        ("Flatten", Images + """, { "type": "Flatten" }"""),
        ("Flatten of some axes", Images + """, { "type": "Flatten", "axis": 2 }"""),
        ("Flatten of the first axes", Images + """, { "type": "Flatten", "axis": 0, "end_axis": 1 }"""),
        ("Reshape", Images + """, { "type": "Reshape", "shape": [0, -1, 6] }"""),
        ("Reshape of an axis", Images + """, { "type": "Reshape", "shape": [2, 2], "axis": 1, "num_axes": 1 }"""),
        ("Transpose", Images + """, { "type": "Transpose", "axes": [0, 2, 3, 1] }"""),
        ("Transpose in reverse", Images + """, { "type": "Transpose" }"""),
        ("Tile", Images + """, { "type": "Tile", "tiles": 3 }"""),
        ("Concat", Images + """, { "name": "y", "type": "ReLU" }, { "type": "Concat", "bottom": ["x", "y"], "axis": -1 }"""),
        ("Slice", Images + """, { "type": "Slice", "top": ["a", "b", "c"], "slice_point": [1, 3] }"""),
        ("Crop", Images + """, { "name": "r", "type": "Constant", "shape": [2, 4, 3, 2] }, { "type": "Crop", "bottom": ["x", "r"], "offset": [1, 2] }"""),
        ("RNN", Steps + """, { "type": "RNN", "num_output": 3 }"""),
        ("RNN, two layers both ways, relu", Steps + """, { "type": "RNN", "num_output": 3, "num_layers": 2, "bidirectional": true, "nonlinearity": "relu" }"""),
        ("RNN in reverse, sigmoid", Steps + """, { "type": "RNN", "num_output": 3, "reverse": true, "nonlinearity": "sigmoid", "bias_term": false }"""),
        ("LSTM", Steps + """, { "type": "LSTM", "num_output": 3 }"""),
        ("LSTM with peepholes, two layers both ways", Steps + """, { "type": "LSTM", "num_output": 3, "num_layers": 2, "bidirectional": true, "peepholes": true }"""),
        ("LSTM with states", Steps + """
            , { "name": "cont", "type": "Constant", "shape": [5, 3], "filler": { "type": "constant", "value": 1 } },
            { "name": "h", "type": "Input", "shape": [2, 3, 3] }, { "name": "c", "type": "Input", "shape": [2, 3, 3] },
            { "type": "LSTM", "bottom": ["x", "cont", "h", "c"], "top": ["y", "hn", "cn"], "num_output": 3, "num_layers": 2, "expose_hidden": true }
            """),
        ("GRU", Steps + """, { "type": "GRU", "num_output": 3 }"""),
        ("GRU, two layers both ways", Steps + """, { "type": "GRU", "num_output": 3, "num_layers": 2, "bidirectional": true }"""),
        ("GRU without bias, of images", """{ "name": "x", "type": "Input", "shape": [5, 3, 2, 2] }, { "type": "GRU", "num_output": 3, "bias_term": false }"""),
    ];

    internal static IEnumerable<TestCaseData> AllCases() =>
        Cases.Select(entry => new TestCaseData(entry.Layers).SetArgDisplayNames(entry.Name));

    internal static string NameOf(TestCaseData entry) => Cases.First(known => known.Layers == (string?)entry.Arguments[0]).Name;

    [TestCaseSource(nameof(AllCases))]
    public void An_exported_layer_gives_the_same_in_ONNX_Runtime(string layers)
    {
        using var run = OnnxRun.Of(OnnxRun.NetOf(layers));
        for (var seed = 1; seed <= 3; seed++)
        {
            run.Fill(seed);
            run.AssertSame();
        }
    }

    [TestCaseSource(nameof(AllCases))]
    public void An_exported_layer_takes_another_batch(string layers)
    {
        using var run = OnnxRun.Of(OnnxRun.NetOf(layers));
        if (run.Export.Remarks.Count > 0)
        {
            Assert.That(run.Export.Remarks, Has.Some.StartsWith("the batch is fixed"));
            return;
        }
        var isSequence = run.Export.Inputs.Any(input => input.Contains("batch×") && !input.Contains("(batch"));
        foreach (var input in run.Inputs)
            input.Reshape([.. input.Shape.Select((extent, axis) => axis == (isSequence ? 1 : 0) ? extent + 3 : extent)]);
        run.Fill(9);
        run.AssertSame();
    }

    [Test]
    public void Embed_looks_up_whole_numbers()
    {
        using var run = OnnxRun.Of(OnnxRun.NetOf("""
            { "name": "words", "type": "Input", "shape": [5, 3] }, { "type": "Embed", "input_dim": 7, "num_output": 4 }
            """));
        run.Fill(1, (_, i) => i % 7);
        run.AssertSame();
    }

    [Test]
    public void BatchNorm_is_exported_with_the_running_statistics()
    {
        var net = OnnxRun.NetOf(Images + """, { "type": "BatchNorm" }""");
        float[][] statistics = [[1, 2, 3, 4], [5, 6, 7, 8], [4]];
        for (var i = 0; i < 3; i++)
            net.Parameters[2 + i].Set(statistics[i]);
        using var run = OnnxRun.Of(net);
        run.Fill(1);
        run.AssertSame();
    }

    [Test]
    public void Every_layer_type_is_exported_or_refused_with_why()
    {
        string[] refused =
        [
            "Accuracy", "ContrastiveLoss", "EmbedBag", "EuclideanLoss", "GloVeLoss", "HierarchicalSoftmaxLoss", "InfogainLoss",
            "MultinomialLogisticLoss", "NegativeSamplingLoss", "SVMHinge", "SigmoidCrossEntropyLoss", "SoftmaxLoss",
        ];
        var known = new[] { typeof(Blob<>).Assembly, typeof(InputOptions).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetCustomAttributes<LayerTypeAttribute>(inherit: false)).Select(attribute => attribute.Name);
        Assert.That(OnnxExporter.LayerTypes.Concat(refused), Is.EquivalentTo(known));
    }

    [Test]
    public void A_layer_that_cannot_be_exported_is_named_with_why()
    {
        var net = OnnxRun.NetOf("""
            { "name": "x", "type": "Input", "shape": [3, 5] }, { "name": "label", "type": "Input", "shape": [3] },
            { "name": "loss", "type": "SoftmaxLoss", "bottom": ["x", "label"] },
            { "name": "s", "type": "Input", "shape": [3, 2, 5] },
            { "name": "lstm", "type": "LSTM", "num_output": 2, "carry_state": true }
            """);
        var error = Assert.Throws<ConfigException>(() => OnnxExporter.Write(net, "not.onnx"))!;
        Assert.That(error.Problems, Has.Count.EqualTo(2));
        Assert.That(error.Problems[0], Does.Contain("layer 'loss' (SoftmaxLoss)").And.Contain("it is a loss"));
        Assert.That(error.Problems[1], Does.Contain("layer 'lstm' (LSTM)").And.Contain("carry_state"));
        Assert.That(File.Exists("not.onnx"), Is.False);
    }

    [Test]
    public void Marks_of_sequences_are_refused()
    {
        var net = OnnxRun.NetOf(Steps + """
            , { "name": "cont", "type": "Input", "shape": [5, 3] },
            { "name": "gru", "type": "GRU", "bottom": ["x", "cont"], "num_output": 2 }
            """);
        Assert.That(() => OnnxExporter.Write(net, "not.onnx"), Throws.TypeOf<ConfigException>()
            .With.Message.Contain("layer 'gru' (GRU)").And.Message.Contain("cont (5×3)"));
    }

    [Test]
    public void A_batch_that_the_net_fixes_is_a_remark()
    {
        using var run = OnnxRun.Of(OnnxRun.NetOf(Rows + """, { "name": "r", "type": "Reshape", "shape": [9, 2] }"""));
        Assert.That(run.Export.Remarks.Single(), Does.StartWith("the batch is fixed at 3: with one more, layer 'r' (Reshape)"));
        Assert.That(run.Export.Inputs, Is.EqualTo(new[] { "x (3×6)" }));
        run.Fill(1);
        run.AssertSame();
    }

    [Test]
    public void Inputs_and_outputs_have_names_for_open_extents()
    {
        using var run = OnnxRun.Of(OnnxRun.NetOf(Steps + """, { "name": "y", "type": "GRU", "num_output": 2 }"""));
        Assert.That(run.Export.Inputs, Is.EqualTo(new[] { "x (time×batch×4)" }));
        Assert.That(run.Export.Outputs, Is.EqualTo(new[] { "y (time×batch×2)" }));
    }
}
