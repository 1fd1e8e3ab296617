namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Sine and cosine of any angle, in place of the library's functions, which lane formulas call for angles beyond 2^17 (f64: 2^27). The angle is m·2^e for a whole m; of the
/// bits of 2/π only those count that m·2^e turns neither into multiples of four nor into nothing: 192 of them. Payne, Hanek, "Radian reduction for trigonometric functions", 1983.
/// </summary>
static class HugeAngles
{
    /// <summary>sin x for |x| of at least 2^17; NaN for an infinite one.</summary>
    public static double Sin(double x)
    {
        double y = SinOfQuarters(x, 0);
        return Float64.IfLess(x, 0, -y, y);
    }

    /// <summary>cos x for |x| of at least 2^17; NaN for an infinite one.</summary>
    public static double Cos(double x) => SinOfQuarters(x, 1);

    /// <summary>sin(|x| + quarters·π/2)</summary>
    static double SinOfQuarters(double x, int quarters)
    {
        long bits = Float64.Bits(x) & long.MaxValue;
        int exponent = (int)(bits >> 52) - 1075;
        ulong significand = (ulong)((bits & FloatBits.Fraction64) | (FloatBits.Fraction64 + 1));

        // The bit that makes 2·m of the angle is the first; the table begins with 64 zeros, so that it always has one.
        int first = exponent + 62, word = first >> 6, shift = first & 63;
        ulong high = Window(word, shift), middle = Window(word + 1, shift), low = Window(word + 2, shift);

        // The last 192 bits of the product: two before the binary point, 190 behind it.
        ulong bottom = significand * low, upper = Words.MultiplyHigh(significand, low);
        ulong centre = (significand * middle) + upper;
        ulong carry = centre < upper ? 1UL : 0UL;
        ulong top = (significand * high) + Words.MultiplyHigh(significand, middle) + carry;
        quarters += (int)(top >> 62);
        ulong fraction = (top << 2) | (centre >> 62), rest = (centre << 2) | (bottom >> 62);
        double sign = 1;
        if ((long)fraction < 0)
        {
            quarters++;
            sign = -1;
            rest = ~rest + 1;
            fraction = ~fraction + (rest == 0 ? 1UL : 0UL);
        }

        double turn = Float64.MultiplyAdd(Float64.FromInt((long)(fraction >> 1)), 1.0 / (1L << 62) / 2, Fine(fraction, rest));
        Scalar64 angle = new(Float64.Multiply(Float64.Multiply(turn, sign), Math.PI / 2));
        double y = Elementary.SinOfQuadrant(angle, new Scalar64(Float64.FromInt(quarters & 3))).Value;
        return Float64.Add(y, Float64.Subtract(x, x));
    }

    // What the first 63 bits of the fraction leave of 126.
    static double Fine(ulong fraction, ulong rest) =>
        Float64.Multiply(Float64.FromInt((long)(((fraction & 1) << 62) | (rest >> 2))), 1.0 / (1L << 62) / (1L << 62) / 4);

    static ulong Window(int word, int shift) => shift == 0 ? TwoOverPi(word) : (TwoOverPi(word) << shift) | (TwoOverPi(word + 1) >> (64 - shift));

    // Bits of 2/π behind the binary point; words from 1 on.
    static ulong TwoOverPi(int word) => word switch
    {
        0 => 0,
        1 => 0xA2F9_836E_4E44_1529,
        2 => 0xFC27_57D1_F534_DDC0,
        3 => 0xDB62_9599_3C43_9041,
        4 => 0xFE51_63AB_DEBB_C561,
        5 => 0xB724_6E3A_424D_D2E0,
        6 => 0x0649_2EEA_09D1_921C,
        7 => 0xFE1D_EB1C_B129_A73E,
        8 => 0xE882_35F5_2EBB_4484,
        9 => 0xE99C_7026_B45F_7E41,
        10 => 0x3991_D639_8353_39F4,
        11 => 0x9C84_5F8B_BDF9_283B,
        12 => 0x1FF8_97FF_DE05_980F,
        13 => 0xEF2F_118B_5A0A_6D1F,
        14 => 0x6D36_7ECF_27CB_09B7,
        15 => 0x4F46_3F66_9E5F_EA2D,
        16 => 0x7527_BAC7_EBE5_F17B,
        17 => 0x3D07_39F7_8A52_92EA,
        18 => 0x6BFB_5FB1_1F8D_5D08,
        _ => 0x5603_3046_FC7B_6BAB,
    };
}
