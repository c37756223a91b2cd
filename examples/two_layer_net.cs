#:project ../src/Framework/Framework.csproj
#:project ../src/Layers/Layers.csproj
#:project ../src/Data/Data.csproj
#:project ../src/Solvers/Solvers.csproj
#:property PublishAot=false

// The case study of the CS231n notes: three spirals that no line can part. A linear classifier gets about half of the
// points; a two-layer net nearly all. Run: dotnet run examples/two_layer_net.cs
using NeuralFramework;
using NeuralFramework.Data;
using NeuralFramework.Layers;
using NeuralFramework.Solvers;

const int Classes = 3;
const int PointsPerClass = 100;

var (points, labels) = Spirals(new Random(1));

var net = new NetConfig
{
    Name = "spirals",
    Layers =
    [
        new LayerConfig("points", new InMemoryOptions { BatchSize = points.Length, Data = points, Labels = labels })
        {
            Top = ["data", "label"],
        },
        new LayerConfig("fc1", new InnerProductOptions { NumOutput = 100, WeightFiller = new MsraFiller() }) { Bottom = "data" },
        new LayerConfig("relu1", "ReLU"),
        new LayerConfig("fc2", new InnerProductOptions { NumOutput = Classes, WeightFiller = new XavierFiller() }),
        new LayerConfig("loss", "SoftmaxLoss") { Bottom = ["fc2", "label"] },
        new LayerConfig("accuracy", "Accuracy") { Bottom = ["fc2", "label"] },
    ],
};

var solver = Solver<float>.FromConfig(new SolverConfig
{
    BaseLr = 0.3,
    Rule = new SgdRule { Momentum = 0.9 },
    WeightDecay = 0.001,
    MaxIter = 1000,
    Display = 200,
}, net);

solver.Reported += report => Console.WriteLine(
    $"iteration {report.Iteration,4}: data loss {report.DataLoss:0.0000}, R(W) {report.RegularizationLoss:0.0000}");
solver.Train();

Console.WriteLine($"training accuracy: {solver.Net.Blobs["accuracy"].Data[0] * 100:0.0} %");

// Point i of a class lies at radius i / n; the angle winds with it, with some noise.
static (float[][] Points, int[] Labels) Spirals(Random random)
{
    var points = new float[Classes * PointsPerClass][];
    var labels = new int[points.Length];
    for (var i = 0; i < points.Length; i++)
    {
        var (label, place) = Math.DivRem(i, PointsPerClass);
        var radius = (double)place / PointsPerClass;
        var angle = label * 4 + radius * 4 + (random.NextDouble() - 0.5) * 0.4;
        points[i] = [(float)(radius * Math.Sin(angle)), (float)(radius * Math.Cos(angle))];
        labels[i] = label;
    }
    return (points, labels);
}
