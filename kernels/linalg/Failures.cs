namespace Adjoint.Kernels;

/// <summary>The first matrix of a batch, in their order, on which a factorisation failed.</summary>
static unsafe class Failures
{
    /// <summary>The word before anything failed.</summary>
    public const long None = long.MaxValue;

    /// <summary>Notes that a matrix failed at a pivot; threads may do so at once.</summary>
    public static void Note(long* word, int matrix, int pivot)
    {
        long code = ((long)matrix << 32) | (uint)pivot, seen = Volatile.Read(ref *word);
        while (code < seen)
        {
            long found = Interlocked.CompareExchange(ref *word, code, seen);
            if (found == seen) return;
            seen = found;
        }
    }
}
