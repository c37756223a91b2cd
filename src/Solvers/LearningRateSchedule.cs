namespace NeuralFramework.Solvers;

/// <summary>The learning rate of each iteration: base_lr times warm-up, policy, and what tests have reduced.</summary>
internal sealed class LearningRateSchedule
{
    private readonly SolverConfig config;
    private readonly PlateauPolicy? plateau;
    private readonly BestTest best;
    private double reduced = 1;
    private int coolingFor;

    public LearningRateSchedule(SolverConfig config)
    {
        this.config = config;
        plateau = config.LrPolicy as PlateauPolicy;
        best = new BestTest(plateau?.Metric ?? default, plateau?.MinDelta ?? 0);
    }

    public double Rate(long iteration) => config.BaseLr * (config.Warmup?.Factor(iteration) ?? 1)
        * config.LrPolicy.Factor(iteration, config.MaxIter) * reduced;

    public void Observe(TestResult test)
    {
        if (plateau is null)
            return;
        best.Observe(test);
        if (coolingFor > 0)
        {
            coolingFor--;
            best.TestsSince = 0;
        }
        if (best.TestsSince <= plateau.Patience)
            return;
        reduced = Math.Max(reduced * plateau.Gamma, plateau.MinFactor);
        (coolingFor, best.TestsSince) = (plateau.Cooldown, 0);
    }

    /// <summary>What tests have changed.</summary>
    public PlateauState State
    {
        get => new() { Factor = reduced, Cooldown = coolingFor, Tests = best.State };
        set
        {
            // A policy that looks at no tests is not held to what another has reduced.
            (reduced, coolingFor) = plateau is null ? (1, 0) : (value.Factor, value.Cooldown);
            best.State = value.Tests;
        }
    }
}

/// <summary>How a <see cref="PlateauPolicy"/> stands.</summary>
internal sealed record PlateauState
{
    public required double Factor { get; init; }

    public required int Cooldown { get; init; }

    public required BestTestState Tests { get; init; }
}
