namespace NeuralFramework.Tests;

/// <summary>Measures what code allocates on the calling thread.</summary>
internal static class Allocation
{
    /// <summary>The bytes that an action allocates: the least of several runs, as a garbage collection between the two
    /// readings makes the thread account for the whole of a new allocation buffer.</summary>
    public static long Of(Action action)
    {
        var least = long.MaxValue;
        for (var run = 0; run < 5 && least > 0; run++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
