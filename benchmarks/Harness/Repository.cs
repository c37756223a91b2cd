using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace NeuralFramework.Benchmarks;

/// <summary>The folder with the sources, and what is built from it.</summary>
/// <param name="folder">The folder <c>benchmarks</c>.</param>
public sealed class Repository(string folder)
{
    private string Root => Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder))!;

    /// <summary>The path of a file under <c>benchmarks</c>.</summary>
    public string PathOf(params string[] parts) => Path.Combine([folder, .. parts]);

    /// <summary>Our command line. Its first start builds it, so that later ones measure.</summary>
    /// <exception cref="LaunchException">It does not build.</exception>
    public string BuildNf()
    {
        var program = Path.Combine(Root, OperatingSystem.IsWindows() ? "nf.cmd" : "nf");
        new Launch(program, "info", "--json").Run([]);
        return program;
    }

    /// <summary>Builds a project, optimised.</summary>
    /// <param name="project">Its folder, from the root.</param>
    /// <param name="assembly">The name of what it makes.</param>
    /// <returns>The built file.</returns>
    /// <exception cref="LaunchException">It does not build.</exception>
    public string Build(string project, string assembly)
    {
        var path = Path.Combine(Root, project);
        var (code, output) = Read("dotnet", "build", path, "-c", "Release", "-v", "quiet", "--nologo");
        return code == 0
            ? Path.Combine(path, "bin", "Release", "net10.0", assembly)
            : throw new LaunchException($"{project} does not build: {output.Split('\n')[0].Trim()}");
    }

    /// <summary>What was measured where and when, as a line of Markdown.</summary>
    public string Circumstances() => string.Join(", ",
        DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture),
        $"commit {Commit()}",
        $"{Processor()}, {Environment.ProcessorCount} processors, load {Load()}",
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription);

    private string Commit() => Read("git", "-C", Root, "describe", "--always", "--dirty").Output.Trim();

    private static (int Code, string Output) Read(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    private static string Processor()
    {
        var lines = OperatingSystem.IsLinux() ? File.ReadLines("/proc/cpuinfo") : [];
        var model = lines.FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        return model?.Split(':', 2)[1].Trim() ?? $"{RuntimeInformation.ProcessArchitecture}";
    }

    private static string Load() =>
        OperatingSystem.IsLinux() ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
