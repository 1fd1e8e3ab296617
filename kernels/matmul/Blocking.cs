namespace Adjoint.Kernels;

/// <summary>How a product is cut for the caches, and when it is worth a second thread. MR and NR belong to the micro-kernel.</summary>
static class Blocking
{
    /// <summary>
    /// KC: at most so deep a block. A panel of B, KC·NR numbers, stays in half of the first cache level while rows of A pass by; with 512-bit registers it comes from the second level,
    /// which is fast enough and as large as a megabyte there, and C is read and written a quarter as often.
    /// </summary>
    public static int KC(int vectorBytes) => vectorBytes == 64 ? 1024 : 256;

    /// <summary>NC: columns of a block. The packed block of B, KC·NC numbers, stays in a share of the third-level cache.</summary>
    public const int NC = 4096;

    /// <summary>
    /// MC: at most so many rows in a block of A: a share of the second cache level, which on rented machines a neighbour on the same core may have a part of.
    /// </summary>
    public static int MC(int vectorBytes, int numberBytes, int depth) =>
        vectorBytes == 64 ? Math.Clamp(BlockBytes / (depth * numberBytes), LeastRows, 768 / numberBytes) : 96;

    const int BlockBytes = 384 * 1024;

    /// <summary>Rows below which a block is not cut further for more even shares: a panel of B is fetched once for each block.</summary>
    public const int LeastRows = 48;

    /// <summary>Pieces a thread, where there are rows enough: threads that progress unevenly wait for one of them at most.</summary>
    public const int PiecesPerThread = 4;

    /// <summary>Multiplications below which a thread's share costs less than waking the thread.</summary>
    public const long WorkPerThread = 1 << 18;

    // Multiplications of 150 µs on a fast core.
    const long LongWork = 1 << 24;

    /// <summary>Multiplications of a matrix and a vector below which a thread's share costs less than waking the thread.</summary>
    public const long VectorWorkPerThread = 1 << 16;

    /// <summary>Up to so many multiplications the operands are read where they lie.</summary>
    public const long SmallWork = 1 << 21;

    /// <summary>Up to so deep, a single panel of B stays in the second cache level, and A, which is then read once, where it lies.</summary>
    public const int SmallDepth = 1024;

    /// <summary>
    /// Whether A and a panel of B stay in a share of the second cache level, and rows of B are contiguous: packing it then costs more than it saves. With 512-bit registers, which panels from there keep busy.
    /// </summary>
    public static bool NeedsNoBlocks(in MatMulShape shape, int vectorBytes, int numberBytes, int panelColumns) =>
        vectorBytes == 64 && shape.BColumn == 1 && shape.K <= SmallDepth && (shape.M + (long)panelColumns) * shape.K * numberBytes <= BlockBytes;

    // Multiplications in the time in which a number of A, B or C comes from the core that wrote it and is claimed back to be written anew, where cores are near; and for each step
    // of distance. Weights are written by the optimiser and gradients read by it: on one core, or on cores that share them otherwise.
    const long WorkPerTransfer = 8, WorkPerDistance = 4;

    /// <summary>How many threads a product is worth; below 2 the calling one does it alone.</summary>
    public static int SharesWorth(in MatMulShape shape) => SharesWorth(shape, shape.Work);

    /// <summary>The same for a product that takes as long as so many multiplications.</summary>
    public static int SharesWorth(in MatMulShape shape, long work) => (int)Math.Min(int.MaxValue, work / LeastWork(shape, work));

    /// <summary>Whether a product takes so long that waking the pool for it pays.</summary>
    public static bool IsLong(in MatMulShape shape) => IsLong(shape.Work);

    /// <summary>Whether so many multiplications take so long.</summary>
    public static bool IsLong(long work) => work >= LongWork;

    static long LeastWork(in MatMulShape shape, long work)
    {
        long transfers = ((long)shape.M * shape.K) + ((long)shape.K * shape.N) + ((long)shape.M * shape.N) - shape.Resident;

        // Products that share an operand come in bursts, in which the pool is awake.
        long near = (shape.Resident > 0 ? WorkPerThread / 2 : WorkPerThread) + (WorkPerTransfer * transfers);
        double scale = CoreDistance.ScaleFor(work >= 2 * near);
        return (long)((Math.Min(1, scale) * near) + (WorkPerDistance * scale * transfers));
    }
}
