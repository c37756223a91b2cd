using System.Numerics;

namespace NeuralFramework.Solvers;

/// <summary>Moves the parameters of a net: clips their gradients, runs the rule over them with its history, and keeps
/// their average.</summary>
internal sealed class Updater<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SolverConfig config;
    private readonly IReadOnlyList<Parameter<T>> parameters;
    private readonly Blob<T>[][] history;
    private readonly GradientClipping<T>? clipping;

    public Updater(SolverConfig config, IReadOnlyList<Parameter<T>> parameters)
    {
        (this.config, this.parameters) = (config, parameters);
        history = [.. parameters.Select(parameter => Enumerable.Range(0, config.Rule.HistoryPerWeight())
            .Select(i => new Blob<T>($"{parameter.Name}/{i}", parameter.Shape)).ToArray())];
        clipping = config.ClipGradients is { } limit ? new GradientClipping<T>(limit, parameters) : null;
        Average = config.EmaDecay is { } decay ? new WeightAverage<T>(decay, parameters) : null;
    }

    /// <summary>What the rule remembers, each blob with a name of its own.</summary>
    public IEnumerable<Blob<T>> History => history.SelectMany(blobs => blobs);

    /// <summary>The average of the weights, if one is kept.</summary>
    public WeightAverage<T>? Average { get; }

    /// <summary>Moves the parameters.</summary>
    /// <param name="rate">The learning rate.</param>
    /// <param name="iteration">How many updates were made before.</param>
    /// <param name="meter">Looks at each parameter before and after; null: nobody looks.</param>
    public void Apply(double rate, long iteration, LayerMeter<T>? meter)
    {
        var mean = 1.0 / config.IterSize;
        var scale = mean * (clipping?.Scale(mean) ?? 1);
        for (var i = 0; i < parameters.Count; i++)
        {
            var parameter = parameters[i];
            if (!parameter.NeedsGradient)
                continue;
            meter?.BeforeUpdate(parameter, mean);
            var rates = new UpdateRates(rate * parameter.LrMult, scale, config.WeightDecay * parameter.DecayMult,
                config.RegularizationType, iteration);
            if (parameter.TouchedRows is { } touched)
            {
                var width = parameter.Shape.SizeOf(1);
                var rows = new RowWork(config.Rule, parameter, history[i], rates, touched, width);
                WorkPool.For(touched.Count, Math.Max(1, WorkPool.ElementGrain / Math.Max(1, width)), ref rows);
            }
            else
            {
                var work = new UpdateWork(config.Rule, parameter, history[i], rates);
                // A range below the grain is not worth waking a thread for.
                WorkPool.For(parameter.Count, WorkPool.ElementGrain, ref work);
            }
            meter?.AfterUpdate(parameter);
        }
        Average?.Add(iteration);
    }

    private readonly struct UpdateWork(UpdateRule rule, Parameter<T> parameter, Blob<T>[] history, UpdateRates rates)
        : IRangeWork
    {
        public void Run(int from, int to) => rule.Update(new UpdateRange<T>(parameter, history, from, to), rates);
    }

    /// <summary>Moves the rows that have a gradient, and no other.</summary>
    private readonly struct RowWork(UpdateRule rule, Parameter<T> parameter, Blob<T>[] history, UpdateRates rates,
        RowSet touched, int width) : IRangeWork
    {
        public void Run(int from, int to)
        {
            foreach (var row in touched.Rows[from..to])
                rule.Update(new UpdateRange<T>(parameter, history, row * width, (row + 1) * width), rates);
        }
    }
}
