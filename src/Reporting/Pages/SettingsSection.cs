using System.Text.Json.Nodes;

namespace NeuralFramework.Reporting;

/// <summary>The net, how it was trained, and with what.</summary>
internal static class SettingsSection
{
    public static string Of(TrainedRun trained)
    {
        var run = trained.Run;
        var graph = trained.Net is { } net
            ? Html.Section("graph", "The net", "<div class=\"drawing\" tabindex=\"0\" role=\"region\" aria-label=\"Graph\">"
                + $"{WeightsSection.Svg(SceneBuilder.Build(GraphModel.Of(net, values: null)))}</div>")
            : "";
        var configs = Html.Section("configs", "Configuration",
            Html.Details("solver.json", Json(run.Solver.ToJson())) + Html.Details("net.json", Json(run.Net.ToJson())));
        return graph + configs + Versions(run);
    }

    private static string Json(JsonObject json) =>
        $"<pre tabindex=\"0\">{Html.Text(json.ToJsonString(ConfigJson.Options))}</pre>";

    private static string Versions(RunRecord run) => run.Info is not { } info ? "" : Html.Section("versions", "Made with",
        Html.Facts(
        [
            ("NeuralFramework", Html.Text(info.Version)), ("runtime", Html.Text(info.Runtime)),
            ("system", Html.Text(info.Os)), ("processors", Html.Whole(info.Processors)),
            ("matrix engine", Html.Text(info.Blas)), ("threads", Html.Whole(info.Threads)),
            ("seed", run.Solver.RandomSeed.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("started", Html.Text(info.Started.ToString("yyyy-MM-dd HH:mm:ss zzz",
                System.Globalization.CultureInfo.InvariantCulture))),
        ]));
}
