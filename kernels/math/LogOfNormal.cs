using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

public static partial class Elementary
{
    /// <summary>
    /// Natural logarithm of a positive normal number from 2^-125 (f32) or 2^-1021 (f64) up to half the largest: the bits of <see cref="Log"/> without its
    /// look at other numbers, for arguments known to be such.
    /// </summary>
    [MethodImpl(Inline)]
    internal static V LogOfNormal<V>(V x) where V : struct, ILane<V> =>
        LogOfOnePlus(V.Split(x, out V exponent) - V.From(1), exponent);
}
