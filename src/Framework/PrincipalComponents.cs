using MathNet.Numerics.LinearAlgebra;

namespace NeuralFramework;

/// <summary>The directions in which points lie farthest apart. The source is Pearson (1901); computed by MathNet.</summary>
public static class PrincipalComponents
{
    /// <summary>Projects points onto the directions of their largest variances.</summary>
    /// <param name="points">The points, a row each.</param>
    /// <param name="count">How many directions.</param>
    /// <returns>The points, a row each, their mean at 0. The sign of a direction, which is arbitrary, is such that the point
    /// farthest out is on the positive side.</returns>
    public static double[,] Project(double[,] points, int count)
    {
        var matrix = Matrix<double>.Build.DenseOfArray(points);
        var means = matrix.ColumnSums() / matrix.RowCount;
        for (var row = 0; row < matrix.RowCount; row++)
            matrix.SetRow(row, matrix.Row(row) - means);
        var covariance = matrix.TransposeThisAndMultiply(matrix);
        var vectors = covariance.Evd(Symmetricity.Symmetric).EigenVectors;
        var result = new double[matrix.RowCount, count];
        for (var i = 0; i < Math.Min(count, vectors.ColumnCount); i++)
        {
            // Eigenvalues rise.
            var values = matrix * vectors.Column(vectors.ColumnCount - 1 - i);
            var sign = values[values.AbsoluteMaximumIndex()] < 0 ? -1 : 1;
            for (var row = 0; row < matrix.RowCount; row++)
                result[row, i] = sign * values[row];
        }
        return result;
    }
}
