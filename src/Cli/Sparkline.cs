namespace NeuralFramework.Cli;

/// <summary>Numbers as a row of blocks: <c>█▆▄▃▂▂▁</c>.</summary>
internal static class Sparkline
{
    private const string Blocks = "▁▂▃▄▅▆▇█";

    /// <summary>Draws numbers, the least at the bottom; more than fit are taken together. What is not finite is a
    /// gap.</summary>
    public static string Of(IReadOnlyList<double> values, int width)
    {
        if (values.Count == 0)
            return "";
        var places = Math.Min(width, values.Count);
        var means = Enumerable.Range(0, places).Select(place => values
            .Skip(place * values.Count / places)
            .Take((place + 1) * values.Count / places - place * values.Count / places).Average()).ToList();
        var finite = means.Where(double.IsFinite).ToList();
        if (finite.Count == 0)
            return new string(' ', places);
        var (least, greatest) = (finite.Min(), finite.Max());
        return string.Concat(means.Select(mean => !double.IsFinite(mean) ? ' '
            : greatest > least ? Blocks[(int)Math.Round((mean - least) / (greatest - least) * (Blocks.Length - 1))]
            : Blocks[0]));
    }
}
