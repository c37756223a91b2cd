using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>The examples of the CS231n notes, under models/notes: every number that the notes show.</summary>
public class NotesTests
{
    // The notes round to as many digits as are given here.
    private static readonly (string Model, double Rounding, (string Blob, double[] Values, double[] Gradients)[] Blobs)[] Examples =
    [
        ("circuit", 1e-12,
        [
            ("x", [2], [4]), ("y", [5], [4]), ("z", [4], [7]), ("q", [7], [4]), ("f", [28], [1]),
        ]),
        ("circuit_negative", 1e-12,
        [
            ("x", [-2], [-4]), ("y", [5], [-4]), ("z", [-4], [3]), ("q", [3], [-4]), ("f", [-12], [1]),
        ]),
        ("neuron_gates", 1e-6,
        [
            ("w0x0", [2], [1.6701e-5]), ("w1x1", [6], [1.6701e-5]), ("s", [11], [1.6701e-5]), ("negative", [-11], [-1.6701e-5]),
            ("exp", [1.6702e-5], [-0.999967]), ("denominator", [1.0000167], [-0.999967]), ("f", [0.999983], [1]),
        ]),
        ("neuron_gates_course", 5e-3,
        [
            ("w0", [2], [-0.20]), ("x0", [-1], [0.39]), ("w1", [-3], [-0.39]), ("x1", [-2], [-0.59]), ("w2", [-3], [0.20]),
            ("w0x0", [-2], [0.20]), ("w1x1", [6], [0.20]), ("sum", [4], [0.20]), ("s", [1], [0.20]), ("negative", [-1], [-0.20]),
            ("exp", [0.37], [-0.53]), ("denominator", [1.37], [-0.53]), ("f", [0.73], [1]),
        ]),
        ("gates", 1e-12,
        [
            ("x", [3], [-8]), ("y", [-4], [6]), ("z", [2], [2]), ("w", [-1], [0]), ("xy", [-12], [2]), ("larger", [2], [2]),
            ("sum", [-10], [2]), ("f", [-20], [1]),
        ]),
        ("branching", 1e-12, [("x", [3], [8]), ("y", [2], [3]), ("q", [5], [3]), ("f", [15], [1])]),
        ("staged", 1e-5,
        [
            ("x", [3], [2.05957]), ("y", [-4], [1.59223]), ("sigy", [0.01799], [0.51214]), ("xpy", [-1], [1.58319]),
            ("f", [1.54564], [1]),
        ]),
        ("quadratic", 1e-12,
        [
            ("W", [0.1, 0.5, -0.3, 0.8], [0.088, 0.176, 0.104, 0.208]), ("x", [0.2, 0.4], [-0.112, 0.636]),
            ("q", [0.22, 0.26], [0.44, 0.52]), ("f", [0.116], [1]),
        ]),
        ("hinge_regularized", 1e-10,
        [
            ("scores", [-96.8, 437.9, 60.75], [-2, 1, 1]), ("hinge", [694.25], [1]), ("R", [12.8425], [0.1]),
            ("L", [695.53425], [1]), ("b", [1.1, 3.2, -1.2], [-2, 1, 1]),
            ("W", [0.2, -0.5, 0.1, 2, 1.5, 1.3, 2.1, 0, 0, 0.25, 0.2, -0.3],
                [-111.96, -462.1, -47.98, -3.6, 56.3, 231.26, 24.42, 2, 56, 231.05, 24.04, 1.94]),
        ]),
        ("two_layer_relu", 5e-6,
        [
            ("h", [1, 0, 3], [0.99909, 0.99909, 1.99818]), ("scores", [4, -3], [0.99909, -0.99909]),
            ("W1", [1, 0, 0, 1, 1, -1], [0.99909, -1.99818, 0, 0, 1.99818, -3.99636]), ("loss", [7.00091], [1]),
        ]),
        ("two_layer_sigmoid", 5e-5,
        [
            ("h", [0.7311, 0.2689, 0.9526], [0.9481, 0.9481, 1.8962]), ("scores", [2.2215, -0.6836], [0.9481, -0.9481]),
            ("loss", [2.9584], [1]),
        ]),
        ("convolution", 1e-12,
        [
            ("x",
                [
                    0, 0, 1, 1, 2, 0, 0, 2, 1, 1, 1, 1, 2, 2, 2, 1, 2, 2, 1, 0, 2, 0, 0, 0, 1,
                    1, 1, 1, 0, 0, 2, 2, 1, 2, 2, 0, 2, 1, 0, 2, 0, 2, 2, 0, 0, 2, 2, 1, 1, 0,
                    0, 1, 0, 1, 2, 1, 2, 2, 0, 2, 2, 2, 1, 1, 1, 2, 0, 2, 2, 0, 1, 1, 0, 2, 1,
                ],
                [
                    -1, 1, -1, 1, -1, -1, 2, -1, 2, -1, -1, 1, -1, 1, -1, -1, 2, -1, 2, -1, -1, 1, -1, 1, -1,
                    -2, 1, -2, 1, -2, -1, -1, -1, -1, -1, -2, 1, -2, 1, -2, -1, -1, -1, -1, -1, -2, 1, -2, 1, -2,
                    0, 0, 0, 0, 0, -1, 2, -1, 2, -1, 0, 0, 0, 0, 0, -1, 2, -1, 2, -1, 0, 0, 0, 0, 0,
                ]),
            ("y/0",
                [
                    1, 0, 0, -1, 0, 1, 0, -1, 0, -1, -1, 0, 0, -1, -1, 0, 0, 0, -1, -1, 0, -1, 1, -1, 1, 0, 1,
                    1, 0, 0, 0, -1, 1, 1, 0, -1, 0, 1, 1, 1, -1, 1, 0, -1, -1, -1, -1, 1, 1, -1, 1, 0, 1, 1,
                ],
                [
                    4, 6, 4, 4, 11, 4, 4, 6, 4, 6, 7, 6, 6, 8, 6, 6, 7, 6, 4, 9, 4, 8, 8, 8, 4, 9, 4,
                    4, 6, 4, 4, 11, 4, 4, 6, 4, 6, 7, 6, 6, 8, 6, 6, 7, 6, 4, 9, 4, 8, 8, 8, 4, 9, 4,
                ]),
            ("y/1", [1, 0], [9, 9]),
            ("y", [0, -1, 0, -4, -8, -6, -5, -8, -1, 0, 0, -2, 5, 5, -2, -2, 9, 0], [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]),
        ]),
        ("pooling", 1e-12,
        [
            ("x", [1, 1, 2, 4, 5, 6, 7, 8, 3, 2, 1, 0, 1, 2, 3, 4], [0, 0, 0, 0, 0, 1, 0, 2, 3, 0, 0, 0, 0, 0, 0, 4]),
            ("pool", [6, 8, 3, 4], [1, 2, 3, 4]), ("f", [6, 16, 9, 16], [1, 1, 1, 1]),
        ]),
        ("weight_sharing", 1e-12,
        [
            ("x", [1, 2, 3, 4], [1, 1, 0, 4]), ("y/0", [1, -1, 2], [5, 8, 11]), ("y", [5, 7], [1, 2]),
        ]),
        ("unshared_weights", 1e-12,
        [
            ("x", [1, 2, 3, 4], [1, 1, 0, 4]), ("y/0", [1, -1, 2, 0, 0, 1, -1, 2], [1, 2, 3, 4, 2, 4, 6, 8]),
            ("y", [5, 7], [1, 2]),
        ]),
    ];

