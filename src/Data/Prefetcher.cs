using System.Numerics;

namespace NeuralFramework.Data;

/// <summary>
/// Makes the batches that come next on a thread of the .NET pool, while the net works on the one before. A batch is a
/// function of its position, so it is the same whoever makes it: the consumer makes one itself where none is under way,
/// as at the beginning or after a jump, and what was made for another position is dropped.
/// </summary>
/// <remarks>No thread waits for work and nothing has to be disposed of: each batch is a work item of its own, queued
/// when there is room. If making a batch ahead fails, no more are made until the consumer has made that one itself, and
/// its exception, if there is one again, is thrown there. Batches go to the tops without a copy: the memory is
/// exchanged.</remarks>
internal sealed class Prefetcher<T> : IThreadPoolWorkItem where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly object gate = new();
    private readonly Action<long, IReadOnlyList<Blob<T>>> make;

    // A ring: the batches made and not yet taken are `ready` ones from `first` on, without a gap.
    private readonly Blob<T>[][] batches;
    private int first;
    private int ready;

    private long positionOfFirst;
    private long nextPosition;
    private bool isMaking;
    private bool isQueued;
    private bool hasFailed;

    /// <param name="depth">How many batches are made ahead at most.</param>
    /// <param name="tops">The number of blobs of a batch.</param>
    /// <param name="make">Makes the batch at a position: shapes and fills blobs. Never called twice at the same
    /// time.</param>
    public Prefetcher(int depth, int tops, Action<long, IReadOnlyList<Blob<T>>> make)
    {
        this.make = make;
        batches = [.. Enumerable.Range(0, depth).Select(_ => NewBatch(tops))];
    }

    /// <summary>Fills the tops with the batch at a position.</summary>
    public void Take(long position, IReadOnlyList<Blob<T>> top)
    {
        lock (gate)
        {
            while (isMaking && !IsReady(position))
                Monitor.Wait(gate);
            if (IsReady(position))
            {
                TakeFirst(top);
                QueueIfRoom();
                return;
            }
            ready = 0;
            isMaking = true;
        }
        var made = false;
        try
        {
            make(position, top);
            made = true;
        }
        finally
        {
            lock (gate)
            {
                isMaking = false;
                hasFailed = !made;
                nextPosition = position + top[0].Shape[0];
                QueueIfRoom();
            }
        }
    }

    /// <summary>Makes one batch ahead.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        Blob<T>[] batch;
        lock (gate)
        {
            isQueued = false;
            if (isMaking || hasFailed || ready == batches.Length)
                return;
            isMaking = true;
            batch = batches[(first + ready) % batches.Length];
        }
        var made = TryMake(batch);
        lock (gate)
        {
            isMaking = false;
            hasFailed = !made;
            if (made)
            {
                if (ready++ == 0)
                    positionOfFirst = nextPosition;
                nextPosition += batch[0].Shape[0];
            }
            QueueIfRoom();
            Monitor.Pulse(gate);
        }
    }

    // Runs alone: the other threads of the pool are the net's.
    private bool TryMake(Blob<T>[] batch)
    {
        WorkPool.IsAlone = true;
        try
        {
            make(nextPosition, batch);
            return true;
        }
        catch (Exception)
        {
            // Not lost: the consumer makes the batch again, on its own thread, where the exception can be thrown.
            return false;
        }
        finally
        {
            WorkPool.IsAlone = false;
        }
    }

    private bool IsReady(long position) => ready > 0 && positionOfFirst == position;

    private void TakeFirst(IReadOnlyList<Blob<T>> top)
    {
        var batch = batches[first];
        for (var i = 0; i < batch.Length; i++)
        {
            top[i].Reshape(batch[i].Shape);
            top[i].SwapData(batch[i]);
        }
        positionOfFirst += batch[0].Shape[0];
        first = (first + 1) % batches.Length;
        ready--;
    }

    private void QueueIfRoom()
    {
        if (isQueued || isMaking || hasFailed || ready == batches.Length)
            return;
        isQueued = true;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private static Blob<T>[] NewBatch(int tops) =>
        [.. Enumerable.Range(0, tops).Select(_ => new Blob<T>(new Shape(0)))];
}
