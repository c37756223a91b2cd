using NUnit.Framework;

namespace NeuralFramework.Tests;

public class RowSetTests
{
    [Test]
    public void Each_row_is_in_it_once_in_the_order_of_its_first_addition()
    {
        var rows = new RowSet(4);
        foreach (var row in new[] { 3, 1, 3, 1, 0 })
            rows.Add(row);
        Assert.That(rows.Rows.ToArray(), Is.EqualTo(new[] { 3, 1, 0 }));
    }

    [Test]
    public void Cleared_it_is_empty_and_can_be_filled_anew()
    {
        var rows = new RowSet(2);
        rows.Add(1);
        rows.Clear();
        Assert.That(rows.Count, Is.Zero);
        rows.Add(1);
        Assert.That(rows.Rows.ToArray(), Is.EqualTo(new[] { 1 }));
    }
}
