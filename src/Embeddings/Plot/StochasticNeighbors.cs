namespace NeuralFramework.Embeddings;

/// <summary>
/// t-SNE: lays points out in the plane so that those near each other stay so. The gradient is exact, n² pairs a step, with
/// momentum, gains, and attraction exaggerated 12 times in the first quarter of the steps. The source is van der Maaten and
/// Hinton, Visualizing Data using t-SNE (2008). Starts from principal components, so that the picture is a function of the
/// points alone.
/// </summary>
internal static class StochasticNeighbors
{
    private const int Steps = 1000;
    private const double Exaggeration = 12;

    /// <summary>Lays points out.</summary>
    /// <param name="points">The points, a row each.</param>
    /// <param name="perplexity">About how many neighbours each has.</param>
    public static double[,] Project(double[,] points, double perplexity = 30)
    {
        var count = points.GetLength(0);
        var result = PrincipalComponents.Project(points, 2);
        Scale(result, 1e-2);
        var wanted = JointProbabilities(points, Math.Min(perplexity, (count - 1) / 3.0));
        var (move, gains) = (new double[count, 2], new double[count, 2]);
        for (var i = 0; i < count; i++)
            (gains[i, 0], gains[i, 1]) = (1, 1);
        // Belkina et al. (2019): a rate that grows with the number of points.
        var rate = Math.Max(50, count / Exaggeration);
        for (var step = 0; step < Steps; step++)
        {
            var isEarly = step < Steps / 4;
            Step(result, Gradient(result, wanted, isEarly ? Exaggeration : 1), move, gains, rate, isEarly ? 0.5 : 0.8);
        }
        return result;
    }

    private static void Step(double[,] points, double[,] gradient, double[,] move, double[,] gains, double rate, double momentum)
    {
        for (var i = 0; i < points.GetLength(0); i++)
            for (var axis = 0; axis < 2; axis++)
            {
                gains[i, axis] = Math.Max(0.01, Math.Sign(gradient[i, axis]) == Math.Sign(move[i, axis])
                    ? 0.8 * gains[i, axis] : gains[i, axis] + 0.2);
                move[i, axis] = momentum * move[i, axis] - rate * gains[i, axis] * gradient[i, axis];
                points[i, axis] += move[i, axis];
            }
    }

    private static double[,] Gradient(double[,] points, double[,] wanted, double exaggeration)
    {
        var count = points.GetLength(0);
        var weights = new double[count, count];
        var sum = 0.0;
        for (var i = 0; i < count; i++)
            for (var j = 0; j < count; j++)
                if (i != j)
                    sum += weights[i, j] = 1 / (1 + SquaredDistance(points, i, j));
        var gradient = new double[count, 2];
        for (var i = 0; i < count; i++)
            for (var j = 0; j < count; j++)
            {
                var pull = 4 * (exaggeration * wanted[i, j] - weights[i, j] / sum) * weights[i, j];
                gradient[i, 0] += pull * (points[i, 0] - points[j, 0]);
                gradient[i, 1] += pull * (points[i, 1] - points[j, 1]);
            }
        return gradient;
    }

    // Symmetric, their sum 1; for each point the width of its bell is such that it has the perplexity.
    private static double[,] JointProbabilities(double[,] points, double perplexity)
    {
        var count = points.GetLength(0);
        var result = new double[count, count];
        var row = new double[count];
        for (var i = 0; i < count; i++)
        {
            var distances = Enumerable.Range(0, count).Select(j => SquaredDistance(points, i, j)).ToArray();
            var (least, greatest, precision) = (0.0, double.PositiveInfinity, 1.0);
            for (var attempt = 0; attempt < 60; attempt++)
            {
                var entropy = Fill(row, distances, i, precision);
                if (entropy > Math.Log(perplexity))
                    least = precision;
                else
                    greatest = precision;
                precision = double.IsInfinity(greatest) ? 2 * precision : (least + greatest) / 2;
            }
            for (var j = 0; j < count; j++)
            {
                result[i, j] += row[j] / (2 * count);
                result[j, i] += row[j] / (2 * count);
            }
        }
        return result;
    }

    private static double Fill(double[] row, double[] distances, int self, double precision)
    {
        // The nearest has the weight 1: else all could be 0.
        var nearest = distances.Where((_, j) => j != self).Min();
        for (var j = 0; j < row.Length; j++)
            row[j] = j == self ? 0 : Math.Exp(-precision * (distances[j] - nearest));
        var sum = row.Sum();
        var entropy = 0.0;
        for (var j = 0; j < row.Length; j++)
        {
            row[j] /= sum;
            entropy -= row[j] > 0 ? row[j] * Math.Log(row[j]) : 0;
        }
        return entropy;
    }

    private static double SquaredDistance(double[,] points, int a, int b)
    {
        var sum = 0.0;
        for (var axis = 0; axis < points.GetLength(1); axis++)
        {
            var difference = points[a, axis] - points[b, axis];
            sum += difference * difference;
        }
        return sum;
    }

    private static void Scale(double[,] points, double deviation)
    {
        var largest = points.Cast<double>().Max(Math.Abs);
        for (var i = 0; i < points.GetLength(0); i++)
            for (var axis = 0; axis < 2; axis++)
                points[i, axis] *= largest > 0 ? deviation / largest : 0;
    }
}
