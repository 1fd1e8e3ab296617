namespace Adjoint.Kernels;

public static partial class Elementary
{
    /// <summary>log |Γ(x)|: +∞ at zero and at the negative integers.</summary>
    public static V LogGamma<V>(V x) where V : struct, ILane<V> => V.Map<LogGammaFunction>(x);

    readonly struct LogGammaFunction : IScalarFunction
    {
        public static float Invoke(float x) => (float)LogGammaOf(x);

        public static double Invoke(double x) => LogGammaOf(x);
    }

    internal static double LogGammaOf(double x)
    {
        if (x > 0) return LogGammaOfPositive(x);
        double pole = Math.Round(x);
        if (x == pole) return double.PositiveInfinity;
        // Γ(-a)·Γ(a)·a·sin(πa) = -π; next to zero a·sin(πa) would underflow, and Γ(x) is 1/x there.
        double a = -x;
        if (a < 1e-17) return -Log(a);
        return 1.1447298858494002 - Log(a * Math.Abs(Sin(Math.PI * (x - pole)))) - LogGammaOfPositive(a);
    }

    static double LogGammaOfPositive(double x)
    {
        if (x >= 1e17) return x * (Log(x) - 1);
        if (x >= 12)
        {
            // Stirling's series (DLMF 5.11.1) to the term in x^-15.
            double inverse = 1 / x;
            var square = new Scalar64(inverse * inverse);
            var p = Horner(new Scalar64(-0.029550653594771242), square, 0.00641025641025641, -0.0019175269175269176, 0.0008417508417508417);
            p = Horner(p, square, -0.0005952380952380953, 0.0007936507936507937, -0.002777777777777778, 0.08333333333333333);
            return (((x - 0.5) * Log(x)) - x) + (0.9189385332046728 + (p.Value * inverse));
        }

        // Γ(x+1) = x·Γ(x) leads to the neighbourhood of two, where log Γ is a polynomial with a zero in the right place.
        if (x < 0.5) return LogGammaNearTwo(x) - Log1P(x) - Log(x);
        if (x < 1.5) return LogGammaNearTwo(x - 1) - Log1P(x - 1);
        double product = 1;
        while (x > 2.5) product *= --x;
        return product == 1 ? LogGammaNearTwo(x - 2) : LogGammaNearTwo(x - 2) + Log(product);
    }

    /// <summary>log Γ(2+e) for |e| ≤ ½.</summary>
    static double LogGammaNearTwo(double e)
    {
        var x = new Scalar64(e);
        var p = Horner(new Scalar64(-3.3466223916023746e-08), x, 6.466691166375999e-08, -9.232420044312004e-08);
        p = Horner(p, x, 2.0200817000776637e-07, -4.5254718768277666e-07);
        p = Horner(p, x, 9.583857928713071e-07, -2.0383989253584835e-06, 4.3742330286567906e-06, -9.439616628758063e-06);
        p = Horner(p, x, 2.0507290444811036e-05, -4.4926223875506556e-05, 9.945750684032063e-05, -0.0002231547592540128);
        p = Horner(p, x, 0.0005096695250153982, -0.0011927539116742502, 0.0028905103307346794, -0.007385551028674524);
        return e * Horner(p, x, 0.020580808427784626, -0.06735230105319809, 0.3224670334241132, 0.42278433509846713).Value;
    }

    internal static double LogOf(double x) => Log(new Scalar64(x)).Value;

    internal static double ExpOf(double x) => Exp(new Scalar64(x)).Value;

    static double Log(double x) => LogOf(x);

    static double Log1P(double x) => Log1P(new Scalar64(x)).Value;

    static double Sin(double x) => Sin(new Scalar64(x)).Value;

    static double Cos(double x) => Cos(new Scalar64(x)).Value;
}
