using System.CommandLine;
using System.Text.Json.Nodes;
using NeuralFramework.Data;
using Spectre.Console;

namespace NeuralFramework.Cli;

/// <summary><c>nf data</c>: lists and installs data sets.</summary>
internal static class DataCommand
{
    private static readonly Argument<string> Name = new("NAME")
    {
        Description = string.Join(" or ", DataSets.All.Select(set => set.Name)),
    };

    private static readonly Option<string?> From = new("--from")
    {
        Description = "An archive already here, or for fashion_mnist and mnist a folder with the files, instead of a "
            + "download; for bible_kjv, gcide and wordnet the file of Debian's package",
        HelpName = "PATH",
    };

    public static Command Create(CommonOptions common)
    {
        var list = new Command("list", "List the data sets and where they were found") { common.Data };
        list.SetAction(parsed => List(common, parsed));
        var install = new Command("install", "Download, verify and unpack a data set") { Name, From, common.Data };
        install.SetAction(parsed => Install(common, parsed));
        return new Command("data", "List and install data sets") { list, install };
    }

    /// <summary>The state of data sets as a command's JSON shows it.</summary>
    public static JsonArray ToJson(IEnumerable<DataSetStatus> sets) => new([.. sets.Select(set => (JsonNode)new JsonObject
    {
        ["name"] = set.Set.Name,
        ["usable"] = set.IsUsable,
        ["folder"] = set.Folder,
        ["remark"] = set.Remark,
    })]);

    private static int List(CommonOptions common, ParseResult parsed)
    {
        common.Apply(parsed);
        var sets = DataSets.Status();
        foreach (var set in sets)
        {
            common.Terminal.Line($"{set.Set.Name}: {set.Set.Description}");
            common.Terminal.Line($"  {set.Remark}");
        }
        common.Terminal.Result(new JsonObject { ["data_sets"] = ToJson(sets) });
        return ExitCode.Done;
    }

    private static int Install(CommonOptions common, ParseResult parsed)
    {
        // Not applied as elsewhere: the folder need not be there yet.
        DataLocations.Folder = parsed.GetValue(common.Data);
        var terminal = common.Terminal;
        var set = DataSets.Find(parsed.GetRequiredValue(Name));
        var result = Run(set, parsed.GetValue(From), terminal);
        terminal.Line(result.WasThere
            ? $"{set.Name} is already in {result.Folder}, every file verified"
            : $"{set.Name} is installed in {result.Folder}, every file verified");
        terminal.Result(new JsonObject { ["name"] = set.Name, ["folder"] = result.Folder, ["was_there"] = result.WasThere });
        return ExitCode.Done;
    }

    private static InstallResult Run(DataSetInfo set, string? from, Terminal terminal)
    {
        if (!terminal.IsInteractive)
            return Start(null);
        return terminal.Console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn { Width = 20 }, new PercentageColumn(),
                new DownloadedColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var bar = context.AddTask(set.Name);
                return Start(new Watcher(bar));
            });

        InstallResult Start(IProgress<InstallProgress>? progress) => new DataInstaller()
            .InstallAsync(set, null, from, progress, terminal.Interrupted).GetAwaiter().GetResult();
    }

    private sealed class Watcher(ProgressTask bar) : IProgress<InstallProgress>
    {
        public void Report(InstallProgress value)
        {
            bar.Description = value.Stage.ToString().ToLowerInvariant();
            bar.IsIndeterminate = value.Total is null;
            bar.MaxValue = value.Total ?? Math.Max(1, value.Done);
            bar.Value = value.Done;
        }
    }
}
