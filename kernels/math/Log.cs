using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

public static partial class Elementary
{
    const double HalfOfSqrtTwo = 0.7071067811865476;

    /// <summary>Natural logarithm: -∞ at ±0, NaN below.</summary>
    [MethodImpl(Inline)]
    public static V Log<V>(V x) where V : struct, ILane<V>
    {
        V exponent = V.Exponent(x * V.From(HalfOfSqrtTwo));
        V down = V.From(-1) - exponent;
        V y = LogOfOnePlus(V.Scale(x, down) - V.From(1), down);
        // The exponent field of zero, denormal, negative, infinite numbers and NaN lies outside of this range. The bits of the other lanes are
        // the same on both paths.
        if (V.AnyGreater(V.Abs(exponent - V.From(0.5)), V.IsDouble ? 1023 : 127)) y = LogOfAny(x);
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
        V m = SplitPowerOfTwo(x, out V down);
        return WithLogLimits(x, LogOfOnePlus(m - V.From(1), down));
    }

    /// <summary>log(high + low) for a positive normal <paramref name="high"/> and a small correction.</summary>
    [MethodImpl(Inline)]
    static V LogOfSum<V>(V high, V low) where V : struct, ILane<V>
    {
        V exponent = V.Exponent(high * V.From(HalfOfSqrtTwo));
        V down = V.From(-1) - exponent;
        V f = (V.Scale(high, down) - V.From(1)) + V.Scale(low, down);
        return LogOfOnePlus(f, down);
    }

    /// <summary>The m between √½ and √2 of x = m·2^-down, for positive finite x, denormal or not.</summary>
    [MethodImpl(Inline)]
    static V SplitPowerOfTwo<V>(V x, out V down) where V : struct, ILane<V>
    {
        V bound = Choose<V>(7.888609052210118e-31, 9.332636185032189e-302);
        V normal = V.IfLess(x, bound, x * Choose<V>(1073741824, 1152921504606846976), x);
        V exponent = V.Exponent(normal * V.From(HalfOfSqrtTwo));
        down = V.IfLess(x, bound, Choose<V>(29, 59), V.From(-1)) - exponent;
        return V.Scale(normal, V.From(-1) - exponent);
    }

    /// <summary>log(1 + f) - down·log 2 for 1 + f between √½ and √2.</summary>
    [MethodImpl(Inline)]
    static V LogOfOnePlus<V>(V f, V down) where V : struct, ILane<V>
    {
        V square = f * f;
        if (!V.IsDouble)
        {
            V p = Horner(V.From(-0.07634277428731724), f, 0.12761410781546684, -0.1316018414626198, 0.1420178167215593);
            p = Horner(p, f, -0.16623360026642614, 0.20001225913951035, -0.2500082091847429, 0.3333333171985349);
            V small = V.MultiplyAdd(square, V.MultiplyAdd(f, p, V.From(-0.5)), down * V.From(1.9046542121259336e-09));
            return V.MultiplyAdd(down, V.From(-0.6931471824645996), f + small);
        }

        // With s = f/(2+f): log(1+f) = 2s + s·R(s²) = f - (f²/2 - s·(f²/2 + R)), the arrangement of fdlibm.
        V s = f / (V.From(2) + f);
        V z = s * s;
        V r = Horner(V.From(0.14797494696918528), z, 0.15313904484850113, 0.1818356969397759, 0.2222219847681531);
        r = Horner(r, z, 0.2857142874325519, 0.39999999999411123, 0.6666666666666735);
        V half = V.From(0.5) * square;
        V bend = V.MultiplyAdd(s, V.MultiplyAdd(z, r, half), down * V.From(-2.3190468138462996e-17));
        return V.MultiplyAdd(down, V.From(-0.6931471805599453), f - (half - bend));
    }

    [MethodImpl(Inline)]
    static V WithLogLimits<V>(V x, V result) where V : struct, ILane<V>
    {
        V zero = V.From(0);
        V limit = V.IfLess(x, zero, V.From(double.NaN), V.From(double.NegativeInfinity));
        return V.IfLessOrEqual(x, zero, limit, V.IfLess(x, V.From(double.PositiveInfinity), result, x));
    }
}
