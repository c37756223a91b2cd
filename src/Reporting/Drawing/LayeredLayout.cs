namespace NeuralFramework.Reporting;

/// <summary>
/// Places the nodes of a directed acyclic graph in ranks (Sugiyama, Tagawa and Toda 1981): every wire leads from a lower
/// rank to a higher one; a wire over several ranks gets a way point in each; within ranks the order is chosen to avoid
/// crossings, and the places to make wires straight. Only extents across the ranks matter here, not their direction.
/// </summary>
internal sealed class LayeredLayout
{
    private const int OrderingSweeps = 12;
    private const int StraighteningSweeps = 24;

    private readonly List<Item> items;
    private readonly List<List<Item>> ranks = [];

    /// <summary>A node or a way point of a wire.</summary>
    public sealed class Item(double extent)
    {
        /// <summary>The room it needs across the ranks.</summary>
        public double Extent => extent;

        public int Rank { get; set; }

        /// <summary>The middle, across the ranks.</summary>
        public double Place { get; set; }

        public List<Item> Before { get; } = [];

        public List<Item> Behind { get; } = [];

        internal double Key { get; set; }
    }

    private LayeredLayout(IEnumerable<double> extents) => items = [.. extents.Select(extent => new Item(extent))];

    /// <summary>The nodes, in the order in which they were given.</summary>
    public IReadOnlyList<Item> Nodes { get; private set; } = [];

    /// <summary>For each wire, the items that it passes, its two nodes included.</summary>
    public IReadOnlyList<IReadOnlyList<Item>> Routes { get; private set; } = [];

    /// <summary>How many ranks there are.</summary>
    public int RankCount => ranks.Count;

    /// <summary>Lays out a graph whose nodes are given in a topological order.</summary>
    /// <param name="extents">The room that each node needs across the ranks.</param>
    /// <param name="wires">The nodes that each wire connects.</param>
    /// <param name="wayExtent">The room that a passing wire needs.</param>
    public static LayeredLayout Of(IReadOnlyList<double> extents, IReadOnlyList<(int From, int To)> wires, double wayExtent)
    {
        var layout = new LayeredLayout(extents);
        layout.Nodes = [.. layout.items];
        layout.FindRanks(wires);
        layout.Routes = [.. wires.Select(wire => layout.Route(layout.Nodes[wire.From], layout.Nodes[wire.To], wayExtent))];
        layout.FillRanks();
        layout.Order();
        layout.Straighten();
        return layout;
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

    private List<Item> Route(Item from, Item to, double wayExtent)
    {
        var route = new List<Item> { from };
        for (var rank = from.Rank + 1; rank < to.Rank; rank++)
        {
            var way = new Item(wayExtent) { Rank = rank };
            items.Add(way);
            route.Add(way);
        }
        route.Add(to);
        for (var i = 1; i < route.Count; i++)
        {
            route[i - 1].Behind.Add(route[i]);
            route[i].Before.Add(route[i - 1]);
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
            foreach (var before in item.Before)
                Visit(before);
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
                SortByNeighbours(rank, item => forward ? item.Before : item.Behind);
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

    private static void SortByNeighbours(List<Item> rank, Func<Item, List<Item>> neighbours)
    {
        foreach (var item in rank)
            item.Key = neighbours(item).Count > 0 ? neighbours(item).Average(other => other.Place) : item.Place;
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
            var wires = rank.SelectMany(item => item.Behind.Select(behind => (From: item.Place, To: behind.Place))).ToList();
            for (var i = 0; i < wires.Count; i++)
                for (var j = i + 1; j < wires.Count; j++)
                    if ((wires[i].From - wires[j].From) * (wires[i].To - wires[j].To) < 0)
                        crossings++;
        }
        return crossings;
    }

    private void Straighten()
    {
        foreach (var rank in ranks)
            Space(rank, rank.Select(_ => 0.0).ToList());
        for (var sweep = 0; sweep < StraighteningSweeps; sweep++)
            foreach (var rank in sweep % 2 == 0 ? ranks.AsEnumerable() : Enumerable.Reverse(ranks))
                Space(rank, rank.ConvertAll(item => Wanted(item, sweep)));
        if (items.Count == 0)
            return;
        var least = items.Min(item => item.Place - item.Extent / 2);
        foreach (var item in items)
            item.Place -= least;
    }

    // At last both sides pull; before, one at a time moves whole branches further.
    private static double Wanted(Item item, int sweep)
    {
        var neighbours = sweep >= StraighteningSweeps - 4 ? item.Before.Concat(item.Behind)
            : sweep % 2 == 0 ? item.Before : item.Behind;
        return neighbours.Select(other => other.Place).DefaultIfEmpty(item.Place).Average();
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
                offset += (rank[i - 1].Extent + rank[i].Extent) / 2;
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
