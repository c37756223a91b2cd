using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Solvers;

/// <summary>
/// A running average of what is learned: a ← d·a + (1 − d)·w after each update, with d = min(ema_decay, t / (9 + t))
/// after t earlier updates, so that it begins with the first updated weights and does not remember the early ones for
/// long. Parameters that the solver leaves alone, such as running statistics, are as they are. The source is Polyak and
/// Juditsky, Acceleration of Stochastic Approximation by Averaging (1992); d is that of TensorFlow's
/// <c>ExponentialMovingAverage</c> with num_updates.
/// </summary>
internal sealed class WeightAverage<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double decay;
    private readonly Parameter<T>[] weights;
    private readonly Blob<T>[] averages;

    public WeightAverage(double decay, IEnumerable<Parameter<T>> parameters)
    {
        this.decay = decay;
        weights = [.. parameters.Where(parameter => parameter.NeedsGradient)];
        averages = [.. weights.Select(parameter => new Blob<T>(parameter.Name, parameter.Shape))];
        Begin();
    }

    /// <summary>Begins anew with the weights as they are.</summary>
    public void Begin()
    {
        for (var i = 0; i < weights.Length; i++)
            weights[i].Data.CopyTo(averages[i].Data);
    }

    /// <summary>Takes the weights after an update into the average.</summary>
    /// <param name="iteration">How many updates were made before that one.</param>
    public void Add(long iteration)
    {
        var newest = T.CreateTruncating(1 - Math.Min(decay, iteration / (9.0 + iteration)));
        for (var i = 0; i < weights.Length; i++)
        {
            var work = new AddWork(weights[i], averages[i], newest);
            WorkPool.For(weights[i].Count, WorkPool.ElementGrain, ref work);
        }
    }

    /// <summary>Runs something while the parameters hold the average.</summary>
    public TResult During<TResult>(Func<TResult> action)
    {
        Exchange();
        try
        {
            return action();
        }
        finally
        {
            Exchange();
        }
    }

    private void Exchange()
    {
        for (var i = 0; i < weights.Length; i++)
        {
            var weight = weights[i].Data;
            var average = averages[i].Data;
            for (var j = 0; j < weight.Length; j++)
                (weight[j], average[j]) = (average[j], weight[j]);
        }
    }

    private readonly struct AddWork(Blob<T> weights, Blob<T> average, T newest) : IRangeWork
    {
        public void Run(int from, int to) => TensorPrimitives.Lerp<T>(average.Data[from..to], weights.Data[from..to],
            newest, average.Data[from..to]);
    }
}
