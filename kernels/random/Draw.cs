namespace Adjoint.Kernels;

/// <summary>The name of a sequence of random numbers: the same draw has the same elements on every device, in any order of evaluation.</summary>
/// <param name="Key">The key under which counters are enciphered; see <see cref="Philox.Split"/>.</param>
/// <param name="Counter">The first block of the draw; block numbers wrap at 2^64.</param>
/// <param name="Stream">One of 2^64 separate sequences of blocks of the key; the last two are reserved for deriving keys.</param>
public readonly record struct Draw(ulong Key, ulong Counter = 0, ulong Stream = 0)
{
    /// <summary>The draw that starts behind <paramref name="blocks"/> blocks of this one.</summary>
    public Draw Skip(ulong blocks) => this with { Counter = unchecked(Counter + blocks) };

    /// <summary>How many blocks <paramref name="count"/> elements of f32, i32 or mask use up.</summary>
    public static ulong BlocksOf32(long count) => ((ulong)count + 3) / 4;

    /// <summary>How many blocks <paramref name="count"/> elements of f64 or i64, places of a permutation or rows of weights use up.</summary>
    public static ulong BlocksOf64(long count) => ((ulong)count + 1) / 2;
}
