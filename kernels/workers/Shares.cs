namespace Adjoint.Kernels;

/// <summary>
/// The pieces of the current loop that nobody has taken, a range for each thread: threads take their own from the front and, when these are gone, those of others from the back.
/// A thread so meets the same numbers again in the next loop over them, in its own cache.
/// </summary>
/// <remarks>
/// A word holds the number of threads that may take, the first piece left and the end. A compare-and-swap by a thread that slept through whole loops fails, or takes a piece that is
/// there to be taken, since a piece is read off the word and the loop only after it.
/// </remarks>
static class Shares
{
    /// <summary>Most threads, and most pieces.</summary>
    public const int MaximumThreads = 256, MaximumPieces = ushort.MaxValue;

    // Idle workers poll their words.
    static readonly OwnLine[] words = GC.AllocateArray<OwnLine>(MaximumThreads, pinned: true);

    /// <summary>Whether a thread has pieces of its own to take; 0 is the thread that shares the loop.</summary>
    public static bool IsOpen(int thread)
    {
        var seen = Volatile.Read(ref words[thread].Value);
        return Next(seen) < End(seen);
    }

    /// <summary>Offers pieces to threads; whoever wakes sleeping ones does so afterwards.</summary>
    public static void Publish(int threads, int pieces)
    {
        for (var thread = threads - 1; thread >= 0; thread--)
            Interlocked.Exchange(ref words[thread].Value, Word(threads, (int)((long)pieces * thread / threads), (int)((long)pieces * (thread + 1) / threads)));
    }

    /// <summary>Takes one piece, if one is left that the thread may take.</summary>
    public static bool TryTake(int thread, out int piece)
    {
        var seen = Volatile.Read(ref words[thread].Value);
        while (Next(seen) < End(seen))
        {
            piece = Next(seen);
            var found = Interlocked.CompareExchange(ref words[thread].Value, Word(Threads(seen), piece + 1, End(seen)), seen);
            if (found == seen) return true;
            seen = found;
        }

        var threads = Threads(seen);
        for (var other = 1; other < threads; other++)
        {
            if (TrySteal((thread + other) % threads, thread, out piece)) return true;
        }

        piece = -1;
        return false;
    }

    static bool TrySteal(int owner, int thread, out int piece)
    {
        var seen = Volatile.Read(ref words[owner].Value);
        while (Next(seen) < End(seen) && thread < Threads(seen))
        {
            piece = End(seen) - 1;
            var found = Interlocked.CompareExchange(ref words[owner].Value, Word(Threads(seen), Next(seen), piece), seen);
            if (found == seen) return true;
            seen = found;
        }

        piece = -1;
        return false;
    }

    static long Word(int threads, int next, int end) => ((long)threads << 32) | ((long)next << 16) | (uint)end;

    static int Threads(long word) => (int)(word >>> 32);

    static int Next(long word) => (int)(word >>> 16) & MaximumPieces;

    static int End(long word) => (int)word & MaximumPieces;
}
