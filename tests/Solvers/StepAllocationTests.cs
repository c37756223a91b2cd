using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class StepAllocationTests
{
    // A residual block among it, whose input branches, so that there is a split; and all that a net of images is made of.
    private static readonly string[] Layers =
    [
        """{ "name": "data", "type": "Input", "shape": [6, 3, 17, 17] }""",
        """{ "name": "label", "type": "Input", "shape": [6] }""",
        """{ "type": "Convolution", "bottom": "data", "num_output": 8, "kernel_size": 3, "pad": 1 }""",
        """{ "type": "BatchNorm" }""",
        """{ "type": "BatchNorm", "in_place": true }""",
        """{ "type": "ReLU", "in_place": true }""",
        """{ "name": "pool1", "type": "Pooling", "kernel_size": 3, "stride": 2 }""",
        """{ "type": "LRN" }""",
        """{ "name": "norm", "type": "LRN", "norm_region": "within_channel", "local_size": 3 }""",
        """{ "name": "gelu", "type": "GELU" }""",
        """{ "type": "ELU" }""",
        """{ "name": "swish", "type": "Swish" }""",
        """{ "type": "Eltwise", "bottom": ["norm", "swish"] }""",
        """{ "type": "Pooling", "pool": "ave", "kernel_size": 3, "stride": 2, "pad": 1 }""",
        """{ "type": "Scale", "bias_term": true }""",
        """{ "type": "Pooling", "pool": "max", "kernel_size": 2, "pad": 1 }""",
        """{ "type": "Sigmoid" }""",
        """{ "type": "Pooling", "pool": "ave", "global_pooling": true }""",
        """{ "type": "Dropout" }""",
        """{ "type": "InnerProduct", "num_output": 10 }""",
        """{ "type": "TanH", "name": "scores" }""",
        """{ "type": "SoftmaxLoss", "bottom": ["scores", "label"] }""",
    ];

    [Test]
    public void A_step_of_a_net_of_images_allocates_nothing_after_the_first()
    {
        var solver = Solver<float>.FromConfig(
            new SolverConfig { BaseLr = 0.01, MaxIter = 0, Rule = new SgdRule { Momentum = 0.9 } }, NetJson.Layers(Layers));
        new GaussianFiller().Fill(solver.Net.Blobs["data"], RandomStream.Create(1, "data"));
        Step();
        Assert.That(Allocation.Of(Step), Is.Zero);

        void Step()
        {
            solver.Net.ClearGradients();
            solver.Net.Forward();
            solver.Net.Backward();
            solver.ApplyUpdate();
        }
    }
}
