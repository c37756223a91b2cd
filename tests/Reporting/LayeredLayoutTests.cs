using NeuralFramework.Reporting;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class LayeredLayoutTests
{
    private static LayeredLayout Layout(int nodes, params (int From, int To)[] wires)
    {
        var layout = LayeredLayout.Of(nodes, wires, wayRoom: 2);
        foreach (var node in layout.Nodes)
            node.Room = (5, 5);
        layout.Straighten();
        return layout;
    }

    [Test]
    public void Every_wire_leads_to_a_higher_rank_and_passes_each_rank_between()
    {
        var layout = Layout(5, (0, 1), (1, 2), (2, 3), (0, 3), (3, 4), (0, 4));
        Assert.That(layout.RankCount, Is.EqualTo(5));
        foreach (var route in layout.Routes)
            for (var i = 1; i < route.Count; i++)
                Assert.That(route[i].Rank, Is.EqualTo(route[i - 1].Rank + 1));
    }

    [Test]
    public void A_source_stands_just_before_its_first_reader() =>
        Assert.That(Layout(4, (0, 1), (1, 2), (3, 2)).Nodes[3].Rank, Is.EqualTo(1));

    [Test]
    public void A_chain_is_straight()
    {
        var layout = Layout(4, (0, 1), (1, 2), (2, 3));
        Assert.That(layout.Nodes.Select(node => node.Place).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public void Crossings_that_can_be_avoided_are()
    {
        // Two pairs that cross in the order given.
        var layout = Layout(4, (0, 3), (1, 2));
        Assert.That(Math.Sign(layout.Nodes[0].Place - layout.Nodes[1].Place),
            Is.EqualTo(Math.Sign(layout.Nodes[3].Place - layout.Nodes[2].Place)));
    }

    [Test]
    public void Items_of_a_rank_keep_their_distance()
    {
        var layout = Layout(9, (0, 8), (1, 8), (2, 8), (3, 8), (4, 8), (5, 8), (6, 8), (7, 8));
        var places = layout.Nodes.Take(8).Select(node => node.Place).Order().ToList();
        for (var i = 1; i < places.Count; i++)
            Assert.That(places[i] - places[i - 1], Is.GreaterThanOrEqualTo(10 - 1e-9));
        Assert.That(layout.Nodes[8].Place, Is.EqualTo(places.Average()).Within(1e-9), "the reader is in their middle");
    }

    [Test]
    public void A_wire_that_ends_beside_the_middle_is_straight_there()
    {
        var layout = LayeredLayout.Of(3, [(0, 2), (1, 2)], wayRoom: 2);
        foreach (var node in layout.Nodes)
            node.Room = (5, 5);
        layout.SetEnd(0, layout.Nodes[0].Place < layout.Nodes[1].Place ? -20 : 20);
        layout.SetEnd(1, layout.Nodes[0].Place < layout.Nodes[1].Place ? 20 : -20);
        layout.Straighten();
        var places = layout.Nodes.Select(node => node.Place - layout.Nodes[2].Place).ToList();
        Assert.That(places.Take(2).Order(), Is.EqualTo(new[] { -20.0, 20.0 }).Within(1e-6));
    }

    [Test]
    public void A_long_chain_bends_only_where_it_must()
    {
        // The last node reads the chain's end and a source that keeps it from standing straight above.
        var layout = LayeredLayout.Of(10, [.. Enumerable.Range(0, 8).Select(i => (i, i + 1)), (9, 8)], wayRoom: 2);
        foreach (var node in layout.Nodes)
            node.Room = (50, 50);
        layout.Straighten();
        var places = layout.Nodes.Take(9).Select(node => node.Place).ToList();
        var bends = places.Skip(1).Zip(places).Count(pair => Math.Abs(pair.First - pair.Second) > 1e-6);
        Assert.That(bends, Is.LessThanOrEqualTo(2), string.Join(", ", places));
    }

    [Test]
    public void Room_may_be_more_on_one_side_than_on_the_other()
    {
        var layout = LayeredLayout.Of(3, [(0, 2), (1, 2)], wayRoom: 2);
        foreach (var node in layout.Nodes)
            node.Room = (1, 30);
        layout.Straighten();
        Assert.That(Math.Abs(layout.Nodes[0].Place - layout.Nodes[1].Place), Is.EqualTo(31).Within(1e-9));
        Assert.That(layout.Nodes.Min(node => node.Place), Is.EqualTo(1).Within(1e-9), "the least border is 0");
    }

    [Test]
    public void An_empty_graph_has_no_ranks() => Assert.That(Layout(0).RankCount, Is.Zero);
}