    private static IEnumerable<string> Folders => Directory.EnumerateDirectories(Path.Combine(Repository.Folder, "models", "notes"))
        .Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Folders))]
    public void Values_and_gradients_are_those_of_the_notes(string model)
    {
        // The neurons with one sigmoid layer are compared with those of single gates below.
        if (model.StartsWith("neuron_layer", StringComparison.Ordinal))
            return;
        var example = Examples.Single(example => example.Model == model);
        var net = Run(model);
        foreach (var (name, values, gradients) in example.Blobs)
        {
            var blob = net.Parameters.SingleOrDefault(parameter => parameter.Name == name) ?? net.Blobs[name];
            Assert.That(blob.Data.ToArray(), Is.EqualTo(values).Within(example.Rounding), $"values of {name}");
            Assert.That(blob.Diff.ToArray(), Is.EqualTo(gradients).Within(example.Rounding), $"gradients of {name}");
        }
    }

    [TestCase("")]
    [TestCase("_course")]
    public void A_sigmoid_of_gates_and_a_sigmoid_layer_have_equal_gradients(string signs)
    {
        var gates = Run("neuron_gates" + signs);
        var layer = Run("neuron_layer" + signs);
        foreach (var blob in new[] { "w0", "x0", "w1", "x1", "w2", "w0x0", "w1x1", "sum", "s" })
            Assert.That(layer.Blobs[blob].Diff[0], Is.EqualTo(gates.Blobs[blob].Diff[0]).Within(1e-15), blob);
        Assert.That(layer.Blobs["f"].Data[0], Is.EqualTo(gates.Blobs["f"].Data[0]).Within(1e-15));
    }

    [TestCaseSource(nameof(Folders))]
    public void Gradients_are_those_of_differences(string model)
    {
        var result = GradientChecker.Check(Net<double>.Load(Path.Combine(Repository.Folder, "models", "notes", model), Phase.Train),
            new GradientCheckOptions { Tolerance = 1e-7 });
        Assert.That(result.Passed, result.ToString());
    }

    [Test]
    public void The_first_layer_of_AlexNet_has_the_neurons_and_parameters_of_the_notes()
    {
        var config = NetConfig.Load(Path.Combine(Repository.Folder, "models", "alexnet"));
        var net = Net<float>.FromConfig(config with { Layers = [.. config.Layers.TakeWhile(layer => layer.Name != "relu1")] },
            Phase.Deploy);
        var (weights, bias) = (net.Parameters[0], net.Parameters[1]);
        Assert.That(net.Blobs["conv1"].Shape, Is.EqualTo(new Shape(1, 96, 55, 55)));
        Assert.That(net.Blobs["conv1"].Count, Is.EqualTo(290_400));
        Assert.That(weights.Count + bias.Count, Is.EqualTo(34_944));
        Assert.That(net.Blobs["conv1"].Count * (weights.Shape.SizeOf(1) + 1), Is.EqualTo(105_705_600), "without sharing");
    }

    [Test]
    public void The_table_of_AlexNet_is_that_of_the_model()
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Folder, "docs", "notes", "alexnet.md"));
        Assert.That(lines.Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1),
            Is.EqualTo(ModelsTests.Build("alexnet", Phase.Deploy).Nodes.Select(Row)));

        static string Row(NetNode<float> node)
        {
            var parameters = node.Layer.Parameters.Sum(parameter => parameter.Count);
            return FormattableString.Invariant($"| {node.Layer.Name} | {node.Layer.Type} | {node.Top[0].Shape} | ")
                + (parameters > 0 ? FormattableString.Invariant($"{parameters:N0} |") : "|");
        }
    }

    private static Net<double> Run(string model)
    {
        var net = Net<double>.Load(Path.Combine(Repository.Folder, "models", "notes", model), Phase.Train);
        net.Forward();
        net.Backward();
        return net;
    }
}
