using NUnit.Framework;

namespace NeuralFramework.Tests;

public class PrincipalComponentsTests
{
    // Along (3, 4) / 5 the points are at −10, 0, 10 around their mean; across it at 1, −2, 1.
    [Test]
    public void Points_are_projected_onto_the_directions_of_their_largest_variances()
    {
        var points = new double[3, 2];
        foreach (var (i, (along, across)) in new (double, double)[] { (-10, 1), (0, -2), (10, 1) }.Index())
            (points[i, 0], points[i, 1]) = (7 + 0.6 * along - 0.8 * across, 5 + 0.8 * along + 0.6 * across);
        var result = PrincipalComponents.Project(points, 2);
        Assert.That(Enumerable.Range(0, 3).Select(i => Math.Abs(result[i, 0])), Is.EqualTo(new double[] { 10, 0, 10 }).Within(1e-12));
        Assert.That(Enumerable.Range(0, 3).Select(i => result[i, 1]), Is.EqualTo(new double[] { -1, 2, -1 }).Within(1e-12));
    }

    [Test]
    public void Directions_that_there_are_not_are_0() =>
        Assert.That(PrincipalComponents.Project(new double[,] { { 1 }, { 3 } }, 2).Cast<double>().Order(),
            Is.EqualTo(new double[] { -1, 0, 0, 1 }).Within(1e-12));
}
