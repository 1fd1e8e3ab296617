using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

public static partial class Elementary
{
    /// <summary>Up to here three parts of π/2 reduce an argument without loss.</summary>
    const double TrigonometricLimit32 = 131072, TrigonometricLimit64 = 134217728;

    /// <summary>Sine of an angle in radians.</summary>
    [MethodImpl(Inline)]
    public static V Sin<V>(V x) where V : struct, ILane<V>
    {
        V a = V.Abs(x);
        V r = ReduceByQuarterTurn(a, out V n);
        V y = SinOfQuadrant(r, n) * V.CopySign(V.From(1), x);
        double limit = V.IsDouble ? TrigonometricLimit64 : TrigonometricLimit32;
        if (V.AnyGreater(a, limit))
            y = V.IfLess(V.From(limit), a, V.Map<SinOfLarge>(x), y);
        return y;
    }

    /// <summary>Cosine of an angle in radians.</summary>
    [MethodImpl(Inline)]
    public static V Cos<V>(V x) where V : struct, ILane<V>
    {
        V a = V.Abs(x);
        V r = ReduceByQuarterTurn(a, out V n);
        V y = SinOfQuadrant(r, n + V.From(1));
        double limit = V.IsDouble ? TrigonometricLimit64 : TrigonometricLimit32;
        if (V.AnyGreater(a, limit))
            y = V.IfLess(V.From(limit), a, V.Map<CosOfLarge>(x), y);
        return y;
    }

    /// <summary>a - n·π/2 for the nearest n; the first step is exact (see <see cref="ReduceByLog2"/>).</summary>
    [MethodImpl(Inline)]
    static V ReduceByQuarterTurn<V>(V a, out V n) where V : struct, ILane<V>
    {
        n = V.Round(a * V.From(0.6366197723675814));
        V r = V.MultiplyAdd(n, Choose<V>(-1.5707963705062866, -1.5707963267948966), a);
        r = V.MultiplyAdd(n, Choose<V>(4.371138828673793e-08, -6.123233995736766e-17), r);
        return V.MultiplyAdd(n, Choose<V>(1.7151245100058819e-15, 1.4973849048591698e-33), r);
    }

    /// <summary>sin(r + n·π/2) for |r| up to about π/4.</summary>
    [MethodImpl(Inline)]
    internal static V SinOfQuadrant<V>(V r, V n) where V : struct, ILane<V>
    {
        V z = r * r;
        V sin = V.MultiplyAdd(r * z, SinPolynomial(z), r);
        V cos = V.MultiplyAdd(z * z, CosPolynomial(z), V.MultiplyAdd(z, V.From(-0.5), V.From(1)));
        V minusTwo = V.From(-2);
        V halfTurns = V.Floor(n * V.From(0.5));
        V pairs = V.Floor(halfTurns * V.From(0.5));
        V sign = V.MultiplyAdd(V.MultiplyAdd(minusTwo, pairs, halfTurns), minusTwo, V.From(1));
        return V.IfEqual(halfTurns + halfTurns, n, sin, cos) * sign;
    }

    /// <summary>(sin(r)/r - 1)/r² in z = r².</summary>
    [MethodImpl(Inline)]
    static V SinPolynomial<V>(V z) where V : struct, ILane<V>
    {
        if (!V.IsDouble) return Horner(V.From(-0.0001951085772029929), z, 0.008332131664754766, -0.16666654228796907);
        V p = Horner(V.From(1.5893585169356583e-10), z, -2.5050704062652074e-08, 2.7557313356171457e-06);
        return Horner(p, z, -0.00019841269828870604, 0.008333333333321286, -0.16666666666666627);
    }

    /// <summary>(cos(r) - 1 + r²/2)/r⁴ in z = r².</summary>
    [MethodImpl(Inline)]
    static V CosPolynomial<V>(V z) where V : struct, ILane<V>
    {
        if (!V.IsDouble) return Horner(V.From(2.4431209040495875e-05), z, -0.001388730607939876, 0.041666645653734874);
        V p = Horner(V.From(-1.1357449689745997e-11), z, 2.087568190004956e-09, -2.7557314056734445e-07);
        return Horner(p, z, 2.480158728849268e-05, -0.00138888888888726, 0.04166666666666659);
    }

    readonly struct SinOfLarge : IScalarFunction
    {
        public static float Invoke(float x) => (float)Math.Sin(x);

        public static double Invoke(double x) => Math.Sin(x);
    }

    readonly struct CosOfLarge : IScalarFunction
    {
        public static float Invoke(float x) => (float)Math.Cos(x);

        public static double Invoke(double x) => Math.Cos(x);
    }
}
