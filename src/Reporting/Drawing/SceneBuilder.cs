namespace NeuralFramework.Reporting;

/// <summary>
/// Turns a graph into a drawing: sizes the boxes, lays them out, leads the wires. Small graphs run from left to right,
/// as the figures of the CS231n notes do, values above the wires and gradients below; deep or wide ones from top to
/// bottom, with fewer and longer lines of text, so that they fit a page.
/// </summary>
internal sealed class SceneBuilder
{
    private const int MostRanksAcross = 14;
    private const double WidestAcross = 1600;
    private const double Margin = 16;
    private const double BoxPadding = 8;
    private const double BoxGap = 18;
    private const double CurveRoomAcross = 34;
    private const double CurveRoomDown = 12;
    private const double LabelGap = 5;
    private const double LeastPitch = 14;

    private const string ValueColour = "#1a7f37";
    private const string GradientColour = "#c62828";
    private const string NameColour = "#555555";
    private const string TextColour = "#222222";

    private readonly GraphModel graph;
    private readonly List<List<int>> inputs;
    private readonly bool isAcross;
    private readonly (double Width, double Height)[] sizes;
    private readonly double[] ends;
    private readonly LayeredLayout layout;
    private readonly double[] rankStarts;
    private readonly double[] rankLengths;
    private readonly double[] rankLabels;

    private SceneBuilder(GraphModel graph, bool isAcross)
    {
        this.graph = graph;
        this.isAcross = isAcross;
        inputs = [.. graph.Nodes.Select((_, node) => Enumerable.Range(0, graph.Wires.Count)
            .Where(wire => graph.Wires[wire].To == node).ToList())];
        sizes = [.. Enumerable.Range(0, graph.Nodes.Count).Select(TextSize)];
        ends = new double[graph.Wires.Count];
        layout = LayeredLayout.Of(sizes.Length, [.. graph.Wires.Select(wire => (wire.From, wire.To))], BoxGap / 2);
        for (var node = 0; node < sizes.Length; node++)
            MakeRoom(node);
        layout.Straighten();
        (rankStarts, rankLengths, rankLabels) = PlaceRanks();
    }

    private double LengthOfAll => rankStarts.Length == 0 ? 0 : rankStarts[^1] + rankLengths[^1];

    /// <summary>The drawing of a graph.</summary>
    public static Scene Build(GraphModel graph)
    {
        var across = new SceneBuilder(graph, isAcross: true);
        var fits = across.layout.RankCount <= MostRanksAcross && across.LengthOfAll <= WidestAcross;
        return (fits ? across : new SceneBuilder(graph, isAcross: false)).Build();
    }

    private Scene Build()
    {
        var across = layout.Nodes.Concat(layout.Routes.SelectMany(route => route))
            .Select(item => item.Place + item.Room.Behind).DefaultIfEmpty().Max();
        var (x, y) = isAcross ? (LengthOfAll, across) : (across, LengthOfAll);
        var scene = new Scene($"The graph of the net {graph.Name}".TrimEnd(), Description(), Math.Ceiling(x + 2 * Margin),
            Math.Ceiling(y + 2 * Margin));
        for (var node = 0; node < graph.Nodes.Count; node++)
            DrawNode(scene, node);
        for (var wire = 0; wire < graph.Wires.Count; wire++)
            DrawWire(scene, wire);
        return scene;
    }

    private string Description()
    {
        var boxes = graph.Nodes.Where(node => node.Lines.Count > 0).Select(node => string.Join(", ", node.Lines));
        var values = graph.Wires.Any(wire => wire.Values.Count > 0) ? " Values are green, gradients red." : "";
        return $"Layers, from {(isAcross ? "left to right" : "top to bottom")}: {string.Join("; ", boxes)}.{values}";
    }

    // Downwards, height is scarce.
    private IReadOnlyList<string> BoxLines(int node) => graph.Nodes[node].Lines is { Count: > 2 } lines && !isAcross
        ? [lines[0], string.Join(" · ", lines.Skip(1))]
        : graph.Nodes[node].Lines;

    // So it is, unless labels stand side by side.
    private IReadOnlyList<string> LabelLines(int wire, IReadOnlyList<string> lines) =>
        isAcross || lines.Count < 2 || inputs[graph.Wires[wire].To].Count > 1 ? lines : [string.Join(", ", lines)];

    private IReadOnlyList<string> LinesBelow(int wire) => LabelLines(wire, graph.Wires[wire].Gradients);

