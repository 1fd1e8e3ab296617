namespace Adjoint.Kernels;

/// <summary>The blocks of a draw, on the host or in device memory.</summary>
public interface IBlockSource
{
    /// <summary>Block number <paramref name="index"/> of the draw.</summary>
    PhiloxBlock Block(long index);
}

/// <summary>
/// A distribution whose numbers take as many uniforms as chance wants. Each element has <see cref="Blocks"/> blocks of its own, so that no element depends on another; they suffice but for a
/// chance below 10^-80. All is computed in f64, also for f32 results.
/// </summary>
public interface IRejectionLaw
{
    /// <summary>Blocks set aside for an element.</summary>
    static abstract int Blocks { get; }

    /// <summary>The element whose blocks start at <paramref name="first"/>.</summary>
    static abstract double Sample<TSource>(double parameter, TSource source, long first) where TSource : struct, IBlockSource;
}

/// <summary>f64 uniforms of a block.</summary>
static class BlockUniforms
{
    /// <summary>In (0, 1], of words 0 and 1.</summary>
    public static double First(PhiloxBlock block) => Above(((ulong)block.W1 << 32) | block.W0);

    /// <summary>In (0, 1], of words 2 and 3.</summary>
    public static double Second(PhiloxBlock block) => Above(((ulong)block.W3 << 32) | block.W2);

    static double Above(ulong word) => ((long)(word >> 11) + 1) * UnitInterval.Step53;
}
