namespace NeuralFramework.Solvers;

/// <summary>What the tests of a training decide, and how that stands: the learning rate, whether to stop, which
/// snapshot is the best. Only tests that <c>test_interval</c> asks for count, and each once: a training that was
/// stopped and goes on has seen the same tests as one that was not.</summary>
internal sealed class TestWatch
{
    private readonly SolverConfig config;
    private readonly BestTest stopping;
    private readonly BestTest best;
    private long lastSeen;

    /// <param name="config">The solver.</param>
    /// <param name="hasAccuracy">Whether tests have an accuracy, which then says which is the best.</param>
    public TestWatch(SolverConfig config, bool hasAccuracy)
    {
        this.config = config;
        Schedule = new LearningRateSchedule(config);
        stopping = new BestTest(config.EarlyStopping?.Metric ?? default, config.EarlyStopping?.MinDelta ?? 0);
        best = new BestTest(hasAccuracy ? TestMetric.Accuracy : TestMetric.Loss, 0);
    }

    public LearningRateSchedule Schedule { get; }

    /// <summary>Whether early_stopping ends the training.</summary>
    public bool IsStopped => stopping.TestsSince >= config.EarlyStopping?.Patience;

    /// <summary>Looks at a test. Returns whether it is the best so far.</summary>
    public bool Observe(TestResult test)
    {
        if (config.TestInterval is not > 0 || test.Iteration % config.TestInterval != 0 || test.Iteration <= lastSeen)
            return false;
        lastSeen = test.Iteration;
        Schedule.Observe(test);
        stopping.Observe(test);
        return best.Observe(test);
    }

    /// <summary>How it stands.</summary>
    public TestWatchState State
    {
        get => new()
        {
            LastSeen = lastSeen, Plateau = Schedule.State, EarlyStopping = stopping.State, Best = best.State,
        };
        set => (lastSeen, Schedule.State, stopping.State, best.State) =
            (value.LastSeen, value.Plateau, value.EarlyStopping, value.Best);
    }
}

/// <summary>How <see cref="TestWatch"/> stands.</summary>
internal sealed record TestWatchState
{
    public required long LastSeen { get; init; }

    public required PlateauState Plateau { get; init; }

    public required BestTestState EarlyStopping { get; init; }

    public required BestTestState Best { get; init; }
}
