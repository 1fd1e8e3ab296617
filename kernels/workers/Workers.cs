using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Adjoint.Kernels;

/// <summary>
/// A pool of background threads for loops over disjoint ranges. One loop runs at a time; a loop that starts while another runs (nested,
/// or from a second user thread) runs serially on its own thread. A call allocates nothing.
/// </summary>
public static unsafe class Workers
{
    // Uneven progress of two threads costs at most one piece, so each thread's share is cut in a few.
    const int PiecesPerThread = 4;

    // Waking a thread costs about ten of the least shares that callers think worth a thread. A loop of many shares pays that itself. Shorter loops that find the pool asleep
    // wake it when so many came close upon each other that the pool, once awake, would have stayed so.
    const int SharesWorthWaking = 32;
    const int LoopsWorthWaking = 8;

    const int SpinsBeforeYield = 400;

    static readonly Lock starting = new();
    static Worker[] pool = [];
    static int threads = Math.Clamp(Environment.ProcessorCount, 1, Shares.MaximumThreads);
    static int busy;
    static int passedOver;
    static long lastPassedOver;

    static Job job;

    /// <summary>Threads that share a loop, the calling one included; 1 to 256, values outside are clamped. Default: the processor count.</summary>
    public static int Threads
    {
        get => Volatile.Read(ref threads);
        set => Volatile.Write(ref threads, Math.Clamp(value, 1, Shares.MaximumThreads));
    }

    /// <summary>Loops that were worth more than one thread so far, whether or not other threads came in time.</summary>
    public static long SharedLoops { get; private set; }

    /// <summary>
    /// Runs <paramref name="body"/> over <c>0..count</c> in contiguous ranges, on up to <see cref="Threads"/> threads; returns when all are done.
    /// <paramref name="minimumPerWorker"/> indices are the least share worth a thread whose core is near; where cores are far from each other
    /// (<see cref="CoreDistance"/>) a share must be larger. Serial when that leaves one thread.
    /// </summary>
    /// <remarks>The first exception that a range throws is thrown here, after every range has ended. The body is copied once.</remarks>
    public static void For<TBody>(int count, int minimumPerWorker, in TBody body) where TBody : struct, IRangeBody
    {
        var most = count / Math.Max(1, minimumPerWorker);
        Run(count, most, (int)(most / CoreDistance.ScaleFor(most >= 2)), body);
    }

    /// <summary>
    /// The same for a caller that knows how many threads its loop is worth, the distance between cores counted in, and whether it is so long that it pays for waking the pool
    /// (some 150 µs on one thread) however few its shares are.
    /// </summary>
    public static void ForShares<TBody>(int count, int shares, bool isLong, in TBody body) where TBody : struct, IRangeBody =>
        Run(count, Math.Min(count, shares), shares, body, isLong);

    static void Run<TBody>(int count, int mostPieces, int shares, in TBody body, bool isLong = false) where TBody : struct, IRangeBody
    {
        if (count <= 0) return;
        var copy = body;
        var parts = Math.Min(Threads, Math.Min(mostPieces, shares));
        if (parts >= 2) SharedLoops++;
        var isPassedOver = parts >= 2 && !isLong && !IsWorthWaking(shares);
        if (parts < 2 || isPassedOver || Interlocked.CompareExchange(ref busy, 1, 0) != 0)
        {
            copy.Run(0, count);
            if (isPassedOver) lastPassedOver = Stopwatch.GetTimestamp();
            return;
        }

        Exception? error;
        try
        {
            EnsureStarted(parts - 1);
            // The copy lives on this stack until the last piece is done, so workers may hold a plain pointer to it.
            // As many pieces for each thread: five for two would leave one of them three to do.
            var pieces = Math.Min(parts * PiecesPerThread, mostPieces / parts * parts);
            error = Share(new Job(&Invoke<TBody>, Unsafe.AsPointer(ref copy), count, pieces), parts - 1);
        }
        finally
        {
            Volatile.Write(ref busy, 0);
        }
        if (error != null) ExceptionDispatchInfo.Throw(error);
    }

    static bool IsWorthWaking(int shares)
    {
        var started = pool;
        if (shares >= SharesWorthWaking || started.Length == 0 || !started[0].IsAsleep) return true;
        if (Stopwatch.GetTimestamp() - lastPassedOver > Worker.PollTicks) passedOver = 0;
        if (++passedOver < LoopsWorthWaking) return false;
        passedOver = 0;
        return true;
    }

    static void Invoke<TBody>(void* body, int start, int end) where TBody : struct, IRangeBody =>
        Unsafe.AsRef<TBody>(body).Run(start, end);

    static Exception? Share(in Job next, int helpers)
    {
        job = next;
        Shares.Publish(helpers + 1, next.Pieces);
        foreach (var worker in pool.AsSpan(0, helpers)) worker.Wake();
        RunPieces(0);

        // A piece that another thread has begun ends soon, unless that thread lost its core.
        for (var i = 0; i < SpinsBeforeYield && Volatile.Read(ref job.Done) < next.Pieces; i++) Thread.SpinWait(1);
        while (Volatile.Read(ref job.Done) < next.Pieces) Thread.Yield();
        var error = job.Error;
        job = default;
        return error;
    }

    /// <summary>Runs pieces of the current loop until none is left that the thread may take.</summary>
    internal static void RunPieces(int thread)
    {
        // Whoever has taken a piece knows that the job does not end, nor do its fields change, before its pieces are counted as done. They are counted
        // together, since a word that another core has written last costs as much as a hundred multiplications.
        var done = 0;
        for (; Shares.TryTake(thread, out var piece); done++) RunPiece(piece);
        if (done > 0) Interlocked.Add(ref job.Done, done);
    }

    static void RunPiece(int piece)
    {
        try
        {
            job.Body(job.State, job.Bound(piece), job.Bound(piece + 1));
        }
#pragma warning disable CA1031 // Whatever the body throws belongs to the caller of For, who gets it rethrown.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref job.Error, error, null);
        }
    }

    static void EnsureStarted(int helpers)
    {
        if (pool.Length >= helpers) return;
        lock (starting)
        {
            var grown = new Worker[helpers];
            pool.CopyTo(grown, 0);
            for (var i = pool.Length; i < helpers; i++) grown[i] = new Worker(i + 1);
            pool = grown;
        }
    }

    struct Job(delegate*<void*, int, int, void> body, void* state, int count, int pieces)
    {
        public readonly delegate*<void*, int, int, void> Body = body;
        public readonly void* State = state;
        public readonly int Pieces = pieces;
        public int Done;
        public Exception? Error;

        public readonly int Bound(int piece) => (int)((long)count * piece / Pieces);
    }
}
