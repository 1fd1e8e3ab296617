namespace Adjoint.Kernels;

/// <summary>How a product is cut for the caches, and when it is worth a second thread. MR and NR belong to the micro-kernel.</summary>
static class Blocking
{
    /// <summary>KC: at most so deep a block. A panel of B, KC·NR numbers, stays in half of the first cache level while rows of A pass by.</summary>
    public const int KC = 256;

    /// <summary>NC: columns of a block. The packed block of B, KC·NC numbers, stays in a share of the third-level cache.</summary>
    public const int NC = 4096;

    /// <summary>
    /// MC: at most so many rows in a block of A: a fifth of a second cache level of 512 KB, which on rented machines a neighbour on the same core may share.
    /// </summary>
    public const int MC = 96;

    /// <summary>Rows below which a block is not cut further for more even shares: a panel of B is fetched once for each block.</summary>
    public const int LeastRows = 48;

    /// <summary>Pieces a thread, where there are rows enough: threads that progress unevenly wait for one of them at most.</summary>
    public const int PiecesPerThread = 4;

    /// <summary>Multiplications below which a thread's share costs less than waking the thread.</summary>
    public const long WorkPerThread = 1 << 18;

    /// <summary>Multiplications of a matrix and a vector below which a thread's share costs less than waking the thread.</summary>
    public const long VectorWorkPerThread = 1 << 16;

    /// <summary>Up to so many multiplications the operands are read where they lie.</summary>
    public const long SmallWork = 1 << 21;

    /// <summary>Up to so deep, a single panel of B stays in the second cache level, and A, which is then read once, where it lies.</summary>
    public const int SmallDepth = 4 * KC;

    // Multiplications in the time in which a number of A or C comes from the core that wrote it, or goes to the core that reads it next, where cores are near; and
    // for each step of distance: the latter goes on behind the product in part.
    const long WorkPerTransfer = 8, WorkPerDistance = 8;

    /// <summary>So many threads are worth their while for a product; 1 is the calling one alone.</summary>
    public static int ThreadsWorth(in MatMulShape shape) => Math.Clamp((int)Math.Min(int.MaxValue, shape.Work / LeastWork(shape)), 1, Workers.Threads);

    /// <summary>The least number of <paramref name="parts"/> of a product that are worth a thread.</summary>
    public static int PartsPerThread(int parts, in MatMulShape shape) => (int)Math.Clamp(LeastWork(shape) * parts / shape.Work, 1, int.MaxValue);

    static long LeastWork(in MatMulShape shape)
    {
        long transfers = ((long)shape.M * shape.K) + ((long)shape.M * shape.N);
        long near = WorkPerThread + (WorkPerTransfer * transfers);
        // How far cores are is not asked for, and not measured, where that cannot make a difference.
        return Workers.Threads == 1 || shape.Work < 2 * near ? near : near + (WorkPerDistance * CoreDistance.Scale * transfers);
    }
}
