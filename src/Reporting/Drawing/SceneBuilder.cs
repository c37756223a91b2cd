namespace NeuralFramework.Reporting;

/// <summary>
/// Turns a graph into a drawing: sizes the boxes, lays them out, leads the wires. Small graphs run from left to right,
/// as the figures of the CS231n notes do, values above the wires and gradients below; large ones from top to bottom.
/// </summary>
internal sealed class SceneBuilder
{
    private const int MostRanksAcross = 14;
    private const double Margin = 16;
    private const double BoxPadding = 8;
    private const double BoxGap = 18;
    private const double CurveRoom = 34;
    private const double LabelGap = 5;

    private const string ValueColour = "#1a7f37";
    private const string GradientColour = "#c62828";
    private const string NameColour = "#555555";
    private const string TextColour = "#222222";

    private readonly GraphModel graph;
    private readonly List<List<int>> inputs;
    private readonly bool isAcross;
    private readonly (double Width, double Height)[] sizes;
    private readonly LayeredLayout layout;
    private readonly double[] rankStarts;
    private readonly double[] rankLengths;

    private SceneBuilder(GraphModel graph)
    {
        this.graph = graph;
        inputs = [.. graph.Nodes.Select((_, node) => Enumerable.Range(0, graph.Wires.Count)
            .Where(wire => graph.Wires[wire].To == node).ToList())];
        var wires = graph.Wires.Select(wire => (wire.From, wire.To)).ToList();
        isAcross = LayeredLayout.Of([.. graph.Nodes.Select(_ => 1.0)], wires, 1).RankCount <= MostRanksAcross;
        sizes = [.. Enumerable.Range(0, graph.Nodes.Count).Select(SizeOf)];
        layout = LayeredLayout.Of([.. sizes.Select(size => BoxGap + (isAcross ? size.Height : size.Width))], wires, BoxGap);
        (rankStarts, rankLengths) = PlaceRanks();
        foreach (var wiresIn in inputs)
            wiresIn.Sort((left, right) => layout.Routes[left][^2].Place.CompareTo(layout.Routes[right][^2].Place));
    }

    /// <summary>The drawing of a graph.</summary>
    public static Scene Build(GraphModel graph) => new SceneBuilder(graph).Build();

    private Scene Build()
    {
        var along = rankStarts.Length == 0 ? 0 : rankStarts[^1] + rankLengths[^1];
        var across = layout.Nodes.Concat(layout.Routes.SelectMany(route => route))
            .Select(item => item.Place + item.Extent / 2).DefaultIfEmpty().Max();
        var (x, y) = isAcross ? (along, across) : (across, along);
        var scene = new Scene(graph.Name, x + 2 * Margin, y + 2 * Margin);
        for (var node = 0; node < graph.Nodes.Count; node++)
            DrawNode(scene, node);
        for (var node = 0; node < graph.Nodes.Count; node++)
            for (var port = 0; port < inputs[node].Count; port++)
                DrawWire(scene, inputs[node][port], port);
        return scene;
    }

    private (double, double) SizeOf(int node)
    {
        var (kind, lines) = graph.Nodes[node];
        if (kind is NodeKind.Branch or NodeKind.End)
            return PortRoom(node, 2 * Scene.DotRadius);
        var width = lines.Select((line, i) => Scene.WidthOf(line, i == 0)).Max() + 2 * BoxPadding;
        var height = lines.Count * Scene.LineHeight + 2 * BoxPadding - 3;
        var (portWidth, portHeight) = PortRoom(node, 0);
        return (Math.Max(width, portWidth), Math.Max(height, portHeight));
    }

    // Side by side, the labels of a node's wires need room on the side where the wires end.
    private (double, double) PortRoom(int node, double least)
    {
        var pitch = inputs[node].Select(Pitch).DefaultIfEmpty().Max() * inputs[node].Count;
        return isAcross ? (least, Math.Max(least, pitch)) : (Math.Max(least, pitch), least);
    }

    private double Pitch(int wire) => isAcross
        ? (LinesAbove(wire).Count + graph.Wires[wire].Gradients.Count) * Scene.LineHeight + 4
        : LabelWidth(wire) + 3 * LabelGap;

