using System.Diagnostics;

namespace Adjoint.Kernels;

/// <summary>One background thread of the pool: polls for work for a while after each loop, then sleeps until woken.</summary>
#pragma warning disable CA1001 // The thread, and so the semaphore it waits on, lives as long as the process.
sealed class Worker
#pragma warning restore CA1001
{
    /// <summary>How long a worker polls: long enough to bridge the gap between two shared loops of a training step, short enough not to eat a shared core.</summary>
    public static readonly long PollTicks = Stopwatch.Frequency * 200 / 1_000_000;

    readonly int thread;
    readonly SemaphoreSlim wake = new(0);
    int asleep;

    /// <param name="thread">Its place among the threads of a loop; 0 is the one that shares the loop.</param>
    public Worker(int thread)
    {
        this.thread = thread;
        new Thread(Loop) { IsBackground = true, Name = $"Adjoint worker {thread}" }.Start();
    }

    /// <summary>Whether a loop that wants this worker must wake it.</summary>
    public bool IsAsleep => Volatile.Read(ref asleep) != 0;

    /// <summary>To be called after the pieces are published: costs a system call only if the worker sleeps.</summary>
    public void Wake()
    {
        if (Volatile.Read(ref asleep) != 0 && Interlocked.Exchange(ref asleep, 0) != 0) wake.Release();
    }

    void Loop()
    {
        while (true)
        {
            if (!Poll()) Sleep();
            Workers.RunPieces(thread);
        }
    }

    bool Poll()
    {
        // Read once: statics that sharing threads write lie beside it.
        long start = Stopwatch.GetTimestamp(), patience = PollTicks;
        do
        {
            for (var i = 0; i < 16; i++)
            {
                if (Shares.IsOpen(thread)) return true;
                Thread.SpinWait(1);
            }
        }
        while (Stopwatch.GetTimestamp() - start < patience);
        return false;
    }

    void Sleep()
    {
        // Announce first, look once more, then sleep: a loop published in between is either seen here or sees the announcement.
        Interlocked.Exchange(ref asleep, 1);
        if (!Shares.IsOpen(thread) || Interlocked.Exchange(ref asleep, 0) == 0) wake.Wait();
    }
}
