using System.Runtime.InteropServices;
using System.Text;

namespace NeuralFramework;

/// <summary>
/// Intel MKL through its single dynamic library, with the 32-bit integer interface. Its own threads are not used: the
/// GNU layer needs libgomp loaded with RTLD_GLOBAL, which .NET does not do, so the sequential layer is selected. Its
/// mode of reproducible results (CNR) is on, with the fastest branch for the processor: without it, the bits of a
/// product depend on where in memory its matrices lie. <c>$MKL_CBWR</c> chooses another branch.
/// </summary>
internal sealed unsafe class MklBackend : NativeBackend
{
    private const int InterfaceLp64 = 0;
    private const int ThreadingSequential = 1;
    private const int ReproducibleOff = 1;
    private const int ReproducibleAuto = 2;
    private const int ReproducibleBranch = 1;

    private const string HowToInstall = "to install it: on Debian and Ubuntu, 'apt install libmkl-rt' "
        + "(component non-free); else Intel oneAPI MKL, with $MKLROOT set or its lib folder on the loader's path";

    private MklBackend(BlasLibrary library) : base(library)
    {
        // What MKL made of the setting.
        var branch = ((delegate* unmanaged[Cdecl]<int, int>)library.Function("MKL_CBWR_Get"))(ReproducibleBranch);
        WhyNotReproducible = branch > ReproducibleOff ? null
            : "its mode of reproducible results (CNR) is off: bits depend on where matrices lie in memory";
        Description = $"{Version(library)}, {library.Path}, sequential, {(WhyNotReproducible is null ? "reproducible, " : "")}"
            + "sliced over the framework's threads";
    }

    public override string Name => "mkl";

    public override string Description { get; }

    public override string? WhyNotReproducible { get; }

    /// <summary>Loads it.</summary>
    /// <exception cref="BackendException">It is not installed.</exception>
    public static MklBackend Load()
    {
        var library = BlasLibrary.Load("mkl", Candidates(), HowToInstall);
        // These count only before the first use of the library.
        ((delegate* unmanaged[Cdecl]<int, int>)library.Function("MKL_Set_Interface_Layer"))(InterfaceLp64);
        ((delegate* unmanaged[Cdecl]<int, int>)library.Function("MKL_Set_Threading_Layer"))(ThreadingSequential);
        if (Environment.GetEnvironmentVariable("MKL_CBWR") is null)
            ((delegate* unmanaged[Cdecl]<int, int>)library.Function("MKL_CBWR_Set"))(ReproducibleAuto);
        return new MklBackend(library);
    }

    private static IEnumerable<string> Candidates()
    {
        string[] names = OperatingSystem.IsWindows() ? ["mkl_rt.2.dll", "mkl_rt.1.dll", "mkl_rt.dll"]
            : OperatingSystem.IsMacOS() ? ["libmkl_rt.dylib", "libmkl_rt.2.dylib", "libmkl_rt.1.dylib"]
            : ["libmkl_rt.so", "libmkl_rt.so.2", "libmkl_rt.so.1"];
        return [.. names, .. Folders().SelectMany(folder => names.Select(name => Path.Combine(folder, name)))];
    }

    private static IEnumerable<string> Folders()
    {
        if (Environment.GetEnvironmentVariable("MKLROOT") is { Length: > 0 } root)
            foreach (var folder in new[] { "lib", "lib/intel64", "redist/intel64", "bin" })
                yield return Path.Combine(root, folder);
        if (OperatingSystem.IsLinux())
        {
            yield return "/usr/lib/x86_64-linux-gnu";
            yield return "/usr/lib/x86_64-linux-gnu/mkl";
            yield return "/opt/intel/oneapi/mkl/latest/lib";
            yield return "/opt/intel/oneapi/mkl/latest/lib/intel64";
            yield return "/opt/intel/mkl/lib/intel64";
        }
        if (OperatingSystem.IsMacOS())
            yield return "/opt/intel/oneapi/mkl/latest/lib";
        if (OperatingSystem.IsWindows())
            yield return @"C:\Program Files (x86)\Intel\oneAPI\mkl\latest\bin";
    }

    // "Intel(R) Math Kernel Library Version 2020.0.4 Product Build 20200917 for Intel(R) 64 architecture applications"
    private static string Version(BlasLibrary library)
    {
        var buffer = stackalloc byte[256];
        ((delegate* unmanaged[Cdecl]<byte*, int, void>)library.Function("MKL_Get_Version_String"))(buffer, 256);
        var words = Encoding.ASCII.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(buffer)).Split(' ');
        var at = Array.IndexOf(words, "Version");
        return at >= 0 && at + 1 < words.Length ? $"Intel MKL {words[at + 1]}" : "Intel MKL";
    }
}
