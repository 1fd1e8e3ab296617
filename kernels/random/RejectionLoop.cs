using System.Numerics;

namespace Adjoint.Kernels;

/// <summary>Elements of a rejection law, each with a parameter of its own.</summary>
public static class RejectionLoop
{
    /// <summary>Elements <paramref name="start"/> and on of the draw.</summary>
    public static void Run<TLaw, T>(ReadOnlySpan<T> parameters, Span<T> target, Draw draw, long start)
        where TLaw : struct, IRejectionLaw
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var source = new DrawBlocks(draw);
        for (int i = 0; i < target.Length; i++)
            target[i] = T.CreateTruncating(TLaw.Sample(double.CreateTruncating(parameters[i]), source, (start + i) * TLaw.Blocks));
    }

    readonly struct DrawBlocks(Draw draw) : IBlockSource
    {
        public PhiloxBlock Block(long index) => Philox.Block(draw, (ulong)index);
    }
}