    private IReadOnlyList<(string Text, string Colour)> LinesAbove(int wire)
    {
        var (from, _, blob, values, _) = graph.Wires[wire];
        var maker = graph.Nodes[from];
        // A value says enough beside the box of its name; a branch is the same value again.
        var name = maker.Kind == NodeKind.Branch || (values.Count > 0 && maker.Lines[0] == blob) ? [] : new[] { (blob, NameColour) };
        return [.. name, .. values.Select(value => (value, ValueColour))];
    }

    private double LabelWidth(int wire) => LinesAbove(wire).Select(line => line.Text).Concat(graph.Wires[wire].Gradients)
        .Select(text => Scene.WidthOf(text)).DefaultIfEmpty().Max();

    private double LabelLength(int wire) => isAcross
        ? LabelWidth(wire) + 2 * LabelGap
        : (LinesAbove(wire).Count + graph.Wires[wire].Gradients.Count) * Scene.LineHeight + LabelGap;

    private (double[] Starts, double[] Lengths) PlaceRanks()
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
            starts[rank] = starts[rank - 1] + lengths[rank - 1] + CurveRoom + labels[rank] + Scene.ArrowLength;
        return (starts, lengths);
    }

    /// <summary>A point of the drawing from its distance along the ranks and across them.</summary>
    private (double X, double Y) Point(double along, double across) =>
        isAcross ? (Margin + along, Margin + across) : (Margin + across, Margin + along);

    private double Length(int node) => isAcross ? sizes[node].Width : sizes[node].Height;

    // A box stands in the middle of its rank.
    private double Start(int node)
    {
        var rank = layout.Nodes[node].Rank;
        return rankStarts[rank] + (rankLengths[rank] - Length(node)) / 2;
    }

    private void DrawNode(Scene scene, int node)
    {
        var (kind, lines) = graph.Nodes[node];
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

    private void DrawWire(Scene scene, int wire, int port)
    {
        var (from, to, _, _, _) = graph.Wires[wire];
        var route = layout.Routes[wire];
        var end = Start(to);
        if (graph.Nodes[to].Kind == NodeKind.Branch)
            end += Length(to) / 2;
        var place = layout.Nodes[to].Place + PortOffset(to, port);
        var straight = end - LabelLength(wire) - Scene.ArrowLength;
        var at = (Along: graph.Nodes[from].Kind == NodeKind.Branch ? Start(from) + Length(from) / 2 : Start(from) + Length(from),
            Across: route[0].Place);
        var points = new List<(double, double)> { Point(at.Along, at.Across) };
        foreach (var way in route.Skip(1).SkipLast(1))
        {
            CurveTo(rankStarts[way.Rank], way.Place);
            LineTo(rankStarts[way.Rank] + rankLengths[way.Rank], way.Place);
        }
        CurveTo(straight, place);
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
            points.Add(Point(at.Along, at.Across));
            points.Add(Point(along, across));
            points.Add(Point(along, across));
            at = (along, across);
        }
    }

    private double PortOffset(int node, int port)
    {
        var pitches = inputs[node].ConvertAll(Pitch);
        return pitches.Take(port).Sum() + pitches[port] / 2 - pitches.Sum() / 2;
    }

    private void DrawLabel(Scene scene, int wire, double from, double to, double place)
    {
        var above = LinesAbove(wire);
        var below = graph.Wires[wire].Gradients;
        var (x, y) = Point((from + to) / 2, place);
        if (isAcross)
        {
            for (var i = 0; i < above.Count; i++)
                AddText(x, y - LabelGap - (above.Count - 1 - i) * Scene.LineHeight, above[i].Text, above[i].Colour, TextAnchor.Middle);
            for (var i = 0; i < below.Count; i++)
                AddText(x, y + Scene.LineHeight - 2 + i * Scene.LineHeight, below[i], GradientColour, TextAnchor.Middle);
            return;
        }
        var line = Point(from, place).Y + Scene.FontSize;
        foreach (var (text, colour) in above.Concat(below.Select(gradient => (gradient, GradientColour))))
        {
            AddText(x + LabelGap, line, text, colour, TextAnchor.Start);
            line += Scene.LineHeight;
        }

        void AddText(double textX, double textY, string text, string colour, TextAnchor anchor) =>
            scene.Texts.Add(new SceneText(textX, textY, text, colour, anchor, IsBold: false));
    }
}
