using System.Globalization;
using NeuralFramework.Reporting;

namespace NeuralFramework.Cli;

/// <summary>
/// Keeps a run's folder to one process. The file <c>run.lock</c> is held open alone for as long as the run goes on, so
/// the system gives it free when the process ends, however it ends: a lock of a dead process is no obstacle. The file
/// stays; removing it would let a process that has just opened it hold a lock that nobody else sees.
/// </summary>
internal sealed class RunLock : IDisposable
{
    private const string LockName = "run.lock";
    private const string HolderName = RunRecord.HolderName;

    private readonly FileStream held;
    private readonly string holder;

    private RunLock(FileStream held, string folder)
    {
        this.held = held;
        // Beside the lock: a file that is held alone cannot be read.
        holder = Path.Combine(folder, HolderName);
        File.WriteAllText(holder, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Takes the lock of a folder.</summary>
    /// <exception cref="DataException">Another process has it, or the folder cannot be written.</exception>
    public static RunLock Take(string folder)
    {
        FileStream? held = null;
        try
        {
            held = new FileStream(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite,
                FileShare.None);
            return new RunLock(held, folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            held?.Dispose();
            throw IsHeldByAnother(error)
                ? new DataException($"--run: received '{folder}', in which the process {HolderOf(folder)} trains now; "
                    + "allowed: a folder of its own for each run, or waiting for its end", error)
                : new DataException($"--run: the folder '{folder}' cannot be written: {error.Message}", error);
        }
    }

    public void Dispose()
    {
        // Before the lock is free: the next holder's must not be removed.
        File.Delete(holder);
        held.Dispose();
    }

    // What .NET makes of EWOULDBLOCK (Linux, macOS), and ERROR_SHARING_VIOLATION of Windows.
    private static bool IsHeldByAnother(Exception error) =>
        error is IOException && (error.HResult & 0xFFFF) is 11 or 35 or 32;

    private static string HolderOf(string folder)
    {
        var path = Path.Combine(folder, HolderName);
        return File.Exists(path) ? File.ReadAllText(path) : "with an unknown number";
    }
}
