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

    /// <summary>Blocks of rows a thread, where there are rows enough: threads that progress unevenly wait for one of them at most.</summary>
    public const int BlocksPerThread = 4;

    /// <summary>Multiplications below which a thread's share costs less than waking the thread.</summary>
    public const long WorkPerThread = 1 << 18;

    /// <summary>Multiplications in the time in which a number of A or C comes from the core that wrote it, or goes to the core that reads it next.</summary>
    public const long WorkPerTransfer = 16;

    /// <summary>Multiplications of a matrix and a vector below which a thread's share costs less than waking the thread.</summary>
    public const long VectorWorkPerThread = 1 << 16;

    /// <summary>Numbers copied into panels below which a thread's share costs less than waking the thread.</summary>
    public const int PackingPerThread = 1 << 13;

    /// <summary>Up to so many multiplications the operands are read where they lie.</summary>
    public const long SmallWork = 1 << 21;

    /// <summary>Up to so deep, a single panel of B stays in the second cache level, and A, which is then read once, where it lies.</summary>
    public const int SmallDepth = 4 * KC;

    /// <summary>The least number of <paramref name="parts"/> of a product that are worth a thread.</summary>
    public static int PartsPerThread(int parts, in MatMulShape shape)
    {
        long least = WorkPerThread + (WorkPerTransfer * (((long)shape.M * shape.K) + ((long)shape.M * shape.N)));
        return (int)Math.Clamp(least * parts / shape.Work, 1, int.MaxValue);
    }
}
