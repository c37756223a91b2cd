using System.Numerics;

namespace NeuralFramework;

/// <summary>A blob whose gradient is checked.</summary>
/// <param name="Blob">The parameter or input.</param>
/// <param name="Name">Its name in reports.</param>
/// <param name="Layer">The layer it belongs to, for reports.</param>
/// <param name="Analytic">The gradient as the backward pass computed it.</param>
/// <param name="Forward">Computes the objective's blobs again after an element has changed.</param>
internal sealed record CheckTarget<T>(Blob<T> Blob, string Name, string Layer, double[] Analytic, Action Forward)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>The number whose gradient is checked: Σ weight · value over the elements of some blobs.</summary>
internal sealed class CheckObjective<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<(Blob<T> Blob, double[] Weights)> terms = [];
    private double[] atPoint = [];
    private double[] above = [];

    public void Add(Blob<T> blob, double[] weights)
    {
        terms.Add((blob, weights));
        atPoint = new double[atPoint.Length + weights.Length];
        above = new double[atPoint.Length];
    }

    /// <summary>Keeps the values at the point around which differences are taken.</summary>
    public void KeepPoint() => Keep(atPoint);

    /// <summary>Central difference over a step, and the jump between the two one-sided ones: (f(x+h) − f(x−h)) / 2h and
    /// (f(x+h) − 2f(x) + f(x−h)) / h. Differences are taken value by value, so that what does not depend on the element
    /// cancels exactly.</summary>
    public (double Slope, double Jump) Differences(Action<double> moveTo, double x, double step)
    {
        moveTo(x + step);
        Keep(above);
        moveTo(x - step);
        double slope = 0, jump = 0;
        var i = 0;
        foreach (var (blob, weights) in terms)
        {
            var data = blob.Data;
            for (var j = 0; j < data.Length; j++, i++)
            {
                var below = double.CreateTruncating(data[j]);
                slope += weights[j] * (above[i] - below);
                jump += weights[j] * (above[i] - atPoint[i] + (below - atPoint[i]));
            }
        }
        return (slope / (2 * step), jump / step);
    }

    private void Keep(double[] values)
    {
        var i = 0;
        foreach (var (blob, _) in terms)
            foreach (var value in blob.Data)
                values[i++] = double.CreateTruncating(value);
    }
}