    private double LabelHeight(int wire) => (LinesAbove(wire).Count + LinesBelow(wire).Count) * Scene.LineHeight;

    private (double, double) TextSize(int node)
    {
        var lines = BoxLines(node);
        if (lines.Count == 0)
            return (2 * Scene.DotRadius, 2 * Scene.DotRadius);
        var width = lines.Select((line, i) => Scene.WidthOf(line, i == 0)).Max() + 2 * BoxPadding;
        return (width, lines.Count * Scene.LineHeight + 2 * BoxPadding - 3);
    }

    // The wires of a node end in the order in which they come, evenly around its middle; the box reaches from the first
    // to the last, and the labels on both sides of them keep their room.
    private void MakeRoom(int node)
    {
        var wires = inputs[node] = [.. inputs[node].OrderBy(wire => layout.Routes[wire][^2].Place)];
        var end = 0.0;
        for (var port = 1; port < wires.Count; port++)
        {
            end += Math.Max(LeastPitch, LabelRoom(wires[port - 1]).Behind + LabelRoom(wires[port]).Before);
            ends[wires[port]] = end;
        }
        foreach (var wire in wires)
            layout.SetEnd(wire, ends[wire] -= end / 2);
        var (width, height) = sizes[node];
        if (graph.Nodes[node].Lines.Count > 0 && wires.Count > 1)
            sizes[node] = isAcross
                ? (width, Math.Max(height, end + LeastPitch))
                : (Math.Max(width, end + LeastPitch), height);
        var half = (isAcross ? sizes[node].Height : sizes[node].Width) / 2;
        layout.Nodes[node].Room = (
            BoxGap / 2 + wires.Select(wire => LabelRoom(wire).Before - ends[wire]).Append(half).Max(),
            BoxGap / 2 + wires.Select(wire => LabelRoom(wire).Behind + ends[wire]).Append(half).Max());
    }

    // Across, a label stands above and below its wire; downwards, to the right of it.
    private (double Before, double Behind) LabelRoom(int wire) => isAcross
        ? (LinesAbove(wire).Count * Scene.LineHeight + 2, LinesBelow(wire).Count * Scene.LineHeight + 2)
        : (LabelGap, LabelWidth(wire) + 2 * LabelGap);

    private IReadOnlyList<(string Text, string Colour)> LinesAbove(int wire)
    {
        var (from, _, blob, values, _) = graph.Wires[wire];
        var maker = graph.Nodes[from];
        // Values, or a short way down, say enough behind the box of the name; a branch is the same blob again.
        var isNamed = maker.Lines.Count > 0 && maker.Lines[0] == blob && (values.Count > 0 || !isAcross);
        var name = maker.Kind == NodeKind.Branch || isNamed ? [] : new[] { (blob, NameColour) };
        return [.. name, .. LabelLines(wire, values).Select(value => (value, ValueColour))];
    }

    private double LabelWidth(int wire) => LinesAbove(wire).Select(line => line.Text).Concat(LinesBelow(wire))
        .Select(text => Scene.WidthOf(text)).DefaultIfEmpty().Max();

    private double LabelLength(int wire) => isAcross ? LabelWidth(wire) + 2 * LabelGap : LabelHeight(wire) + LabelGap;

    private (double[] Starts, double[] Lengths, double[] Labels) PlaceRanks()
    {
        var starts = new double[layout.RankCount];
        var lengths = new double[layout.RankCount];
        var labels = new double[layout.RankCount];
        for (var node = 0; node < sizes.Length; node++)
        {
            var rank = layout.Nodes[node].Rank;
            lengths[rank] = Math.Max(lengths[rank], isAcross ? sizes[node].Width : sizes[node].Height);
            foreach (var wire in inputs[node])
                labels[rank] = Math.Max(labels[rank], LabelLength(wire));
        }
        for (var rank = 1; rank < starts.Length; rank++)
            starts[rank] = starts[rank - 1] + lengths[rank - 1] + (isAcross ? CurveRoomAcross : CurveRoomDown)
                + labels[rank] + Scene.ArrowLength;
        return (starts, lengths, labels);
    }

    // Wires bend before the room for a rank's labels, so that none runs through a label.
    private double BendEnd(int rank) => rankStarts[rank] - rankLabels[rank] - Scene.ArrowLength;

    /// <summary>A point of the drawing from its distance along the ranks and across them.</summary>
    private (double X, double Y) Point(double along, double across) =>
        isAcross ? (Margin + along, Margin + across) : (Margin + across, Margin + along);

    private double Length(int node) => isAcross ? sizes[node].Width : sizes[node].Height;

