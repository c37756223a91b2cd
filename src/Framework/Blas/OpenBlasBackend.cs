using System.Runtime.InteropServices;

namespace NeuralFramework;

/// <summary>OpenBLAS, told to use one thread.</summary>
internal sealed unsafe class OpenBlasBackend : NativeBackend
{
    private const string HowToInstall = "to install it: on Debian and Ubuntu, 'apt install libopenblas0-pthread'; "
        + "with Homebrew, 'brew install openblas'";

    private OpenBlasBackend(BlasLibrary library) : base(library) =>
        Description = $"{Config(library)}, {library.Path}, one thread, sliced over the framework's threads";

    public override string Name => "openblas";

    public override string Description { get; }

    /// <summary>Loads it.</summary>
    /// <exception cref="BackendException">It is not installed.</exception>
    public static OpenBlasBackend Load()
    {
        var library = BlasLibrary.Load("openblas", Candidates(), HowToInstall);
        ((delegate* unmanaged[Cdecl]<int, void>)library.Function("openblas_set_num_threads"))(1);
        return new OpenBlasBackend(library);
    }

    private static string[] Candidates() =>
        OperatingSystem.IsWindows() ? ["libopenblas.dll", "openblas.dll"]
        : OperatingSystem.IsMacOS()
            ? ["libopenblas.dylib", "/opt/homebrew/opt/openblas/lib/libopenblas.dylib",
                "/usr/local/opt/openblas/lib/libopenblas.dylib"]
            : ["libopenblas.so.0", "libopenblas.so", "libopenblasp.so.0",
                "/usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblas.so.0",
                "/usr/lib/aarch64-linux-gnu/openblas-pthread/libopenblas.so.0",
                "/usr/lib64/libopenblas.so.0"];

    private static string Config(BlasLibrary library) => Marshal.PtrToStringUTF8(
        ((delegate* unmanaged[Cdecl]<nint>)library.Function("openblas_get_config"))())?.Trim() ?? "OpenBLAS";
}
