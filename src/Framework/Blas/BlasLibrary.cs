using System.Runtime.InteropServices;

namespace NeuralFramework;

/// <summary>A native library found under one of several names, and its functions.</summary>
internal sealed class BlasLibrary
{
    private readonly string backend;
    private readonly nint handle;

    private BlasLibrary(string backend, nint handle, string path)
    {
        this.backend = backend;
        this.handle = handle;
        Path = path;
    }

    /// <summary>The name or path under which it was loaded.</summary>
    public string Path { get; }

    /// <summary>Loads the first candidate there is.</summary>
    /// <exception cref="BackendException">There is none; the message lists each candidate with its reason.</exception>
    public static BlasLibrary Load(string backend, IEnumerable<string> candidates, string howToInstall)
    {
        var failures = new List<string>();
        foreach (var candidate in candidates)
            try
            {
                return new BlasLibrary(backend, NativeLibrary.Load(candidate), candidate);
            }
            catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
            {
                failures.Add($"  {candidate}: {Reason(candidate, error)}");
            }
        throw new BackendException($"BLAS backend '{backend}' cannot be loaded, tried:" + Environment.NewLine
            + string.Join(Environment.NewLine, failures) + Environment.NewLine + howToInstall);
    }

    /// <summary>The address of a function.</summary>
    /// <exception cref="BackendException">The library does not have it.</exception>
    public nint Function(string name) => NativeLibrary.TryGetExport(handle, name, out var address)
        ? address
        : throw new BackendException($"BLAS backend '{backend}': {Path} has no function {name}");

    // The system loader's own words are in the last line of .NET's message, after the path.
    private static string Reason(string candidate, Exception error)
    {
        if (System.IO.Path.IsPathRooted(candidate) && !File.Exists(candidate))
            return "no such file";
        var line = error.Message.Trim().Split('\n')[^1].Trim();
        return line.StartsWith(candidate + ": ", StringComparison.Ordinal) ? line[(candidate.Length + 2)..] : line;
    }
}