    // A box stands in the middle of its rank, a dot at the end, where its wires part.
    private double Start(int node)
    {
        var rank = layout.Nodes[node].Rank;
        var share = graph.Nodes[node].Kind == NodeKind.Branch ? 1 : 0.5;
        return rankStarts[rank] + (rankLengths[rank] - Length(node)) * share;
    }

    private void DrawNode(Scene scene, int node)
    {
        var kind = graph.Nodes[node].Kind;
        var lines = BoxLines(node);
        var (x, y) = Point(Start(node) + Length(node) / 2, layout.Nodes[node].Place);
        if (kind == NodeKind.Branch)
            scene.Dots.Add(new SceneDot(x, y));
        if (kind is NodeKind.Branch or NodeKind.End)
            return;
        var (width, height) = sizes[node];
        var (fill, stroke) = kind switch
        {
            NodeKind.Source => ("#eef6ee", "#5b8c5a"),
            NodeKind.Loss => ("#fbeeee", "#b05a5a"),
            _ => ("#eef2f9", "#4a6fa5"),
        };
        scene.Boxes.Add(new SceneBox(x - width / 2, y - height / 2, width, height, fill, stroke));
        var baseLine = y - lines.Count * Scene.LineHeight / 2 + Scene.FontSize - 1;
        for (var i = 0; i < lines.Count; i++)
            scene.Texts.Add(new SceneText(x, baseLine + i * Scene.LineHeight, lines[i], TextColour, TextAnchor.Middle, i == 0));
    }

    private void DrawWire(Scene scene, int wire)
    {
        var (from, to, _, _, _) = graph.Wires[wire];
        var route = layout.Routes[wire];
        var end = Start(to);
        if (graph.Nodes[to].Kind == NodeKind.Branch)
            end += Length(to) / 2;
        var place = layout.Nodes[to].Place + ends[wire];
        var straight = end - LabelLength(wire) - Scene.ArrowLength;
        var at = (Along: graph.Nodes[from].Kind == NodeKind.Branch ? Start(from) + Length(from) / 2 : Start(from) + Length(from),
            Across: route[0].Place);
        var points = new List<(double, double)> { Point(at.Along, at.Across) };
        // No wire bends before the longest box of its rank has ended.
        LineTo(rankStarts[route[0].Rank] + rankLengths[route[0].Rank], at.Across);
        foreach (var way in route.Skip(1).SkipLast(1))
        {
            CurveTo(BendEnd(way.Rank), way.Place);
            LineTo(rankStarts[way.Rank] + rankLengths[way.Rank], way.Place);
        }
        CurveTo(BendEnd(layout.Nodes[to].Rank), place);
        LineTo(end, place);
        scene.Curves.Add(new SceneCurve(points, HasArrow: graph.Nodes[to].Kind is not NodeKind.Branch));
        DrawLabel(scene, wire, straight, end - Scene.ArrowLength, place);

        void CurveTo(double along, double across)
        {
            var middle = (at.Along + along) / 2;
            points.Add(Point(middle, at.Across));
            points.Add(Point(middle, across));
            points.Add(Point(along, across));
            at = (along, across);
        }

        void LineTo(double along, double across)
        {
            if (along <= at.Along)
                return;
            points.Add(Point(at.Along, at.Across));
            points.Add(Point(along, across));
            points.Add(Point(along, across));
            at = (along, across);
        }
    }

    private void DrawLabel(Scene scene, int wire, double from, double to, double place)
    {
        var above = LinesAbove(wire);
        var below = LinesBelow(wire);
        var (x, y) = Point((from + to) / 2, place);
        if (isAcross)
        {
            for (var i = 0; i < above.Count; i++)
                AddText(x, y - LabelGap - (above.Count - 1 - i) * Scene.LineHeight, above[i], TextAnchor.Middle);
            for (var i = 0; i < below.Count; i++)
                AddText(x, y + Scene.LineHeight - 2 + i * Scene.LineHeight, (below[i], GradientColour), TextAnchor.Middle);
            return;
        }
        var line = Point(from, place).Y + Scene.FontSize;
        foreach (var text in above.Concat(below.Select(gradient => (gradient, GradientColour))))
        {
            AddText(x + LabelGap, line, text, TextAnchor.Start);
            line += Scene.LineHeight;
        }

        void AddText(double textX, double textY, (string Text, string Colour) line, TextAnchor anchor) =>
            scene.Texts.Add(new SceneText(textX, textY, line.Text, line.Colour, anchor, IsBold: false));
    }
}
