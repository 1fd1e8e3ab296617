using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

public static partial class Elementary
{
    /// <summary>Natural logarithm: -∞ at ±0, NaN below.</summary>
    [MethodImpl(Inline)]
    public static V Log<V>(V x) where V : struct, ILane<V>
    {
        V y = LogOfOnePlus(V.Split(x, out V exponent) - V.From(1), exponent);
        // The bits of ordinary lanes are the same on both paths.
        if (V.AnyNotNormal(x)) y = LogOfAny(x);
        return y;
    }

    /// <summary>log(1 + x), with full relative accuracy around zero.</summary>
    [MethodImpl(Inline)]
    public static V Log1P<V>(V x) where V : struct, ILane<V>
    {
        V one = V.From(1);
        V sum = one + x;
        V share = sum - one;
        V rest = (one - (sum - share)) + (x - share);
        V result = WithLogLimits(sum, LogOfSum(sum, rest));
        return V.IfEqual(x, V.From(0), x, result);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static V LogOfAny<V>(V x) where V : struct, ILane<V>
    {
        V m = SplitPowerOfTwo(x, out V exponent);
        return WithLogLimits(x, LogOfOnePlus(m - V.From(1), exponent));
    }

    /// <summary>log(high + low) for a positive normal <paramref name="high"/> and a small correction.</summary>
    [MethodImpl(Inline)]
    static V LogOfSum<V>(V high, V low) where V : struct, ILane<V>
    {
        V f = (V.Split(high, out V exponent) - V.From(1)) + V.Scale(low, -exponent);
        return LogOfOnePlus(f, exponent);
    }

    /// <summary>The m between √½ and √2 of x = m·2^exponent, for positive finite x, denormal or not.</summary>
    [MethodImpl(Inline)]
    static V SplitPowerOfTwo<V>(V x, out V exponent) where V : struct, ILane<V>
    {
        V bound = Choose<V>(7.888609052210118e-31, 9.332636185032189e-302);
        V m = V.Split(V.IfLess(x, bound, x * Choose<V>(1073741824, 1152921504606846976), x), out exponent);
        exponent -= V.IfLess(x, bound, Choose<V>(30, 60), V.From(0));
        return m;
    }

    /// <summary>log(1 + f) + exponent·log 2 for 1 + f between √½ and √2.</summary>
    [MethodImpl(Inline)]
    static V LogOfOnePlus<V>(V f, V exponent) where V : struct, ILane<V>
    {
        V square = f * f;
        if (!V.IsDouble)
        {
            V p = Horner(V.From(-0.07634277428731724), f, 0.12761410781546684, -0.1316018414626198, 0.1420178167215593);
            p = Horner(p, f, -0.16623360026642614, 0.20001225913951035, -0.2500082091847429, 0.3333333171985349);
            // log 2 is rounded: off by 1.9e-9, a twentieth of a unit of the last place of any result that it enters.
            return V.MultiplyAdd(exponent, V.From(0.6931471824645996), V.MultiplyAdd(square, V.MultiplyAdd(f, p, V.From(-0.5)), f));
        }

        // With s = f/(2+f): log(1+f) = 2s + s·R(s²) = f - (f²/2 - s·(f²/2 + R)), the arrangement of fdlibm.
        V s = f / (V.From(2) + f);
        V z = s * s;
        V r = Horner(V.From(0.14797494696918528), z, 0.15313904484850113, 0.1818356969397759, 0.2222219847681531);
        r = Horner(r, z, 0.2857142874325519, 0.39999999999411123, 0.6666666666666735);
        V half = V.From(0.5) * square;
        V bend = V.MultiplyAdd(s, V.MultiplyAdd(z, r, half), exponent * V.From(2.3190468138462996e-17));
        return V.MultiplyAdd(exponent, V.From(0.6931471805599453), f - (half - bend));
    }

    [MethodImpl(Inline)]
    static V WithLogLimits<V>(V x, V result) where V : struct, ILane<V>
    {
        V zero = V.From(0);
        V limit = V.IfLess(x, zero, V.From(double.NaN), V.From(double.NegativeInfinity));
        return V.IfLessOrEqual(x, zero, limit, V.IfLess(x, V.From(double.PositiveInfinity), result, x));
    }
}
