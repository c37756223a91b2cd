using System.Text;

namespace NeuralFramework.Reporting;

/// <summary>Writes the report of a run, and its learning curves as a picture.</summary>
public static class RunReport
{
    /// <summary>The file's name in a run's folder.</summary>
    public const string FileName = "report.html";

    /// <summary>Writes the page, whole or not at all, and returns its size in bytes.</summary>
    /// <exception cref="DataException">It cannot be written.</exception>
    public static long Write(TrainedRun trained, string path) => WriteText(path, ReportPage.Of(trained));

    /// <summary>Writes the learning curves of a run as an SVG: loss, accuracy where there is one, learning rate. Its
    /// colours follow the viewer, light or dark.</summary>
    /// <exception cref="ConfigException">The file's extension is another than <c>.svg</c>.</exception>
    /// <exception cref="DataException">It cannot be written.</exception>
    public static long WriteCurves(RunRecord run, string path)
    {
        SceneFile.RequireExtension(path, [".svg"]);
        return WriteText(path, CurveCharts.ToFile(CurveCharts.Of(run)));
    }

    internal static long WriteText(string path, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        AtomicFile.Write(path, stream => stream.Write(bytes));
        return bytes.Length;
    }
}
