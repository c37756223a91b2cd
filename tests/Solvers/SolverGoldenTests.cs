using System.Text.Json;
using System.Text.Json.Nodes;
using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>Trainings and learning rates as PyTorch has them: see solvers.py beside the golden file.</summary>
public class SolverGoldenTests
{
    private sealed record Problem(double[] Data, double[] Labels, double[] Weight, double[] Bias);

    private sealed record Shown(int Step, double Loss, double[] Weight, double[] Bias);

    private sealed record Trajectory(string Name, JsonObject Solver, Shown[] Shown);

    private sealed record Schedule(string Name, JsonObject Solver, double[] Rates, double[]? Values = null);

    private sealed record File(Problem Problem, Trajectory[] Trajectories, Schedule[] Schedules, Schedule[] Plateaus);

    private static readonly File Golden = JsonSerializer.Deserialize<File>(System.IO.File.ReadAllBytes(
        Path.Combine(AppContext.BaseDirectory, "Golden", "Solvers", "solvers.json")), ConfigJson.Options)!;

    private static IEnumerable<TestCaseData> Trajectories() => Golden.Trajectories.Select(trajectory =>
        new TestCaseData(trajectory.Solver, trajectory.Shown).SetArgDisplayNames(trajectory.Name));

    private static IEnumerable<TestCaseData> Schedules() => Golden.Schedules.Select(schedule =>
        new TestCaseData(schedule.Solver, schedule.Rates).SetArgDisplayNames(schedule.Name));

    private static IEnumerable<TestCaseData> Plateaus() => Golden.Plateaus.Select(schedule =>
        new TestCaseData(schedule.Solver, schedule.Values, schedule.Rates).SetArgDisplayNames(schedule.Name));

    private static SolverConfig Config(JsonObject solver) => SolverConfig.Read(ConfigDocument.FromNode(solver));

    private static Solver<double> Make(JsonObject solver)
    {
        var problem = Golden.Problem;
        var data = new JsonArray([.. problem.Data.Chunk(4).Select(row => JsonSerializer.SerializeToNode(row))]);
        var made = Solver<double>.FromConfig(Config(solver), NetJson.Layers(
            $$"""
            { "type": "InMemory", "top": ["x", "y"], "batch_size": 12, "data": {{data.ToJsonString()}},
              "labels": {{JsonSerializer.Serialize(problem.Labels)}} }
            """,
            """{ "name": "fc", "type": "InnerProduct", "bottom": "x", "num_output": 3 }""",
            """{ "type": "SoftmaxLoss", "bottom": ["fc", "y"] }"""));
        made.Net.Parameters[0].Set(problem.Weight);
        made.Net.Parameters[1].Set(problem.Bias);
        return made;
    }

    [TestCaseSource(nameof(Trajectories))]
    public void A_hundred_steps_are_those_of_PyTorch(JsonObject config, object shown)
    {
        var solver = Make(config);
        foreach (var expected in (Shown[])shown)
        {
            var loss = solver.Step((int)(expected.Step - solver.Iteration));
            // A hundred steps of rounding, each carried on by the next.
            Assert.That(loss, Is.EqualTo(expected.Loss).Within(1e-10), $"loss of step {expected.Step}");
            Assert.That(solver.Net.Parameters[0].Data.ToArray(), Is.EqualTo(expected.Weight).Within(1e-10),
                $"weights after step {expected.Step}");
            Assert.That(solver.Net.Parameters[1].Data.ToArray(), Is.EqualTo(expected.Bias).Within(1e-10),
                $"biases after step {expected.Step}");
        }
    }

    [TestCaseSource(nameof(Schedules))]
    public void The_learning_rates_are_those_of_PyTorch(JsonObject config, double[] rates)
    {
        var schedule = new LearningRateSchedule(Config(config));
        // PyTorch makes each rate of the one before, rounding a hundred times.
        Assert.That(rates.Select((_, iteration) => schedule.Rate(iteration)), Is.EqualTo(rates).Within(1e-13));
    }

    [TestCaseSource(nameof(Plateaus))]
    public void The_learning_rates_after_tests_are_those_of_PyTorch(JsonObject config, double[] values, double[] rates)
    {
        var watch = new TestWatch(Config(config), hasAccuracy: true);
        for (var i = 0; i < values.Length; i++)
        {
            watch.Observe(new TestResult(i + 1, values[i], values[i], new Dictionary<string, double>(), 1));
            Assert.That(watch.Schedule.Rate(i + 1), Is.EqualTo(rates[i]).Within(1e-15), $"after test {i + 1}");
        }
        Assert.That(rates.Distinct().Count(), Is.GreaterThan(2));
    }
}
