using System.Text;

namespace NeuralFramework.Reporting;

/// <summary>What the weights are: the first layer's as images, all layers' as histograms.</summary>
internal static class WeightsSection
{
    private const int MostFilters = 64;
    private const int Bins = 40;
    private const double BinWidth = 4;
    private const double Height = 56;

    public static string Of(TrainedRun trained)
    {
        if (trained.Net is not { } net)
            return "";
        var filters = FilterDrawing.SheetOf(net, trained.ClassNames, MostFilters) is { } sheet
            ? Html.Section("filters", "What the first layer looks for",
                $"<div class=\"drawing\" tabindex=\"0\" role=\"region\" aria-label=\"Filters\">{Svg(sheet.Build())}</div>")
            : "";
        var histograms = net.Layers.Where(layer => layer.Parameters.Count > 0 && layer.Parameters[0].Shape.Rank > 1)
            .Select(layer => Histogram(layer.Name, layer.Parameters[0])).ToList();
        return filters + (histograms.Count == 0 ? "" : Html.Section("weights", "Weights",
            $"<div class=\"histograms\">{string.Concat(histograms)}</div>"
            + Html.Note("How often each value occurs among the weights of a layer; the line is 0.")));
    }

    /// <summary>A drawing inside a page.</summary>
    public static string Svg(Scene scene) =>
        SvgWriter.ElementOf(scene).ToString(System.Xml.Linq.SaveOptions.DisableFormatting);

    private static string Histogram(string layer, Parameter<float> weights)
    {
        var finite = weights.Data.ToArray().Where(float.IsFinite).ToArray();
        if (finite.Length == 0)
            return "";
        double least = finite.Min(), greatest = finite.Max();
        var mean = finite.Average(value => (double)value);
        var deviation = Math.Sqrt(finite.Average(value => (value - mean) * (value - mean)));
        return $"<figure><svg viewBox=\"0 0 {Bins * BinWidth} {Height}\" preserveAspectRatio=\"none\" role=\"img\" "
            + $"aria-label=\"{Html.Text(layer)}: from {Html.Number(least)} to {Html.Number(greatest)}\">"
            + Bars(finite, least, greatest) + "</svg><figcaption>" + $"{Html.Text(layer)} {weights.Shape}<br>"
            + $"{Html.Number(least)} … {Html.Number(greatest)}<br>σ {Html.Number(deviation)}</figcaption></figure>";
    }

    private static string Bars(float[] values, double least, double greatest)
    {
        var counts = new int[Bins];
        var scale = greatest > least ? Bins / (greatest - least) : 0;
        foreach (var value in values)
            counts[Math.Min(Bins - 1, (int)((value - least) * scale))]++;
        var path = new StringBuilder();
        for (var bin = 0; bin < Bins; bin++)
            if (counts[bin] > 0)
                path.Append($"M{Html.At(bin * BinWidth)},{Height}v-{Html.At(Math.Max(0.6, counts[bin] * (Height - 2) / counts.Max()))}"
                    + $"h{Html.At(BinWidth - 0.4)}V{Height}z");
        var zero = least < 0 && greatest > 0
            ? $"<line x1=\"{Html.At(-least * scale * BinWidth)}\" x2=\"{Html.At(-least * scale * BinWidth)}\" y1=\"0\" y2=\"{Height}\"/>" : "";
        return $"<path d=\"{path}\"/>{zero}";
    }
}
