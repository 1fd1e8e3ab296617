using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

public static partial class Elementary
{
    /// <summary>The error function 2/√π ∫₀ˣ e^(-t²) dt.</summary>
    [MethodImpl(Inline)]
    public static V Erf<V>(V x) where V : struct, ILane<V>
    {
        V a = V.Abs(x);
        V near = V.MultiplyAdd(a, ErfPolynomial(a * a), a);
        V limit = Choose<V>(4, 5.95);
        V far = V.From(1) - ExpOfModerate(MinusLogErfc(V.Lesser(limit, a)));
        return V.CopySign(V.IfLess(Choose<V>(0.93, 0.99), a, far, near), x);
    }

    /// <summary>The standard normal distribution function Φ, with full relative accuracy in the left tail.</summary>
    [MethodImpl(Inline)]
    public static V NormalCdf<V>(V x) where V : struct, ILane<V>
    {
        V a = V.Abs(x);
        V limit = Choose<V>(15, 40);
        V bounded = V.Lesser(limit, a);
        V tail = NormalTail(bounded, HalfMillsRatio(bounded, out V correction), correction);
        return V.IfLess(x, V.From(0), tail, V.From(1) - tail);
    }

    /// <summary>
    /// x·Φ(x). In f32 max(x, 0) - |x|·Φ(-|x|), where Φ(-a) to 5 is the fourth power of a polynomial, without exponential or division: off by up to 3 units of the last place
    /// above zero, and relative to the result by 5.5e-7 from -2 on, 3e-6 from -4 on and 4e-5 further left; zero below -9.3, where the result is less than 1e-19.
    /// </summary>
    [MethodImpl(Inline)]
    public static V Gelu<V>(V x) where V : struct, ILane<V>
    {
        if (V.IsDouble) return GeluOfDouble(x);
        V y = GeluOfModerate(x);
        // The bits of the other lanes are the same on both paths.
        if (!V.AllWithin(x, 5)) y = GeluOfAny(x);
        return y;
    }

    // Not inlined, so that the loop of f32 lanes is compiled without it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static V GeluOfDouble<V>(V x) where V : struct, ILane<V> => x * NormalCdf(x);

