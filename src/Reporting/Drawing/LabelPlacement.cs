namespace NeuralFramework.Reporting;

/// <summary>Finds places for the names of points such that none lies over another name or over a point. Each takes the
/// nearest place around its point that is free, the most crowded points first.</summary>
internal static class LabelPlacement
{
    private const int Directions = 16;
    private const double Step = 6;

    /// <summary>A point and the size of its name.</summary>
    internal readonly record struct Item(double X, double Y, double Width, double Height);

    /// <summary>Where a name lies; tied to its point where it is not beside it.</summary>
    internal readonly record struct Label(double X, double Y, double Width, double Height, bool IsTied)
    {
        public bool Overlaps(double x, double y, double width, double height) =>
            X < x + width && x < X + Width && Y < y + height && y < Y + Height;
    }

    /// <param name="items">The points.</param>
    /// <param name="distance">How far from its point a name is at least.</param>
    public static IReadOnlyList<Label> Place(IReadOnlyList<Item> items, double distance)
    {
        var labels = new Label?[items.Count];
        var order = Enumerable.Range(0, items.Count).OrderByDescending(i => Crowd(items, i)).ThenBy(i => i);
        foreach (var i in order)
            labels[i] = Candidates(items[i], distance).First(label => IsFree(label, items, labels, distance));
        return [.. labels.Select(label => label!.Value)];
    }

    private static int Crowd(IReadOnlyList<Item> items, int i) => items.Count(other =>
        Math.Abs(other.X - items[i].X) < items[i].Width && Math.Abs(other.Y - items[i].Y) < 2 * items[i].Height);

    // Right, left, above, below, then rings farther and farther out: in the end one is beyond all else.
    private static IEnumerable<Label> Candidates(Item item, double distance)
    {
        var (width, height) = (item.Width, item.Height);
        yield return At(item, distance + width / 2, 0, false);
        yield return At(item, -distance - width / 2, 0, false);
        yield return At(item, 0, -distance - height / 2, false);
        yield return At(item, 0, distance + height / 2, false);
        for (var ring = 0; ; ring++)
            for (var i = 0; i < Directions; i++)
            {
                var (sin, cos) = Math.SinCos(2 * Math.PI * i / Directions);
                var radius = distance + Step * ring;
                yield return At(item, cos * (radius + width / 2), sin * (radius + height / 2), ring > 1);
            }
    }

    private static Label At(Item item, double dx, double dy, bool isTied) =>
        new(item.X + dx - item.Width / 2, item.Y + dy - item.Height / 2, item.Width, item.Height, isTied);

    private static bool IsFree(Label label, IReadOnlyList<Item> items, Label?[] labels, double distance)
    {
        foreach (var other in labels)
            if (other is { } placed && placed.Overlaps(label.X, label.Y, label.Width, label.Height))
                return false;
        var radius = distance / 2;
        foreach (var item in items)
            if (label.Overlaps(item.X - radius, item.Y - radius, 2 * radius, 2 * radius))
                return false;
        return true;
    }
}
