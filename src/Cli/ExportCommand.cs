using System.CommandLine;
using NeuralFramework.Interop;

namespace NeuralFramework.Cli;

/// <summary><c>nf export</c>: writes a model for another framework.</summary>
internal static class ExportCommand
{
    public static Command Create(CommonOptions common) => new("export", "Write a model for another framework")
    {
        CaffeExportCommand.Create(common),
        OnnxExportCommand.Create(common),
    };
}