    [MethodImpl(Inline)]
    static V GeluOfModerate<V>(V x) where V : struct, ILane<V>
    {
        V a = V.Abs(x);
        V root = FourthRootOfTail(a - V.From(2));
        V square = root * root;
        return V.MultiplyAdd(-a, square * square, V.Greater(V.From(0), x));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static V GeluOfAny<V>(V x) where V : struct, ILane<V>
    {
        V zero = V.From(0), limit = V.From(9.3);
        V a = V.Abs(x);
        V tail = V.IfLess(limit, a, zero, ExpOfModerate(LogOfFarTail(V.Lesser(limit, a))));
        return V.IfLessOrEqual(a, V.From(5), GeluOfModerate(x), x * V.IfLess(x, zero, tail, V.From(1) - tail));
    }

    /// <summary>
    /// Φ(-a)^¼ in u = a - 2 for a from 0 to 5, in f32: minimax in the effect on gelu, 4e-8 of the result down to a = 2 and up to 1e-6 at 4, 1e-5 at 5. The middle steps follow
    /// Estrin's scheme, since the chain of dependent steps is what takes time; the last two are Horner's, for accuracy. Centred, so that no term is much larger than the sum.
    /// </summary>
    [MethodImpl(Inline)]
    static V FourthRootOfTail<V>(V u) where V : struct, ILane<V>
    {
        V square = u * u;
        V low = V.MultiplyAdd(Horner(V.From(-0.000334186916006729), u, -0.0024530559312552214), square, Horner(V.From(0.01103210635483265), u, 0.025356516242027283));
        V middle = V.MultiplyAdd(Horner(V.From(2.3193214815364627e-07), u, -4.139161774219247e-06), square, Horner(V.From(1.8686857856664574e-06), u, 0.00013120417133904994));
        V high = Horner(V.From(-8.210027324651037e-09), u, 7.069071017440365e-08);
        V fourth = square * square;
        V p = V.MultiplyAdd(V.MultiplyAdd(high, fourth, middle), fourth, low);
        return Horner(p, u, -0.23042157292366028, 0.3883702754974365);
    }

    /// <summary>log Φ(-a) for a from 5 to 9.3, in f32.</summary>
    [MethodImpl(Inline)]
    static V LogOfFarTail<V>(V a) where V : struct, ILane<V>
    {
        V p = Horner(V.From(-6.9987905225008285e-06), a, 0.00032249185211868583, -0.00638295212151525);
        return Horner(p, a, -0.42764193592497474, -0.5707016474659015, -0.9022606984819639);
    }

    /// <summary>log Φ(x), without underflow however far x lies to the left.</summary>
    [MethodImpl(Inline)]
    public static V LogNormalCdf<V>(V x) where V : struct, ILane<V>
    {
        V zero = V.From(0), one = V.From(1);
        V a = V.Abs(x);
        V infinite = V.From(1e15);
        V ratio = HalfMillsRatio(V.Lesser(infinite, a), out V correction);
        V limit = Choose<V>(15, 40);
        V tail = NormalTail(V.Lesser(limit, a), ratio, correction);
        V complement = one - tail;
        V high = V.IfLess(x, zero, ratio, complement);
        V low = V.IfLess(x, zero, zero, (one - complement) - tail);
        V log = LogOfSum(high, low);
        return V.IfLess(x, zero, V.MultiplyAdd(V.From(-0.5) * a, a, log), log);
    }

    /// <summary>Φ(-a) = e^(-a²/2)·ratio, with the rounding error of a² brought back in.</summary>
    [MethodImpl(Inline)]
    static V NormalTail<V>(V a, V ratio, V correction) where V : struct, ILane<V>
    {
        V square = a * a;
        V rest = V.MultiplyAdd(a, a, -square);
        V e = Exp(V.From(-0.5) * square);
        return e * V.MultiplyAdd(ratio, V.MultiplyAdd(rest, V.From(-0.5), correction), ratio);
    }

    /// <summary>
    /// Φ(-a)·e^(a²/2), half of the scaled complementary error function at a/√2. Its product with a + c is smooth in
    /// t = (a-c)/(a+c), which maps all a ≥ 0 into [-1, 1) (Shepherd and Laframboise 1981); the polynomial keeps full accuracy where Φ(-a) is
    /// representable and enough beyond for its logarithm, which there is small beside a²/2.
    /// </summary>
    /// <param name="a">Not negative.</param>
    /// <param name="correction">Relative error of the result that comes from a + c and its reciprocal.</param>
    [MethodImpl(Inline)]
    static V HalfMillsRatio<V>(V a, out V correction) where V : struct, ILane<V>
    {
        V c = Choose<V>(3, 6), one = V.From(1);
        V sum = a + c;
        V share = sum - a;
        V rest = (a - (sum - share)) + (c - share);
        V inverse = one / sum;
        correction = V.MultiplyAdd(-inverse, rest, V.MultiplyAdd(-inverse, sum, one));
        V distance = Choose<V>(-6, -12);
        V t = V.MultiplyAdd(distance * inverse, correction, V.MultiplyAdd(distance, inverse, one));
        return inverse * MillsPolynomial(t);
    }

    /// <summary>erf(a)/a - 1 in z = a².</summary>
    [MethodImpl(Inline)]
    static V ErfPolynomial<V>(V z) where V : struct, ILane<V>
    {
        if (!V.IsDouble)
        {
            V q = Horner(V.From(8.267472072333511e-05), z, -0.0008118077935815119, 0.005198830062592464);
            return Horner(q, z, -0.02685849713844747, 0.11283678968306228, -0.3761263263769929, 0.12837916652059708);
        }

        V p = Horner(V.From(5.945260759032866e-11), z, -1.1365665778784778e-09);
        p = Horner(p, z, 1.46578799096851e-08, -1.6350025251153494e-07, 1.6460972821544072e-06);
        p = Horner(p, z, -1.492559350728636e-05, 0.00012055331036920497, -0.000854832697874287, 0.005223977624780879);
        return Horner(p, z, -0.026866170645072896, 0.11283791670954857, -0.3761263890318375, 0.1283791670955126);
    }

    /// <summary>log(1 - erf(a)), minimax in its effect on erf(a): for a from 0.92 (f32) or 0.98 (f64) to where erf rounds to one.</summary>
    [MethodImpl(Inline)]
    static V MinusLogErfc<V>(V a) where V : struct, ILane<V>
    {
        if (!V.IsDouble)
        {
            V q = Horner(V.From(0.00019593462270273837), a, -0.003043194395087128, 0.02222683675676437);
            return Horner(q, a, -0.10393143639072333, -0.63718241892453, -1.1276755295109155, -0.00019569812883229968);
        }

        V p = Horner(V.From(-1.6824936422483513e-13), a, 8.53814307048001e-12, -2.0368276563379271e-10, 3.0364976610332407e-09);
        p = Horner(p, a, -3.170069088716757e-08, 2.4584932561213285e-07, -1.463044124294326e-06, 6.7771962193348576e-06);
        p = Horner(p, a, -2.431940167741807e-05, 6.501366664211847e-05, -0.0001116090707203081, 2.3869983474770807e-05);
        p = Horner(p, a, 0.0005492440406900515, -0.0016710063225140808, 0.00019848447296113154, 0.019130806660696508);
        return Horner(p, a, -0.1027722668744713, -0.6366202105249383, -1.1283790318311802, -1.5874125795736116e-08);
    }

    [MethodImpl(Inline)]
    static V MillsPolynomial<V>(V t) where V : struct, ILane<V>
    {
        if (!V.IsDouble)
        {
            V q = Horner(V.From(5.400280896730243e-05), t, 0.00013074995448629517, -0.00024425145273443253);
            q = Horner(q, t, -0.0010319432177046345, 0.0010245843408263435, 0.006969081972244945, -0.010462484895957462);
            return Horner(q, t, -0.0472626573553262, 0.23001769734629235, -0.5093319924796295, 0.7290836904062505);
        }

        V p = Horner(V.From(-3.8494882903365887e-10), t, -3.139716910523501e-10, 5.105651546062116e-09, 2.9014962420669736e-09);
        p = Horner(p, t, -4.2183922497232895e-08, 6.339574394748744e-09, 3.084957253807216e-07, -4.2869396142094295e-07);
        p = Horner(p, t, -1.798108919166103e-06, 6.796020315593393e-06, 1.0748178840930588e-06, -6.475191501350829e-05);
        p = Horner(p, t, 0.00018136065009268635, 3.2870005343678945e-05, -0.0021316052528370607, 0.010029820642155775);
        p = Horner(p, t, -0.03098531550295577, 0.07517191566880681, -0.15268023206476705, 0.267974245841663);
        return Horner(p, t, -0.4139035857755831, 0.5689688918147835, -0.7010090295908656, 0.7773517718933622);
    }
}
