using System.CommandLine;
using System.Text.Json.Nodes;
using NeuralFramework.Reporting;

namespace NeuralFramework.Cli;

/// <summary><c>nf serve</c>: the page of a run, live.</summary>
internal static class ServeCommand
{
    private static readonly Option<int> Port = new("--port")
    {
        Description = "The port on 127.0.0.1; 0: any that is free",
        DefaultValueFactory = _ => 6020,
        HelpName = "N",
    };

    public static Command Create(CommonOptions common)
    {
        var command = new Command("serve", "Serve the report of a run to a browser on this machine, live while it trains")
        {
            ReportCommand.Run, Port, common.Data,
        };
        command.SetAction(parsed => Execute(common, parsed).GetAwaiter().GetResult());
        return command;
    }

    private static async Task<int> Execute(CommonOptions common, ParseResult parsed)
    {
        common.ApplyData(parsed);
        var port = parsed.GetValue(Port);
        if (port is < 0 or > 65535)
            throw new ConfigException($"--port: received {port}, allowed: 0 to 65535");
        var path = Path.GetFullPath(parsed.GetRequiredValue(ReportCommand.Run));
        // Looked at now, so that a folder without a run is an error here, not in the browser.
        RunRecord.Open(path);
        await using var server = await LiveServer.Start(new LiveReport(path, RunRecorder.ClassNamesOf), port);
        common.Terminal.Line($"{path} is at {server.Address}/ until Ctrl-C");
        common.Terminal.Result(new JsonObject { ["address"] = server.Address, ["run"] = path });
        await Task.Delay(Timeout.Infinite, common.Terminal.Interrupted)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ExitCode.Done;
    }
}
