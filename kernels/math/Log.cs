using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

public static partial class Elementary
{
    /// <summary>Natural logarithm: -∞ at ±0, NaN below.</summary>
    [MethodImpl(Inline)]
    public static V Log<V>(V x) where V : struct, ILane<V>
    {
        V normal = WithoutDenormals(x, out V exponentShift);
        V result = LogOfSum(normal, V.From(0), exponentShift);
        return WithLogLimits(x, result);
    }

    /// <summary>log(1 + x), with full relative accuracy around zero.</summary>
    [MethodImpl(Inline)]
    public static V Log1P<V>(V x) where V : struct, ILane<V>
    {
        V one = V.From(1);
        V sum = one + x;
        V share = sum - one;
        V rest = (one - (sum - share)) + (x - share);
        V result = WithLogLimits(sum, LogOfSum(sum, rest, V.From(0)));
        return V.IfEqual(x, V.From(0), x, result);
    }

    /// <summary>log(high + low) for a positive normal <paramref name="high"/> below ∞ and a small correction, plus shift·log 2.</summary>
    [MethodImpl(Inline)]
    static V LogOfSum<V>(V high, V low, V exponentShift) where V : struct, ILane<V>
    {
        // high = 2^k·m with m between √½ and √2; the quarter keeps 2^-k representable up to the largest number.
        V quarter = high * V.From(0.25);
        V exponent = V.Exponent(quarter * V.From(1.4142135623730951));
        V inverse = V.PowerOfTwo(-exponent);
        V f = V.MultiplyAdd(quarter, inverse, V.From(-1));
        f = V.MultiplyAdd(low * V.From(0.25), inverse, f);
        V k = exponent + (exponentShift + V.From(2));
        return LogOfOnePlus(f, k);
    }

    /// <summary>log(1 + f) + k·log 2 for 1 + f between √½ and √2.</summary>
    [MethodImpl(Inline)]
    static V LogOfOnePlus<V>(V f, V k) where V : struct, ILane<V>
    {
        V square = f * f;
        if (!V.IsDouble)
        {
            V p = Horner(V.From(-0.07634277428731724), f, 0.12761410781546684, -0.1316018414626198, 0.1420178167215593);
            p = Horner(p, f, -0.16623360026642614, 0.20001225913951035, -0.2500082091847429, 0.3333333171985349);
            V small = V.MultiplyAdd(square, V.MultiplyAdd(f, p, V.From(-0.5)), k * V.From(-1.9046542121259336e-09));
            return V.MultiplyAdd(k, V.From(0.6931471824645996), f + small);
        }

        // With s = f/(2+f): log(1+f) = 2s + s·R(s²) = f - (f²/2 - s·(f²/2 + R)), the arrangement of fdlibm.
        V s = f / (V.From(2) + f);
        V z = s * s;
        V r = Horner(V.From(0.14797494696918528), z, 0.15313904484850113, 0.1818356969397759, 0.2222219847681531);
        r = Horner(r, z, 0.2857142874325519, 0.39999999999411123, 0.6666666666666735);
        V half = V.From(0.5) * square;
        V bend = V.MultiplyAdd(s, V.MultiplyAdd(z, r, half), k * V.From(2.3190468138462996e-17));
        return V.MultiplyAdd(k, V.From(0.6931471805599453), f - (half - bend));
    }

    /// <summary>x, or where x is denormal a multiple of it by a power of two whose exponent is returned with the sign turned.</summary>
    [MethodImpl(Inline)]
    static V WithoutDenormals<V>(V x, out V exponentShift) where V : struct, ILane<V>
    {
        V bound = Choose<V>(7.888609052210118e-31, 9.332636185032189e-302);
        exponentShift = V.IfLess(x, bound, Choose<V>(-30, -60), V.From(0));
        return V.IfLess(x, bound, x * Choose<V>(1073741824, 1152921504606846976), x);
    }

    [MethodImpl(Inline)]
    static V WithLogLimits<V>(V x, V result) where V : struct, ILane<V>
    {
        V zero = V.From(0);
        V limit = V.IfLess(x, zero, V.From(double.NaN), V.From(double.NegativeInfinity));
        return V.IfLessOrEqual(x, zero, limit, V.IfLess(x, V.From(double.PositiveInfinity), result, x));
    }
}
