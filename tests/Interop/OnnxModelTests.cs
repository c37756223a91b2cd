using System.Numerics.Tensors;
using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>Whole nets exported and run by ONNX Runtime.</summary>
public class OnnxModelTests
{
    [TestCase("cifar10_quick", ExpectedResult = "data (batch×3×32×32)")]
    [TestCase("lenet", ExpectedResult = "data (batch×1×28×28)")]
    [TestCase("quickstart", ExpectedResult = "data (batch×1×28×28)")]
    [TestCase("resnet20", ExpectedResult = "data (batch×3×32×32)")]
    public string A_model_gives_the_same_in_ONNX_Runtime(string model)
    {
        using var run = OnnxRun.Of(Net<float>.Load(Path.Combine(Repository.Folder, "models", model), Phase.Deploy));
        run.Fill(1);
        run.AssertSame();
        run.Net.Blobs["data"].Reshape([3, .. run.Net.Blobs["data"].Shape.Skip(1)]);
        run.Fill(2);
        run.AssertSame();
        Assert.That(run.Export.Remarks, Is.Empty);
        return run.Export.Inputs.Single();
    }

    [Test]
    public void A_recurrent_net_gives_the_same_in_ONNX_Runtime()
    {
        using var run = OnnxRun.Of(OnnxRun.NetOf("""
            { "name": "words", "type": "Input", "shape": [6, 2] },
            { "name": "embed", "type": "Embed", "input_dim": 20, "num_output": 8 },
            { "name": "lstm", "type": "LSTM", "num_output": 16, "num_layers": 2, "dropout": 0.5 },
            { "name": "gru", "type": "GRU", "num_output": 8, "bidirectional": true },
            { "name": "scores", "type": "InnerProduct", "num_output": 20, "axis": 2 },
            { "name": "prob", "type": "Softmax", "axis": 2 }
            """));
        run.Fill(1, (_, i) => i * 7 % 20);
        run.AssertSame();
        run.Net.Blobs["words"].Reshape([9, 3]);
        run.Fill(1, (_, i) => i * 3 % 20);
        run.AssertSame();
        Assert.That(run.Export.Outputs, Is.EqualTo(new[] { "prob (time×batch×20)" }));
    }

    [Test]
    public void A_trained_net_is_as_accurate_in_ONNX_Runtime()
    {
        var model = Path.Combine(Repository.Folder, "models", "quickstart");
        var solver = Solver<float>.Load(model);
        solver.Step(60);
        var test = Net<float>.Load(model, Phase.Test);
        var deploy = Net<float>.Load(model, Phase.Deploy);
        test.ShareWeights(solver.Net);
        deploy.ShareWeights(solver.Net);
        using var run = OnnxRun.Of(deploy);
        for (var batch = 0; batch < 2; batch++)
        {
            test.Forward();
            var (images, labels) = (test.Blobs["data"], test.Blobs["label"].Data.ToArray());
            deploy.Blobs["data"].Reshape(images.Shape);
            deploy.Blobs["data"].Set(images.Data);
            var (shape, scores) = run.Run().Single();
            var right = Enumerable.Range(0, labels.Length).Count(i =>
                TensorPrimitives.IndexOfMax<float>(scores.AsSpan(i * shape[1], shape[1])) == (int)labels[i]);
            Assert.That(right, Is.EqualTo((int)Math.Round(test.Blobs["accuracy"].Data[0] * labels.Length)));
            Assert.That(right, Is.GreaterThan(labels.Length / 2));
        }
    }
}
