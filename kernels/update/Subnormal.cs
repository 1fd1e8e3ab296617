using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>
/// Keeps states away from subnormal numbers. A mean that decays would end among them for good, since nine tenths of the smallest round to itself, and processors take two to three times as long over a
/// pass that meets them; where a number has no gradient for a while, as in rows of a table or behind a dead relu, all its states get there.
/// </summary>
static class Subnormal
{
    const double Smallest64 = 2.2250738585072014e-308, Smallest32 = 1.1754943508222875e-38;

    /// <summary>x, and 0 where its magnitude is below the smallest normal number of its type. NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Flush<V>(V x) where V : struct, ILane<V> => V.IfLess(V.Abs(x), V.From(V.IsDouble ? Smallest64 : Smallest32), V.From(0), x);
}
