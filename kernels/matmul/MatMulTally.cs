namespace Adjoint.Kernels;

/// <summary>Multiplications of matrix products, counted while that is switched on, for measurements: all that were asked for, and those by zero that were skipped.</summary>
public static class MatMulTally
{
    static long multiplications;
    static long skipped;

    /// <summary>Whether products are counted. Counting costs two shared words a product.</summary>
    public static bool IsOn { get; set; }

    /// <summary>Multiplications of all products since <see cref="Reset"/>, skipped ones too.</summary>
    public static long Multiplications => Interlocked.Read(ref multiplications);

    /// <summary>Those that were skipped.</summary>
    public static long Skipped => Interlocked.Read(ref skipped);

    /// <summary>Begins at zero.</summary>
    public static void Reset()
    {
        Interlocked.Exchange(ref multiplications, 0);
        Interlocked.Exchange(ref skipped, 0);
    }

    internal static void Add(long work)
    {
        if (IsOn) Interlocked.Add(ref multiplications, work);
    }

    internal static void Skip(long work)
    {
        if (IsOn) Interlocked.Add(ref skipped, work);
    }
}
