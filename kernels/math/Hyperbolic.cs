using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

public static partial class Elementary
{
    /// <summary>Hyperbolic tangent.</summary>
    [MethodImpl(Inline)]
    public static V Tanh<V>(V x) where V : struct, ILane<V>
    {
        V a = V.Abs(x);
        V limit = Choose<V>(10, 20);
        V bounded = V.IfLess(limit, a, limit, a);
        V far = V.From(1) - V.From(2) / (ExpOfModerate(bounded + bounded) + V.From(1));
        V z = a * a;
        V near = V.MultiplyAdd(a * z, TanhPolynomial(z), a);
        return V.CopySign(V.IfLess(V.From(0.55), a, far, near), x);
    }

    /// <summary>The logistic function 1/(1 + e^-x).</summary>
    [MethodImpl(Inline)]
    public static V Sigmoid<V>(V x) where V : struct, ILane<V>
    {
        V one = V.From(1);
        V y = one / (one + ExpOfModerate(-x));
        if (!V.AllWithin(x, V.IsDouble ? 708 : 87.3)) y = SigmoidOfAny(x);
        return y;
    }

    // Far to the left e^x itself, which ends in denormal numbers and zero.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static V SigmoidOfAny<V>(V x) where V : struct, ILane<V>
    {
        V one = V.From(1);
        V y = V.IfLessOrEqual(V.Abs(x), Choose<V>(87.3, 708), one / (one + ExpOfModerate(-x)), ExpOfAny(x));
        return V.IfLess(Choose<V>(87.3, 708), x, one, y);
    }

    /// <summary>log(1 + e^x), which never overflows and keeps its relative accuracy far to the left.</summary>
    [MethodImpl(Inline)]
    public static V Softplus<V>(V x) where V : struct, ILane<V>
    {
        V z = Exp(-V.Abs(x));
        V one = V.From(1), sqrtTwo = V.From(1.4142135623730951);
        V sum = one + z;
        V rest = z - (sum - one);
        V exponent = V.IfLess(sqrtTwo, sum, one, V.From(0));
        V scale = V.IfLess(sqrtTwo, sum, V.From(0.5), one);
        // What the rounding of log 2 adds to the result is taken off before.
        if (!V.IsDouble) rest = V.MultiplyAdd(exponent, V.From(-3.2e-9), rest);
        V f = V.MultiplyAdd(rest, scale, V.MultiplyAdd(sum, scale, V.From(-1)));
        V log = LogOfOnePlus(f, exponent);
        return V.IfLess(V.From(0), x, x + log, log);
    }

    /// <summary>(tanh(a)/a - 1)/a² in z = a² for a ≤ 0.55.</summary>
    [MethodImpl(Inline)]
    static V TanhPolynomial<V>(V z) where V : struct, ILane<V>
    {
        if (!V.IsDouble)
            return Horner(V.From(-0.006198757147361212), z, 0.021020578859239372, -0.05384052484135533, 0.133324806094946, -0.33333314678978915);
        V p = Horner(V.From(-1.902158668084997e-05), z, 8.255463585255408e-05, -0.00023285352330359);
        p = Horner(p, z, 0.0005882384354408072, -0.0014554931518391265, 0.0035920843772242073, -0.008863231850546101);
        return Horner(p, z, 0.021869488340461197, -0.05396825396219053, 0.13333333333323946, -0.3333333333333328);
    }
}
