namespace Adjoint.Kernels;

/// <summary>How a product is cut for the caches, and when it is worth a second thread. MR and NR belong to the micro-kernel.</summary>
static class Blocking
{
 static readonly int kc = E("KC",256);
 static int E(string n,int d)=>int.TryParse(Environment.GetEnvironmentVariable(n),out var v)?v:d;
    /// <summary>KC: at most so deep a block. A panel of B, KC·NR numbers, stays in half of the first cache level while rows of A pass by.</summary>
    public static int KC<T>() where T : unmanaged => typeof(T) == typeof(double) ? kc/2*2 : kc;

    /// <summary>NC: columns of a block. The packed block of B, KC·NC numbers, stays in a share of the third-level cache.</summary>
    public const int NC = 4096;

    /// <summary>MC: at most so many rows in a block of A, KC·MC numbers within half of the second-level cache.</summary>
    public static readonly int MC = E("MC",144);

    /// <summary>Rows below which a block is not cut further for more even shares: a panel of B is fetched once for each block.</summary>
    public static readonly int LeastRows = E("LR",48);

    public static readonly int PiecesPerThread = E("PPT",4);

    /// <summary>Multiplications below which a thread's share costs less than waking the thread.</summary>
    public static readonly long WorkPerThread = E("WPT",1 << 17);

    /// <summary>Numbers copied into panels below which a thread's share costs less than waking the thread.</summary>
    public const int PackingPerThread = 1 << 13;

    /// <summary>Up to so many multiplications the operands are read where they lie.</summary>
    public static readonly long SmallWork = E("SW",1 << 21);
}
