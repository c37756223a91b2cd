namespace NeuralFramework.Reporting;

/// <summary>
/// Places the nodes of a directed acyclic graph in ranks (Sugiyama, Tagawa and Toda 1981): every wire leads from a lower
/// rank to a higher one; a wire over several ranks gets a way point in each; within ranks the order is chosen to avoid
/// crossings, and the places to make wires straight. Only extents across the ranks matter here, not their direction.
/// </summary>
/// <remarks><see cref="Of"/> finds ranks and order. Then the nodes' rooms and the wires' ends, which may depend on them,
/// are set, and <see cref="Straighten"/> finds the places.</remarks>
internal sealed class LayeredLayout
{
    private const int OrderingSweeps = 12;
    private const int StraighteningSweeps = 24;
    private const int MedianSweeps = 4;

    // A long wire that is not straight is seen most (Gansner and others 1993).
    private static readonly double[] WeightByWays = [1, 2, 8];

    private readonly List<Item> items;
    private readonly List<Link> lastLinks = [];
    private readonly List<List<Item>> ranks = [];

    /// <summary>A node or a way point of a wire.</summary>
    public sealed class Item
    {
        /// <summary>The room it needs across the ranks, before and behind its middle.</summary>
        public (double Before, double Behind) Room { get; set; }

        public int Rank { get; set; }

        /// <summary>The middle, across the ranks; before <see cref="Straighten"/>, the number in the rank.</summary>
        public double Place { get; set; }

        public List<Link> Before { get; } = [];

        public List<Link> Behind { get; } = [];

        internal double Key { get; set; }
    }

    /// <summary>A wire's way from an item to one of the next rank.</summary>
    /// <param name="from">Where it starts, in the middle.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="weight">How much it matters that it is straight.</param>
    public sealed class Link(Item from, Item to, double weight)
    {
        public Item From => from;

        public Item To => to;

        public double Weight => weight;

        /// <summary>Where it ends, from the middle of <see cref="To"/>.</summary>
        public double End { get; set; }
    }

    private LayeredLayout(int nodes)
    {
        items = [.. Enumerable.Range(0, nodes).Select(_ => new Item())];
        Nodes = [.. items];
    }

    /// <summary>The nodes, in the order in which they were given.</summary>
    public IReadOnlyList<Item> Nodes { get; }

    /// <summary>For each wire, the items that it passes, its two nodes included.</summary>
    public IReadOnlyList<IReadOnlyList<Item>> Routes { get; private set; } = [];

    /// <summary>How many ranks there are.</summary>
    public int RankCount => ranks.Count;

    /// <summary>Finds ranks and order of a graph whose nodes are given in a topological order.</summary>
    /// <param name="nodes">How many nodes there are.</param>
    /// <param name="wires">The nodes that each wire connects.</param>
    /// <param name="wayRoom">The room that a passing wire needs on each side.</param>
    public static LayeredLayout Of(int nodes, IReadOnlyList<(int From, int To)> wires, double wayRoom)
    {
        var layout = new LayeredLayout(nodes);
        layout.FindRanks(wires);
        layout.Routes = [.. wires.Select(wire => layout.Route(layout.Nodes[wire.From], layout.Nodes[wire.To], wayRoom))];
        layout.FillRanks();
        layout.Order();
        return layout;
    }

    /// <summary>Says where a wire ends, from the middle of its last node.</summary>
    public void SetEnd(int wire, double end) => lastLinks[wire].End = end;

    /// <summary>Finds the places: nothing overlaps, and wires are as straight as may be. The least is 0.</summary>
    public void Straighten()
    {
        foreach (var rank in ranks)
            Space(rank, rank.ConvertAll(_ => 0.0));
        for (var sweep = 0; sweep < StraighteningSweeps; sweep++)
            foreach (var rank in sweep % 2 == 0 ? ranks.AsEnumerable() : Enumerable.Reverse(ranks))
                Space(rank, rank.ConvertAll(item => Wanted(item, sweep)));
        var least = items.Select(item => item.Place - item.Room.Before).DefaultIfEmpty().Min();
        foreach (var item in items)
            item.Place -= least;
    }

    private void FindRanks(IReadOnlyList<(int From, int To)> wires)
    {
        for (var node = 0; node < Nodes.Count; node++)
            foreach (var (from, to) in wires)
                if (to == node)
                    Nodes[to].Rank = Math.Max(Nodes[to].Rank, Nodes[from].Rank + 1);
        // A source stands just before its first reader, not at the far end of a long wire.
        for (var node = 0; node < Nodes.Count; node++)
            if (wires.All(wire => wire.To != node) && wires.Any(wire => wire.From == node))
                Nodes[node].Rank = wires.Where(wire => wire.From == node).Min(wire => Nodes[wire.To].Rank) - 1;
    }

    private List<Item> Route(Item from, Item to, double wayRoom)
    {
        var route = new List<Item> { from };
        for (var rank = from.Rank + 1; rank < to.Rank; rank++)
        {
            var way = new Item { Rank = rank, Room = (wayRoom, wayRoom) };
            items.Add(way);
            route.Add(way);
        }
        route.Add(to);
        for (var i = 1; i < route.Count; i++)
        {
            var ways = (i > 1 ? 1 : 0) + (i < route.Count - 1 ? 1 : 0);
            var link = new Link(route[i - 1], route[i], WeightByWays[ways]);
            if (i == route.Count - 1)
                lastLinks.Add(link);
            route[i - 1].Behind.Add(link);
            route[i].Before.Add(link);
        }
        return route;
    }

