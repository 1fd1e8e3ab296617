using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

public static partial class Elementary
{
    const double SqrtTwo = 1.4142135623730951, InverseSqrtPi = 0.5641895835477563;

    /// <summary>1 - erf(x), with full relative accuracy in the right tail.</summary>
    [MethodImpl(Inline)]
    public static V Erfc<V>(V x) where V : struct, ILane<V>
    {
        V limit = Choose<V>(11, 28);
        V a = V.Lesser(limit, V.Abs(x));
        V square = a * a;
        V rest = V.MultiplyAdd(a, a, -square);
        V ratio = HalfMillsRatio(V.From(SqrtTwo) * a, out V correction);
        ratio = ratio + ratio;
        V tail = Exp(-square) * V.MultiplyAdd(ratio, correction - rest, ratio);
        return V.IfLess(x, V.From(0), V.From(2) - tail, tail);
    }

    /// <summary>
    /// e^(x²)·erfc(x), which neither overflows nor vanishes to the right: 1/(x√π) far out, there by the asymptotic series (DLMF 7.12.1); to the left 2e^(x²) less that of -x.
    /// </summary>
    [MethodImpl(Inline)]
    public static V Erfcx<V>(V x) where V : struct, ILane<V>
    {
        V a = V.Abs(x), limit = Choose<V>(10, 28);
        V bounded = V.Lesser(limit, a);
        V ratio = HalfMillsRatio(V.From(SqrtTwo) * bounded, out V correction);
        V near = V.MultiplyAdd(ratio + ratio, correction, ratio + ratio);
        V inverse = V.From(1) / a;
        V z = V.From(0.5) * inverse * inverse;
        V series = Horner(V.From(10395), z, -945, 105, -15);
        V far = inverse * (V.From(InverseSqrtPi) * Horner(series, z, 3, -1, 1));
        V right = V.IfLess(limit, a, far, near);
        V square = bounded * bounded;
        V e = Exp(square);
        V power = V.IfLess(e, V.Highest, V.MultiplyAdd(e, V.MultiplyAdd(bounded, bounded, -square), e), e);
        return V.IfLess(x, V.From(0), (power + power) - right, right);
    }
}
