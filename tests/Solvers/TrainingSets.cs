using NeuralFramework.Solvers;

namespace NeuralFramework.Tests;

/// <summary>Small trainings that tests share.</summary>
internal static class TrainingSets
{
    /// <summary>Seven samples of three numbers and their classes, in an order of its own in each epoch.</summary>
    public static string Data(int batch, string phase = "train", string shuffle = "true") => $$"""
        { "name": "{{phase}}", "type": "InMemory", "top": ["x", "y"], "phase": "{{phase}}", "batch_size": {{batch}},
          "shuffle": {{shuffle}}, "labels": [0, 1, 1, 0, 1, 0, 0],
          "data": [[1, 0.5, -1], [0.2, -0.4, 2], [-1, 1, 0.3], [2, -0.1, 0], [0, 0, 1], [0.7, 0.7, -0.7],
                   [-0.5, 2, 1.5]] }
        """;

    public static NetConfig TwoLayers(int batch, int testBatch = 3, string shuffle = "true") => NetJson.Layers(
        Data(batch, "train", shuffle), Data(testBatch, "test", "false"),
        """
        { "name": "fc1", "type": "InnerProduct", "bottom": "x", "num_output": 5, "weight_filler": { "type": "msra" } }
        """,
        """{ "name": "act", "type": "ReLU", "in_place": true }""",
        """{ "name": "fc2", "type": "InnerProduct", "num_output": 2, "weight_filler": { "type": "xavier" } }""",
        """{ "name": "loss", "type": "SoftmaxLoss", "bottom": ["fc2", "y"] }""",
        """{ "name": "accuracy", "type": "Accuracy", "bottom": ["fc2", "y"], "phase": "test" }""");

    /// <summary>y = w·x + b without noise: x = 1, 2, 3, y = 2x − 1, all three samples in each batch.</summary>
    public static NetConfig Line(string more = "") => NetJson.Layers(
        """
        { "name": "data", "type": "InMemory", "top": ["x", "y"], "batch_size": 3, "data": [[1], [2], [3]],
          "labels": [[1], [3], [5]] }
        """,
        $$"""
        { "name": "fc", "type": "InnerProduct", "bottom": "x", "num_output": 1{{more}},
          "weight_filler": { "type": "constant", "value": 0.5 }, "bias_filler": { "type": "constant", "value": -0.25 } }
        """,
        """{ "name": "loss", "type": "EuclideanLoss", "bottom": ["fc", "y"] }""");

    public static SolverConfig Sgd(double rate = 0.1, double momentum = 0, int maxIter = 10) => new()
    {
        BaseLr = rate, MaxIter = maxIter, Rule = new SgdRule { Momentum = momentum },
    };
}
