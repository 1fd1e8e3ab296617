using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

public static partial class Elementary
{
    const double TwoToMinus24 = 5.960464477539063e-08, TwoToMinus56 = 1.3877787807814457e-17;

    /// <summary>Hyperbolic tangent.</summary>
    [MethodImpl(Inline)]
    public static V Tanh<V>(V x) where V : struct, ILane<V>
    {
        V a = V.Abs(x);
        V limit = Choose<V>(10, 20);
        V bounded = V.Lesser(limit, a);
        V far = V.From(1) - V.From(2) / (ExpOfModerate(bounded + bounded) + V.From(1));
        V z = a * a;
        V near = V.MultiplyAdd(a * z, TanhPolynomial(z), a);
        return V.CopySign(V.IfLess(V.From(0.55), a, far, near), x);
    }

    /// <summary>
    /// The logistic function 1/(1 + e^-x). With -x = n·log 2 + r and even A(r) = r·coth(r/2) the power e^r is (A + r)/(A - r), so that one division serves both. A and r are
    /// taken smaller by 2^-24 (f64: 2^-56) than they are, which keeps 2^n in the range of exponents down to where the result rounds to zero.
    /// </summary>
    [MethodImpl(Inline)]
    public static V Sigmoid<V>(V x) where V : struct, ILane<V>
    {
        // Above 60 the result is one.
        V bounded = V.Greater(Choose<V>(-104, -746), V.Lesser(V.From(60), x));
        V shifted = V.MultiplyAdd(bounded, V.From(-LogBase2OfE), RoundingShift<V>());
        V n = shifted - RoundingShift<V>();
        V high = V.MultiplyAdd(n, Choose<V>(0.6931471824645996, 0.6931471805599453), bounded);
        V minusR = V.MultiplyAdd(n, Choose<V>(-1.9046542121259336e-09, 2.3190468138462996e-17), high);
        V a = HyperbolicCotangent(high * high), scale = Choose<V>(TwoToMinus24, TwoToMinus56);
        V numerator = V.MultiplyAdd(minusR, scale, a);
        return numerator / (numerator + V.AddExponent(V.MultiplyAdd(minusR, -scale, a), shifted));
    }

    /// <summary>r·coth(r/2)·2^-24 (f64: 2^-56) in z = r² for |r| ≤ log(2)/2, minimax in the relative error of e^r: 5e-10 (f64: 2e-19).</summary>
    [MethodImpl(Inline)]
    static V HyperbolicCotangent<V>(V z) where V : struct, ILane<V>
    {
        if (!V.IsDouble) return Horner(V.From(-0.0027659822721274259 * TwoToMinus24), z, 0.16666617683924518 * TwoToMinus24, 2 * TwoToMinus24);
        V p = Horner(V.From(4.136028304050335e-08 * TwoToMinus56), z, -1.6533836658672693e-06 * TwoToMinus56, 6.613756249679357e-05 * TwoToMinus56);
        return Horner(p, z, -0.002777777777669482 * TwoToMinus56, 0.16666666666666555 * TwoToMinus56, 2 * TwoToMinus56);
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
