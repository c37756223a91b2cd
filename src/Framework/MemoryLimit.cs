namespace NeuralFramework;

/// <summary>How much memory blobs may take. A net that asks for more is refused with a message before the memory is
/// asked for: else the machine would begin to swap, or the process be killed.</summary>
public static class MemoryLimit
{
    [ThreadStatic]
    private static long takenByNet;

    [ThreadStatic]
    private static bool isBuilding;

    [ThreadStatic]
    private static long reserved;

    /// <summary>The limit in bytes for one net, and for one blob outside of a net. At first the memory of the machine,
    /// or of the container in which the process runs.</summary>
    public static long Bytes { get; set; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>How many bytes blobs have taken on this thread since it began, those included that are gone. The difference
    /// of two is what was made between them.</summary>
    public static long ReservedOnThread => reserved;

    /// <summary>Counts together what is reserved on this thread until the result is disposed: the blobs of one
    /// net.</summary>
    internal static Account BeginNet()
    {
        var outer = new Account(takenByNet, isBuilding);
        (takenByNet, isBuilding) = (0, true);
        return outer;
    }

    /// <summary>Refuses memory that is needed for a time only, beside what the net has.</summary>
    /// <exception cref="ShapeException">It is more than the limit allows.</exception>
    internal static void Require(long bytes, string what)
    {
        if (bytes > Bytes - takenByNet)
            throw new ShapeException($"{what}: needs {bytes:N0} bytes"
                + (takenByNet > 0 ? $" beside the {takenByNet:N0} of the net so far" : "")
                + $", allowed: {Bytes:N0} in all, the memory of this machine");
    }

    /// <summary>Refuses memory beyond the limit; else counts it as the net's.</summary>
    /// <exception cref="ShapeException">It is more than the limit allows.</exception>
    internal static void Reserve(long bytes, string what)
    {
        Require(bytes, what);
        reserved += bytes;
        if (isBuilding)
            takenByNet += bytes;
    }

    /// <summary>What was counted before a net was begun.</summary>
    internal readonly struct Account(long taken, bool building) : IDisposable
    {
        /// <summary>Goes on with it.</summary>
        public void Dispose() => (takenByNet, isBuilding) = (taken, building);
    }
}
