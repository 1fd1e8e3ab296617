using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

public static partial class Elementary
{
    const double TanOfPiOver8 = 0.41421356237309503, TanOf3PiOver8 = 2.414213562373095;

    /// <summary>Arctangent, in radians: within π/8 of zero by a polynomial, from there on by the angle beyond π/4 or below π/2; one division serves all.</summary>
    [MethodImpl(Inline)]
    public static V Atan<V>(V x) where V : struct, ILane<V>
    {
        V a = V.Abs(x), one = V.From(1), low = V.From(TanOfPiOver8), high = V.From(TanOf3PiOver8);
        V numerator = V.IfLess(high, a, V.From(-1), V.IfLess(low, a, a - one, a));
        V denominator = V.IfLess(high, a, a, V.IfLess(low, a, a + one, one));
        V r = numerator / denominator;
        V z = r * r;
        V angle = V.MultiplyAdd(r * z, AtanPolynomial(z), r);
        V turn = V.IfLess(high, a, V.From(1.5707963267948966), V.IfLess(low, a, V.From(0.7853981633974483), V.From(0)));
        V halfTurn = Choose<V>(-4.371139000186241e-08, 6.123233995736766e-17);
        V rest = V.IfLess(high, a, halfTurn, V.IfLess(low, a, V.From(0.5) * halfTurn, V.From(0)));
        return V.CopySign(turn + (angle + rest), x);
    }

    /// <summary>Arcsine; NaN beyond one.</summary>
    [MethodImpl(Inline)]
    public static V Asin<V>(V x) where V : struct, ILane<V> => Atan(x / V.Sqrt((V.From(1) - x) * (V.From(1) + x)));

    /// <summary>Arccosine, by the half angle, so that it keeps its relative accuracy at one; NaN beyond one.</summary>
    [MethodImpl(Inline)]
    public static V Acos<V>(V x) where V : struct, ILane<V>
    {
        V half = Atan(V.Sqrt((V.From(1) - x) / (V.From(1) + x)));
        return half + half;
    }

    /// <summary>(atan(r)/r - 1)/r² in z = r² for |r| ≤ tan(π/8): 2e-9 (f64: 2e-19) of the result.</summary>
    [MethodImpl(Inline)]
    static V AtanPolynomial<V>(V z) where V : struct, ILane<V>
    {
        if (!V.IsDouble)
            return Horner(V.From(-0.06451926114689661), z, 0.10743730859149465, -0.14263955539545425, 0.1999954048196227, -0.33333331761161183);
        V p = Horner(V.From(0.01628574303651472), z, -0.034570549512274305, 0.0455159273578562, -0.052304541643613894);
        p = Horner(p, z, 0.05878928983403345, -0.0666642488448313, 0.07692296374962261, -0.0909090875349846);
        return Horner(p, z, 0.11111111105155398, -0.14285714285659828, 0.19999999999999804, -0.3333333333333333);
    }
}
