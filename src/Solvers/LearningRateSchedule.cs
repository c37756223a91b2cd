using System.Text.Json.Nodes;

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

    /// <summary>What tests have changed; null for a policy that looks at none.</summary>
    public JsonObject? Save()
    {
        if (plateau is null)
            return null;
        var state = best.Save();
        (state["factor"], state["cooldown"]) = (reduced, coolingFor);
        return state;
    }

    public void Restore(JsonObject? state)
    {
        if (plateau is null || state is null)
            return;
        best.Restore(state);
        (reduced, coolingFor) = ((double)state["factor"]!, (int)state["cooldown"]!);
    }
}
