using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace NeuralFramework;

/// <summary>Work on a range of indices that can be done in parts, in any order and at the same time.</summary>
public interface IRangeWork
{
    /// <summary>Does the part from index <paramref name="from"/> up to, not including, <paramref name="to"/>.</summary>
    void Run(int from, int to);
}

/// <summary>
/// The one thread pool of the framework. A range is cut into parts whose borders depend on the range alone, never on
/// the number of threads, so results are the same bits for any <see cref="Threads"/>. Nothing is allocated per call.
/// If parts throw, the call throws one of their exceptions once no part is running any more; parts that had not begun
/// are left out.
/// </summary>
public static unsafe class WorkPool
{
    /// <summary>A grain for work of a few operations an element: a part below it is not worth waking a thread for.</summary>
    public const int ElementGrain = 16 * 1024;

    // How long an idle worker looks for new work before it sleeps: longer than the gap between two layers of a small
    // net, short enough that an idle program uses no processor.
    private const int SpinsBeforeSleep = 2000;

    private static readonly Lock Gate = new();
    private static readonly SemaphoreSlim Wake = new(0);

    [ThreadStatic]
    private static bool isInsideWork;

    private static int threads = Math.Max(1, Environment.ProcessorCount);
    private static int workersStarted;

    // The job under way. `generation` is odd while it is open; a worker first counts itself in `joined`, then looks
    // again whether the job is open, so the fields below never change under a worker that uses them.
    private static int generation;
    private static int joined;

    // Workers at Wake for whom no one has released a permit yet. Who takes one off the count owes it a permit, so
    // permits do not pile up while a worker is slow to wake.
    private static int sleeping;

    private static int workersAllowed;
    private static int nextPart;
    private static int partCount;
    private static int partSize;
    private static int rangeCount;
    private static void* work;
    private static delegate*<void*, int, int, void> run;
    private static Exception? failure;

    /// <summary>How many threads work at the same time, the caller's included. At first the number of
    /// processors.</summary>
    /// <exception cref="ConfigException">The value is not between 1 and 1024.</exception>
    public static int Threads
    {
        get => threads;
        set
        {
            if (value is < 1 or > 1024)
                throw new ConfigException($"threads: received {value}, allowed: 1 to 1024");
            lock (Gate)
                threads = value;
        }
    }

    /// <summary>Whether calls of <see cref="For"/> from the current thread run on it alone, so that they never take the
    /// other threads from a thread in a hurry.</summary>
    public static bool IsAlone
    {
        get => isInsideWork;
        set => isInsideWork = value;
    }

    /// <summary>Runs <paramref name="work"/> over 0 … <paramref name="count"/>-1 in parts of <paramref name="grain"/>
    /// indices and returns when all are done. A call from inside a part of a shared range, or while another thread's
    /// call is under way, runs on the calling thread alone, part by part as well.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="grain"/> is less than 1.</exception>
    public static void For<TWork>(int count, int grain, ref TWork work)
        where TWork : struct, IRangeWork, allows ref struct
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(grain, 1);
        var parts = (int)(((long)count + grain - 1) / grain);
        if (parts > 1 && threads > 1 && !isInsideWork && Gate.TryEnter())
        {
            try
            {
                fixed (byte* shared = &Unsafe.As<TWork, byte>(ref work))
                    RunShared(shared, &Invoke<TWork>, count, grain, parts);
            }
            finally
            {
                Gate.Exit();
            }
            return;
        }
        for (var part = 0; part < parts; part++)
            work.Run(part * grain, (int)Math.Min((long)(part + 1) * grain, count));
    }

    // The work is pinned, and the caller keeps alive what it refers to, until For returns: a pointer to it is safe to
    // share.
    private static void Invoke<TWork>(void* work, int from, int to)
        where TWork : struct, IRangeWork, allows ref struct => Unsafe.AsRef<TWork>(work).Run(from, to);

    private static void RunShared(void* shared, delegate*<void*, int, int, void> body, int count, int grain, int parts)
    {
        StartWorkers(threads - 1);
        work = shared;
        run = body;
        rangeCount = count;
        partSize = grain;
        partCount = parts;
        nextPart = 0;
        failure = null;
        var helpers = Math.Min(threads, parts) - 1;
        workersAllowed = helpers;
        Interlocked.Increment(ref generation);
        if (TakeSleepers(helpers) is > 0 and var woken)
            Wake.Release(woken);

        TakeParts();
        Interlocked.Increment(ref generation);
        var spin = new SpinWait();
        while (Volatile.Read(ref joined) != 0)
            spin.SpinOnce(sleep1Threshold: -1);
        if (failure is { } error)
            ExceptionDispatchInfo.Throw(error);
    }

    private static void TakeParts()
    {
        isInsideWork = true;
        try
        {
            for (var part = Interlocked.Increment(ref nextPart) - 1; part < partCount;
                part = Interlocked.Increment(ref nextPart) - 1)
                run(work, part * partSize, (int)Math.Min((long)(part + 1) * partSize, rangeCount));
        }
        catch (Exception error)
        {
            // Carried to the caller of For, which throws it once no worker is inside any more.
            Interlocked.CompareExchange(ref failure, error, null);
            Volatile.Write(ref nextPart, partCount);
        }
        finally
        {
            isInsideWork = false;
        }
    }

    private static void StartWorkers(int wanted)
    {
        for (; workersStarted < wanted; workersStarted++)
            new Thread(Work) { IsBackground = true, Name = $"NeuralFramework worker {workersStarted + 1}" }.Start();
    }

    private static void Work()
    {
        var seen = 0;
        while (true)
        {
            seen = AwaitOpenJob(seen);
            Interlocked.Increment(ref joined);
            if (Volatile.Read(ref generation) == seen && Interlocked.Decrement(ref workersAllowed) >= 0)
                TakeParts();
            Interlocked.Decrement(ref joined);
        }
    }

    /// <summary>Waits for an open job other than the one last seen and returns its generation.</summary>
    private static int AwaitOpenJob(int seen)
    {
        var spins = 0;
        while (true)
        {
            var current = Volatile.Read(ref generation);
            if (current != seen && (current & 1) == 1)
                return current;
            if (++spins < SpinsBeforeSleep)
            {
                Thread.SpinWait(10);
                continue;
            }
            spins = 0;
            Interlocked.Increment(ref sleeping);
            current = Volatile.Read(ref generation);
            // A job that was opened before the count was raised wakes nobody: look once more. If this worker cannot
            // take itself off the count again, a permit for it is on its way.
            if (current == seen || (current & 1) == 0 || TakeSleepers(1) == 0)
                Wake.Wait();
        }
    }

    /// <summary>Takes up to <paramref name="most"/> workers off the count of those asleep and returns how
    /// many.</summary>
    private static int TakeSleepers(int most)
    {
        while (true)
        {
            var asleep = Volatile.Read(ref sleeping);
            var taken = Math.Min(asleep, most);
            if (taken == 0 || Interlocked.CompareExchange(ref sleeping, asleep - taken, asleep) == asleep)
                return taken;
        }
    }
}
