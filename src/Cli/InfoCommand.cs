using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text.Json.Nodes;
using NeuralFramework.Data;

namespace NeuralFramework.Cli;

/// <summary><c>nf info</c>: what this installation is and what it found on this machine.</summary>
internal static class InfoCommand
{
    public static Command Create(CommonOptions common)
    {
        var command = new Command("info", "Show versions, processor features, matrix engines and data sets");
        command.Add(common.Data);
        command.Add(common.BlasName);
        command.Add(common.Threads);
        command.SetAction(parsed => Execute(common, parsed));
        return command;
    }

    private static int Execute(CommonOptions common, ParseResult parsed)
    {
        common.Apply(parsed);
        var terminal = common.Terminal;
        var version = typeof(InfoCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0];
        var features = Features();
        var probes = BlasBackends.Probe();
        var current = Blas.Current;
        var sets = DataSets.Status();
        terminal.Line($"NeuralFramework {version}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}, "
            + RuntimeInformation.RuntimeIdentifier);
        terminal.Line($"processors: {Environment.ProcessorCount}, threads used: {WorkPool.Threads}");
        terminal.Line($"features: {string.Join(", ", features)}");
        terminal.Line($"matrix engine: {current.Name}: {current.Description}");
        foreach (var probe in probes)
            terminal.Line($"  {(probe.Available ? "+" : "-")} {probe.Name}: {probe.Detail.ReplaceLineEndings(Environment.NewLine + "      ")}");
        foreach (var probe in probes)
            if (probe.WhyNotReproducible is { } reason)
                terminal.Line($"  {probe.Name} cannot promise the same bits for two runs: {reason}");
        terminal.Line("data sets:");
        foreach (var set in sets)
            terminal.Line($"  {(set.IsUsable ? "+" : "-")} {set.Set.Name}: {set.Remark.ReplaceLineEndings(Environment.NewLine + "      ")}");
        terminal.Result(new JsonObject
        {
            ["version"] = version,
            ["runtime"] = RuntimeInformation.FrameworkDescription,
            ["os"] = RuntimeInformation.OSDescription,
            ["processors"] = Environment.ProcessorCount,
            ["threads"] = WorkPool.Threads,
            ["features"] = new JsonArray([.. features.Select(feature => (JsonNode)feature)]),
            ["blas"] = current.Name,
            ["blas_backends"] = new JsonArray([.. probes.Select(probe => (JsonNode)new JsonObject
            {
                ["name"] = probe.Name,
                ["available"] = probe.Available,
                ["detail"] = probe.Detail,
                ["reproducible"] = probe.Available ? probe.WhyNotReproducible is null : null,
            })]),
            ["data_sets"] = DataCommand.ToJson(sets),
        });
        return ExitCode.Done;
    }

    private static List<string> Features()
    {
        (string Name, bool Is)[] all =
        [
            ("SSE4.2", Sse42.IsSupported), ("AVX", Avx.IsSupported), ("AVX2", Avx2.IsSupported), ("FMA", Fma.IsSupported),
            ("AVX-512F", Avx512F.IsSupported), ("AVX-512BW", Avx512BW.IsSupported), ("AVX-512VBMI", Avx512Vbmi.IsSupported),
            ("AdvSimd", System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported),
        ];
        return [.. all.Where(feature => feature.Is).Select(feature => feature.Name)];
    }
}