    // Depth first from the last node, so that what belongs together starts side by side.
    private void FillRanks()
    {
        for (var rank = items.Count == 0 ? -1 : items.Max(item => item.Rank); rank >= 0; rank--)
            ranks.Add([]);
        var seen = new HashSet<Item>();
        foreach (var item in Enumerable.Reverse(items).OrderByDescending(item => item.Rank))
            Visit(item);

        void Visit(Item item)
        {
            if (!seen.Add(item))
                return;
            foreach (var link in item.Before)
                Visit(link.From);
            ranks[item.Rank].Add(item);
        }
    }

    private void Order()
    {
        Number();
        var best = ranks.ConvertAll(rank => rank.ToList());
        var fewest = Crossings();
        for (var sweep = 0; sweep < OrderingSweeps && fewest > 0; sweep++)
        {
            var forward = sweep % 2 == 0;
            foreach (var rank in forward ? ranks.AsEnumerable() : Enumerable.Reverse(ranks))
                SortByNeighbours(rank, item => forward
                    ? item.Before.Select(link => link.From)
                    : item.Behind.Select(link => link.To));
            var crossings = Crossings();
            if (crossings >= fewest)
                continue;
            fewest = crossings;
            best = ranks.ConvertAll(rank => rank.ToList());
        }
        for (var rank = 0; rank < ranks.Count; rank++)
            ranks[rank] = best[rank];
        Number();
    }

    private void Number()
    {
        foreach (var rank in ranks)
            for (var i = 0; i < rank.Count; i++)
                rank[i].Place = i;
    }

    private static void SortByNeighbours(List<Item> rank, Func<Item, IEnumerable<Item>> neighbours)
    {
        foreach (var item in rank)
            item.Key = neighbours(item).Select(other => other.Place).DefaultIfEmpty(item.Place).Average();
        var sorted = rank.OrderBy(item => item.Key).ToList();
        rank.Clear();
        rank.AddRange(sorted);
        for (var i = 0; i < rank.Count; i++)
            rank[i].Place = i;
    }

    private int Crossings()
    {
        var crossings = 0;
        foreach (var rank in ranks)
        {
            var wires = rank.SelectMany(item => item.Behind)
                .Select(link => (From: link.From.Place, To: link.To.Place)).ToList();
            for (var i = 0; i < wires.Count; i++)
                for (var j = i + 1; j < wires.Count; j++)
                    if ((wires[i].From - wires[j].From) * (wires[i].To - wires[j].To) < 0)
                        crossings++;
        }
        return crossings;
    }

    // First the mean of one side at a time, which moves whole branches far; at last a median of both, which leaves alone
    // what is straight on one side.
    private static double Wanted(Item item, int sweep)
    {
        var before = item.Before.Select(link => (Place: link.From.Place - link.End, link.Weight));
        var behind = item.Behind.Select(link => (Place: link.To.Place + link.End, link.Weight));
        if (sweep >= StraighteningSweeps - MedianSweeps)
            return NearestMedian(item.Place, [.. before.Concat(behind).OrderBy(pull => pull.Place)]);
        var pulls = (sweep % 2 == 0 ? before : behind).ToList();
        return pulls.Count == 0 ? item.Place : pulls.Sum(pull => pull.Place * pull.Weight) / pulls.Sum(pull => pull.Weight);
    }

    private static double NearestMedian(double place, List<(double Place, double Weight)> pulls)
    {
        if (pulls.Count == 0)
            return place;
        var half = pulls.Sum(pull => pull.Weight) / 2;
        var (weight, next) = (pulls[0].Weight, 0);
        while (weight < half)
            weight += pulls[++next].Weight;
        // Between two halves of the same weight, any place is a median.
        var last = weight > half ? next : next + 1;
        return Math.Clamp(place, pulls[next].Place, pulls[last].Place);
    }

    /// <summary>Gives the items of a rank, in their order and without overlap, the places nearest to the wanted ones in
    /// the sense of least squares: neighbours that would overlap move as one block (pool adjacent violators).</summary>
    private static void Space(List<Item> rank, List<double> wanted)
    {
        // Taking the room before each item out of its place leaves places that only have to be in order.
        var offset = 0.0;
        var blocks = new Stack<(double Mean, int Count)>();
        var offsets = new double[rank.Count];
        for (var i = 0; i < rank.Count; i++)
        {
            if (i > 0)
                offset += rank[i - 1].Room.Behind + rank[i].Room.Before;
            offsets[i] = offset;
            var block = (Mean: wanted[i] - offset, Count: 1);
            while (blocks.Count > 0 && blocks.Peek().Mean > block.Mean)
            {
                var (mean, count) = blocks.Pop();
                block = ((mean * count + block.Mean * block.Count) / (count + block.Count), count + block.Count);
            }
            blocks.Push(block);
        }
        var next = 0;
        foreach (var (mean, count) in blocks.Reverse())
            for (var i = 0; i < count; i++, next++)
                rank[next].Place = mean + offsets[next];
    }
}
