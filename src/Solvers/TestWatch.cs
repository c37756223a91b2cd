using System.Text.Json.Nodes;

namespace NeuralFramework.Solvers;

/// <summary>What the tests of a training decide, and how that stands. Only tests that <c>test_interval</c> asks for count,
/// and each once: a training that was stopped and goes on has seen the same tests as one that was not.</summary>
internal sealed class TestWatch(SolverConfig config)
{
    private long lastSeen;

    public LearningRateSchedule Schedule { get; } = new(config);

    public void Observe(TestResult test)
    {
        if (config.TestInterval is not > 0 || test.Iteration % config.TestInterval != 0 || test.Iteration <= lastSeen)
            return;
        lastSeen = test.Iteration;
        Schedule.Observe(test);
    }

    public JsonObject Save() => new() { ["last_seen"] = lastSeen, ["lr_policy"] = Schedule.Save() };

    public void Restore(JsonObject state)
    {
        lastSeen = (long)state["last_seen"]!;
        Schedule.Restore(state["lr_policy"] as JsonObject);
    }
}
