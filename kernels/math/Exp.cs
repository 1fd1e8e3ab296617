using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

public static partial class Elementary
{
    const double LogBase2OfE = 1.4426950408889634;
    const float NegativeLog2 = -0.6931471824645996f;
    const float ShortExp5 = 0.008312520571053028f, ShortExp4 = 0.04189015552401543f, ShortExp3 = 0.16667114198207855f, ShortExp2 = 0.499992311000824f;

    /// <summary>e^x.</summary>
    [MethodImpl(Inline)]
    public static V Exp<V>(V x) where V : struct, ILane<V>
    {
        V y = ExpOfModerate(x);
        // Beyond, the result is near the ends of the exponent range or outside. The bits of the other lanes are the same on both paths.
        if (!V.AllWithin(x, V.IsDouble ? 708 : 87.3)) y = ExpOfAny(x);
        return y;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static V ExpOfAny<V>(V x) where V : struct, ILane<V>
    {
        V p = ExpReduced(x, out V shifted);
        V y = V.Scale(p, shifted - RoundingShift<V>());
        y = V.IfLess(Choose<V>(89, 710), x, V.From(double.PositiveInfinity), y);
        return V.IfLess(x, Choose<V>(-104, -746), V.From(0), y);
    }

    /// <summary>
    /// e^x for x ≤ 0 or NaN without a slow path, for sums whose largest term is one: zero where the result would be denormal; in f32 off by up to three units of the last place (and
    /// as much again from 1e-30 down), with a polynomial one degree shorter and log 2 in one part.
    /// </summary>
    [MethodImpl(Inline)]
    internal static V ExpOfNonPositive<V>(V x) where V : struct, ILane<V>
    {
        V shifted = V.MultiplyAdd(x, V.From(LogBase2OfE), RoundingShift<V>());
        V n = shifted - RoundingShift<V>();
        V p = V.IsDouble
            ? ExpPolynomial(ReduceByLog2(x, n))
            : ShortExpPolynomial(V.MultiplyAdd(n, V.From(NegativeLog2), x));
        // A product keeps NaN, which the addition of an exponent may lose.
        V y = V.HasScale ? V.Scale(p, n) : p * V.AddExponent(V.From(1), shifted);
        return V.IfLess(x, Choose<V>(-87.3, -708), V.From(0), y);
    }

    [MethodImpl(Inline)]
    static V ShortExpPolynomial<V>(V r) where V : struct, ILane<V> =>
        Horner(Horner(V.From(ShortExp5), r, ShortExp4), r, ShortExp3, ShortExp2, 1, 1);

    /// <summary>The f32 constants of <see cref="ExpOfNonPositive"/> in the order of <see cref="NonPositiveExp{V, T}"/>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static unsafe void WriteNonPositiveExp(float* table)
    {
        ReadOnlySpan<float> constants = [(float)LogBase2OfE, FloatBits.Integer32, NegativeLog2, ShortExp5, ShortExp4, ShortExp3, ShortExp2, 1, -87.3f];
        constants.CopyTo(new(table, constants.Length));
    }

    /// <summary>e^x where it and its reciprocal are far from overflow: |x| up to 87.3 (f64: 708). Other arguments, NaN included, give numbers without a meaning.</summary>
    [MethodImpl(Inline)]
    static V ExpOfModerate<V>(V x) where V : struct, ILane<V> => V.AddExponent(ExpReduced(x, out V shifted), shifted);

    /// <summary>e^x - 1, with full relative accuracy around zero.</summary>
    [MethodImpl(Inline)]
    public static V Expm1<V>(V x) where V : struct, ILane<V>
    {
        V low = Choose<V>(-20, -40), high = Choose<V>(89, 710);
        V bounded = V.Greater(low, V.Lesser(high, x));
        V shifted = V.MultiplyAdd(bounded, V.From(LogBase2OfE), RoundingShift<V>());
        V r = ReduceByLog2(bounded, shifted - RoundingShift<V>());
        // Half of the result, because 2^n itself may overflow where the result does not.
        V scale = V.AddExponent(V.From(0.5), shifted);
        V head = V.MultiplyAdd(scale, r, scale - V.From(0.5));
        V half = V.MultiplyAdd(scale, r * r * Expm1Tail(r), head);
        return V.IfLess(V.Abs(x), Choose<V>(1.4901161193847656e-8, 2.7755575615628914e-17), x, half + half);
    }

    /// <summary>e^r of the reduced argument, where x = n·log 2 + r, and n + 1.5·2^23 (f64: 2^52), whose rounding is that of n to an integer.</summary>
    [MethodImpl(Inline)]
    static V ExpReduced<V>(V x, out V shifted) where V : struct, ILane<V>
    {
        shifted = V.MultiplyAdd(x, V.From(LogBase2OfE), RoundingShift<V>());
        return ExpPolynomial(ReduceByLog2(x, shifted - RoundingShift<V>()));
    }

    [MethodImpl(Inline)]
    static V RoundingShift<V>() where V : struct, ILane<V> => Choose<V>(FloatBits.Integer32, FloatBits.Integer64);

    /// <summary>
    /// x - n·log 2 for the nearest n. The first step is exact: x and n·high are multiples of the last place of high, and their
    /// difference is smaller than one (the idea of Cody and Waite, whose short constants fused multiply-add makes unnecessary).
    /// </summary>
    [MethodImpl(Inline)]
    static V ReduceByLog2<V>(V x, V n) where V : struct, ILane<V>
    {
        V r = V.MultiplyAdd(n, Choose<V>(-0.6931471824645996, -0.6931471805599453), x);
        return V.MultiplyAdd(n, Choose<V>(1.9046542121259336e-09, -2.3190468138462996e-17), r);
    }

    /// <summary>e^r for |r| ≤ log(2)/2.</summary>
    [MethodImpl(Inline)]
    static V ExpPolynomial<V>(V r) where V : struct, ILane<V> => Horner(ExpTail(r), r, 1, 1);

    /// <summary>(e^r - 1 - r)/r², minimax in the relative error of e^r.</summary>
    [MethodImpl(Inline)]
    static V ExpTail<V>(V r) where V : struct, ILane<V>
    {
        if (!V.IsDouble)
            return Horner(V.From(0.0013814530249489955), r, 0.008368744120642929, 0.04166839089098673, 0.16666520406589538, 0.4999999343196031);
        V q = Horner(V.From(2.5000013108889113e-08), r, 2.7630305412137947e-07);
        q = Horner(q, r, 2.7557586824842095e-06, 2.4801492951958667e-05, 0.00019841269505745346, 0.0013888888943757694);
        return Horner(q, r, 0.008333333333494994, 0.04166666666652974, 0.1666666666666641, 0.5000000000000011);
    }

    /// <summary>The same, minimax in the relative error of e^r - 1.</summary>
    [MethodImpl(Inline)]
    static V Expm1Tail<V>(V r) where V : struct, ILane<V>
    {
        if (!V.IsDouble)
        {
            V p = Horner(V.From(0.0001991419905736369), r, 0.0013941048798081894);
            return Horner(p, r, 0.008333273006086002, 0.041666354177503376, 0.1666666681722842, 0.5000000046523692);
        }

        V q = Horner(V.From(2.0924458035489523e-09), r, 2.5109090411995475e-08, 2.75572427308971e-07);
        q = Horner(q, r, 2.7557244061872493e-06, 2.480158736055771e-05, 0.00019841269886266316, 0.001388888888886686);
        return Horner(q, r, 0.008333333333321579, 0.0416666666666667, 0.16666666666666677, 0.5);
    }
}
