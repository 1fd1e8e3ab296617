namespace Adjoint.Kernels;

/// <summary>Lines of memory as caches of several cores hold them.</summary>
static unsafe class CacheLines
{
    /// <summary>Length of a line.</summary>
    public const int Bytes = 64;

    /// <summary>
    /// Claims lines that this thread is about to write while other cores may hold copies of them: each must give its copy up first, 10 to 300 ns later. Stores wait for that in their order, so that few are under
    /// way at once beside other stores; here they all are. The values stay. No other thread may write these numbers meanwhile.
    /// </summary>
    /// <param name="start">The first number.</param>
    /// <param name="count">How many: those of up to two dozen lines are under way at once, with more nothing is gained.</param>
    public static void Claim<T>(T* start, nint count) where T : unmanaged
    {
        byte* end = (byte*)(start + count);
        for (byte* line = (byte*)start; line < end; line += Bytes) Volatile.Write(ref *line, Volatile.Read(ref *line));
    }
}
