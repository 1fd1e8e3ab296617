namespace Adjoint.Kernels;

/// <summary>How a product is cut for the caches, and when it is worth a second thread. MR and NR belong to the micro-kernel.</summary>
static class Blocking
{
    /// <summary>KC: depth of a block. A panel of B, KC·NR·4 bytes, is read from the first and second cache level while rows of A pass by.</summary>
    public const int KC = 384;

    /// <summary>NC: columns of a block. The packed block of B, KC·NC·4 bytes, stays in a share of the third-level cache.</summary>
    public const int NC = 4096;

    /// <summary>MC: at most so many rows in a block of A, KC·MC numbers within half of the second-level cache.</summary>
    public static int MC<T>() where T : unmanaged => typeof(T) == typeof(double) ? 144 : 288;

    /// <summary>Multiplications below which a thread's share costs less than waking the thread.</summary>
    public const long WorkPerThread = 1 << 17;

    /// <summary>Numbers copied into panels below which a thread's share costs less than waking the thread.</summary>
    public const int PackingPerThread = 1 << 13;

    /// <summary>Up to so many multiplications the operands are read where they lie.</summary>
    public const long SmallWork = 1 << 21;
}
