using System.Diagnostics;
using System.Globalization;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>Runs code on many damaged inputs. Each must be taken, or refused with one error that says something;
/// anything else is a fault, as is memory beyond what the input justifies.</summary>
internal sealed class Fuzz
{
    /// <summary>The environment variable with the number of cases that the tests of a kind share.</summary>
    public const string CountVariable = "NF_FUZZ";

    private const int MostFaultsShown = 12;

    private readonly Dictionary<string, string> faults = [];
    private int faultCount;
    private int taken;
    private int refused;
    private long mostAllocated;
    private TimeSpan longest;
    private int slowest;
    private readonly TimeSpan processor = Environment.CpuUsage.UserTime;

    /// <summary>A part of all cases of a kind: configurations, or files.</summary>
    public static int Cases(double part)
    {
        var text = Environment.GetEnvironmentVariable(CountVariable);
        return (int)(part * (text is null ? 10_000 : int.Parse(text, CultureInfo.InvariantCulture)));
    }

    /// <summary>Runs a case.</summary>
    /// <param name="number">Its number, by which it can be made again.</param>
    /// <param name="allowedBytes">What it may allocate.</param>
    /// <param name="run">What is tested.</param>
    public void Case(int number, long allowedBytes, Action run)
    {
        var start = Stopwatch.GetTimestamp();
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            run();
            taken++;
        }
        catch (NeuralFrameworkException error) when (error.Message.Length > 0)
        {
            refused++;
        }
        catch (Exception error)
        {
            var frames = (error.StackTrace ?? "").Split('\n');
            var place = frames.FirstOrDefault(frame => frame.Contains("NeuralFramework", StringComparison.Ordinal));
            Add(error.GetType().Name + place, $"case {number}: {error.GetType().Name}: {error.Message}"
                + Environment.NewLine + string.Join(Environment.NewLine, frames.Take(6)));
        }
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > allowedBytes)
            Add("allocated", $"case {number}: allocated {allocated:N0} bytes, allowed: {allowedBytes:N0}");
        mostAllocated = Math.Max(mostAllocated, allocated);
        var time = Stopwatch.GetElapsedTime(start);
        if (time > longest)
            (longest, slowest) = (time, number);
    }

    /// <summary>Says what was seen, and fails when there were faults.</summary>
    /// <param name="mustTakeSome">Whether some inputs are meant to survive: else nothing behind the reading is
    /// tested.</param>
    public void AssertNoFaults(bool mustTakeSome = true)
    {
        TestContext.Out.WriteLine($"{taken} taken, {refused} refused, {faultCount} faults; most allocated "
            + $"{mostAllocated:N0} bytes, longest {longest.TotalMilliseconds:0} ms (case {slowest}), "
            + $"processor {(Environment.CpuUsage.UserTime - processor).TotalSeconds:0.0} s");
        Assert.That(faultCount, Is.Zero, $"such as:{Environment.NewLine}"
            + string.Join(Environment.NewLine, faults.Values));
        Assert.That(refused, Is.Positive);
        if (mustTakeSome)
            Assert.That(taken, Is.Positive);
    }

    // One of each kind is shown.
    private void Add(string kind, string fault)
    {
        faultCount++;
        if (faults.Count < MostFaultsShown)
            faults.TryAdd(kind, fault);
    }
}
