using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

public static partial class Elementary
{
    /// <summary>x^y with the special cases of IEEE 754: negative bases have powers with integral exponents only.</summary>
    [MethodImpl(Inline)]
    public static V Pow<V>(V x, V y) where V : struct, ILane<V>
    {
        V zero = V.From(0), one = V.From(1), infinity = V.From(double.PositiveInfinity);
        V a = V.Abs(x);
        V high = LogBase2(a, out V low);
        high = V.IfEqual(a, zero, -infinity, V.IfEqual(a, infinity, infinity, high));

        V product = y * high;
        V rest = V.MultiplyAdd(y, low, V.MultiplyAdd(y, high, -product));
        V limit = Choose<V>(160, 1100);
        rest = V.IfLess(V.Abs(product), limit, rest, zero);
        product = V.Greater(-limit, V.Lesser(limit, product));
        V n = V.Round(product);
        V r = ((product - n) + rest) * V.From(0.6931471805599453);
        V power = V.Scale(ExpPolynomial(r), n);

        V floor = V.Floor(y);
        V halfway = V.Floor(y * V.From(0.5));
        V signed = V.IfEqual(floor, y, V.IfEqual(halfway + halfway, y, power, V.CopySign(power, x)), power);
        V undefined = V.IfEqual(floor, y, signed, V.IfEqual(a, infinity, signed, V.From(double.NaN)));
        signed = V.IfLess(x, zero, undefined, signed);

        V result = V.IfEqual(a, one, V.IfEqual(floor, y, V.IfEqual(halfway + halfway, y, one, x), signed), signed);
        result = V.IfEqual(x, x, result, x);
        return V.IfEqual(y, zero, one, V.IfEqual(x, one, one, result));
    }

    /// <summary>
    /// log₂(a) as the sum of two numbers, to about one and a half times the working precision, so that a large exponent does not
    /// magnify its error: with s = f/(2+f), log(1+f) = 2s + s³·(2/3 + s²·Q), where the quotient and the cubic term carry their rounding errors.
    /// </summary>
    [MethodImpl(Inline)]
    static V LogBase2<V>(V a, out V low) where V : struct, ILane<V>
    {
        V one = V.From(1);
        V m = SplitPowerOfTwo(a, out V exponent);

        V f = m - one;
        V sum = m + one;
        V share = sum - one;
        V sumRest = (one - (sum - share)) + (m - share);
        V inverse = one / sum;
        V s = f * inverse;
        V sRest = V.MultiplyAdd(-s, sumRest, V.MultiplyAdd(-s, sum, f)) * inverse;

        V z = s * s;
        V zRest = V.MultiplyAdd(s + s, sRest, V.MultiplyAdd(s, s, -z));
        V twoThirds = Choose<V>(0.6666666865348816, 0.6666666666666666);
        V slope = z * LogTail(z);
        V r = twoThirds + slope;
        V rRest = ((twoThirds - r) + slope) + Choose<V>(-1.9868214925130207e-08, 3.700743415417188e-17);
        V cube = s * z;
        V cubeRest = V.MultiplyAdd(sRest, z, V.MultiplyAdd(s, zRest, V.MultiplyAdd(s, z, -cube)));
        V bend = cube * r;
        V bendRest = V.MultiplyAdd(cubeRest, r, V.MultiplyAdd(cube, rRest, V.MultiplyAdd(cube, r, -bend)));

        V twice = s + s;
        V natural = twice + bend;
        V naturalRest = ((twice - natural) + bend) + ((sRest + sRest) + bendRest);
        V scale = Choose<V>(1.4426950216293335, LogBase2OfE);
        V scaleRest = Choose<V>(1.925963033500011e-08, 2.0355273740931033e-17);
        V binary = natural * scale;
        V binaryRest = V.MultiplyAdd(naturalRest, scale, V.MultiplyAdd(natural, scaleRest, V.MultiplyAdd(natural, scale, -binary)));
        V high = binary + exponent;
        low = (binary - (high - exponent)) + binaryRest;
        return high;
    }

    /// <summary>(log((1+s)/(1-s)) - 2s - 2/3·s³)/s⁵ in z = s².</summary>
    [MethodImpl(Inline)]
    static V LogTail<V>(V z) where V : struct, ILane<V>
    {
        if (!V.IsDouble) return Horner(V.From(0.23419793410756004), z, 0.28547084787341476, 0.40000152632830843);
        V p = Horner(V.From(0.13197749453536445), z, 0.13256668919099215, 0.15386763527953323, 0.18181784237116136);
        return Horner(p, z, 0.2222222252135354, 0.2857142857009189, 0.4000000000000227);
    }
}
