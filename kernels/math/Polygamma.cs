namespace Adjoint.Kernels;

public static partial class Elementary
{
    /// <summary>
    /// ψ⁽ⁿ⁾(x), the derivative of order n+1 of log Γ: digamma for n = 0, trigamma for n = 1. At the poles, odd orders are +∞; even
    /// orders have the limit from the side of the zero's sign at ±0, and are NaN at the negative integers.
    /// </summary>
    /// <param name="order">n, not negative (else the result is NaN).</param>
    /// <param name="x">Any real numbers.</param>
    public static V Polygamma<V>(int order, V x) where V : struct, ILane<V> => V.Map<PolygammaFunction>(V.From(order), x);

    readonly struct PolygammaFunction : IScalarBinaryFunction
    {
        public static float Invoke(float order, float x) => (float)PolygammaOf((int)order, x);

        public static double Invoke(double order, double x) => PolygammaOf((int)order, x);
    }

    static double PolygammaOf(int n, double x)
    {
        if (n < 0 || double.IsNaN(x) || double.IsNegativeInfinity(x)) return double.NaN;
        bool odd = (n & 1) != 0;
        if (double.IsPositiveInfinity(x)) return n == 0 ? x : odd ? 0.0 : -0.0;
        if (x <= 0 && x == Math.Round(x))
            return odd ? double.PositiveInfinity : x == 0 ? Math.CopySign(double.PositiveInfinity, -Math.CopySign(1, x)) : double.NaN;
        if (n == 0) return Digamma(x);
        if (x > 0) return odd ? FactorialZeta(n, x) : -FactorialZeta(n, x);

        // The sum of (x+k)^-(n+1) over all integers k depends on the fraction f of x only. Taking away the terms below x, which are
        // those of the zeta function at 1-x, leaves the sum from x upwards (DLMF 5.15.6 without the derivatives of the cotangent).
        double f = x - Math.Round(x);
        double near = 1 / f;
        for (int k = 1; k <= n; k++) near *= k / f;
        double mirrored = FactorialZeta(n, 1 - f) - FactorialZeta(n, 1 - x);
        double sum = near + FactorialZeta(n, 1 + f) + (odd ? mirrored : -mirrored);
        return odd ? sum : -sum;
    }

    static double Digamma(double x)
    {
        double sum = 0;
        if (x < 0)
        {
            double angle = Math.PI * (x - Math.Round(x));
            sum = -Math.PI * Cos(angle) / Sin(angle);
            x = 1 - x;
        }

        for (; x < 10; x++) sum -= 1 / x;
        double inverse = 1 / x;
        var square = new Scalar64(inverse * inverse);
        // The asymptotic series (DLMF 5.11.2) to the term in x^-14.
        var p = Horner(new Scalar64(-0.08333333333333333), square, 0.021092796092796094, -0.007575757575757576, 0.004166666666666667);
        p = Horner(p, square, -0.003968253968253968, 0.008333333333333333, -0.08333333333333333);
        return sum + (Log(x) - (0.5 * inverse) + (p.Value * square.Value));
    }

    /// <summary>
    /// n!·ζ(n+1, x) for x > 0: terms of the sum up to a point w, and the Euler-Maclaurin series for the rest (DLMF 25.11.5), all
    /// divided by x^-n, which with n! goes into one product that leaves the range of numbers only where the result does.
    /// </summary>
    static double FactorialZeta(int n, double x)
    {
        double s = n + 1.0, terms = 0, w = x, enough = 15 + (0.64 * s);
        for (; w < enough; w++) terms += Power(x / w, n + 1);
        double inverse = 1 / w, step = s * inverse;
        // Bernoulli numbers over factorials: B₂/2!, B₄/4!, …
        double series = 0.08333333333333333 * step;
        step *= (s + 1) * (s + 2) * inverse * inverse;
        series += -0.001388888888888889 * step;
        step *= (s + 3) * (s + 4) * inverse * inverse;
        series += 3.306878306878307e-05 * step;
        step *= (s + 5) * (s + 6) * inverse * inverse;
        series += -8.267195767195768e-07 * step;
        step *= (s + 7) * (s + 8) * inverse * inverse;
        series += 2.08767569878681e-08 * step;
        step *= (s + 9) * (s + 10) * inverse * inverse;
        series += -5.284190138687493e-10 * step;
        step *= (s + 11) * (s + 12) * inverse * inverse;
        series += 1.3382536530684679e-11 * step;
        step *= (s + 13) * (s + 14) * inverse * inverse;
        series += -3.3896802963225827e-13 * step;
        step *= (s + 15) * (s + 16) * inverse * inverse;
        series += 8.586062056277845e-15 * step;
        double rest = Power(x / w, n + 1) * ((w / n) + 0.5 + series);

        double scale = 1;
        for (int k = 1; k <= n; k++) scale *= k / x;
        return scale * ((terms + rest) / x);
    }

    /// <summary>x^n by repeated squaring.</summary>
    static double Power(double x, int n)
    {
        double result = 1;
        for (; n > 0; n >>= 1)
        {
            if ((n & 1) != 0) result *= x;
            x *= x;
        }

        return result;
    }
}
