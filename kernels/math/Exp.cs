using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

public static partial class Elementary
{
    const double LogBase2OfE = 1.4426950408889634;

    /// <summary>e^x.</summary>
    [MethodImpl(Inline)]
    public static V Exp<V>(V x) where V : struct, ILane<V>
    {
        V p = ExpReduced(x, out V n);
        V y = V.Scale(p, n);
        y = V.IfLess(Choose<V>(89, 710), x, V.From(double.PositiveInfinity), y);
        return V.IfLess(x, Choose<V>(-104, -746), V.From(0), y);
    }

    /// <summary>e^x - 1, with full relative accuracy around zero.</summary>
    [MethodImpl(Inline)]
    public static V Expm1<V>(V x) where V : struct, ILane<V>
    {
        V low = Choose<V>(-20, -40), high = Choose<V>(89, 710);
        V bounded = V.IfLess(x, low, low, V.IfLess(high, x, high, x));
        V n = V.Round(bounded * V.From(LogBase2OfE));
        V r = ReduceByLog2(bounded, n);
        // Half of the result, because 2^n itself may overflow where the result does not.
        V scale = V.PowerOfTwo(n - V.From(1));
        V head = V.MultiplyAdd(scale, r, scale - V.From(0.5));
        V half = V.MultiplyAdd(scale, r * r * Expm1Tail(r), head);
        return V.IfLess(V.Abs(x), Choose<V>(1.4901161193847656e-8, 2.7755575615628914e-17), x, half + half);
    }

    /// <summary>e^x for x ≤ 0, down through the denormal numbers to zero.</summary>
    [MethodImpl(Inline)]
    static V ExpOfNonPositive<V>(V x) where V : struct, ILane<V>
    {
        V p = ExpReduced(x, out V n);
        return V.IfLess(x, Choose<V>(-104, -746), V.From(0), V.Scale(p, n));
    }

    /// <summary>e^r of the reduced argument, where x = n·log 2 + r; the result belongs to |x| below the overflow bound only.</summary>
    [MethodImpl(Inline)]
    static V ExpReduced<V>(V x, out V n) where V : struct, ILane<V>
    {
        n = V.Round(x * V.From(LogBase2OfE));
        return ExpPolynomial(ReduceByLog2(x, n));
    }

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
    static V ExpPolynomial<V>(V r) where V : struct, ILane<V> => V.MultiplyAdd(r * r, ExpTail(r), r) + V.From(1);

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
