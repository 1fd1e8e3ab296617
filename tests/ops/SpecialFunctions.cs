namespace Adjoint.Tests.Ops;

/// <summary>
/// Slow, plain forms of the special functions, by other methods than the kernels: power series, continued fractions and asymptotic series
/// behind long recurrences (Abramowitz and Stegun, chapters 6 and 7).
/// </summary>
static class SpecialFunctions
{
    static readonly double[] bernoulli =
        [1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510, 43867.0 / 798, -174611.0 / 330];

    /// <summary>erf by its series with positive terms, 7.1.6, or one minus the continued fraction.</summary>
    public static double Erf(double x)
    {
        if (double.IsNaN(x)) return x;
        double a = Math.Abs(x);
        if (a > 3) return Math.Sign(x) * (1 - Erfc(a));
        double term = x, sum = x;
        for (int n = 1; n < 200; n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    /// <summary>erfc of an argument above 0.8.</summary>
    public static double Erfc(double x) => x < 0.8 ? 1 - Erf(x) : double.IsPositiveInfinity(x) ? 0 : Math.Exp(-x * x) * ScaledErfc(x);

    /// <summary>e^(x²)·erfc(x) for x above 0.8, 7.1.14.</summary>
    static double ScaledErfc(double x)
    {
        double fraction = x;
        for (int n = 400; n > 0; n--) fraction = x + (n / 2.0 / fraction);
        return 1 / (Math.Sqrt(Math.PI) * fraction);
    }

    public static double NormalCdf(double x)
    {
        double z = x / Math.Sqrt(2);
        return z < -0.8 ? 0.5 * Erfc(-z) : z > 0.8 ? 1 - (0.5 * Erfc(z)) : 0.5 * (1 + Erf(z));
    }

    public static double LogNormalCdf(double x)
    {
        double z = x / Math.Sqrt(2);
        if (double.IsNegativeInfinity(x)) return x;
        return z < -0.8 ? (-z * z) + Math.Log(0.5 * ScaledErfc(-z)) : z > 0.8 ? Log1P(-0.5 * Erfc(z)) : Math.Log(NormalCdf(x));
    }

    /// <summary>Stirling's series 6.1.40 after the recurrence to 40.</summary>
    public static double LogGamma(double x)
    {
        if (double.IsNaN(x)) return x;
        if (double.IsInfinity(x) || x == 0) return double.PositiveInfinity;
        double product = 1;
        for (; x < 40; x++) product *= x;
        double sum = 0;
        for (int k = 0; k < bernoulli.Length; k++) sum += bernoulli[k] / ((2 * k) + 2) / ((2 * k) + 1) * Math.Pow(x, -(2 * k) - 1);
        return ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + sum - Math.Log(product);
    }

    /// <summary>The asymptotic series 6.4.11 after the recurrence to 40.</summary>
    public static double Polygamma(int order, double x)
    {
        if (double.IsNaN(x)) return x;
        double factorial = 1, sum = 0, sign = order % 2 == 0 ? -1 : 1;
        for (int k = 2; k <= order; k++) factorial *= k;
        for (; x < 40; x++) sum += factorial * Math.Pow(x, -order - 1);
        double leading = order == 0 ? -Math.Log(x) : factorial / order * Math.Pow(x, -order);
        sum += leading + (0.5 * factorial * Math.Pow(x, -order - 1));
        for (int k = 0; k < bernoulli.Length; k++)
        {
            // B(2k) · (2k+n-1)! / (2k)!
            double ratio = 1.0 / ((2 * k) + 2);
            for (int j = 1; j < order; j++) ratio *= (2 * k) + 2 + j;
            sum += bernoulli[k] * (order == 0 ? ratio : ratio * ((2 * k) + 2)) * Math.Pow(x, -(2 * k) - 2 - order);
        }

        return sign * sum;
    }

    /// <summary>Kahan's form: the rounding error of 1 + x cancels in the quotient.</summary>
    public static double Log1P(double x)
    {
        double u = 1 + x;
        return u == 1 || double.IsPositiveInfinity(x) ? x : Math.Log(u) * x / (u - 1);
    }

    /// <summary>Kahan's form: the rounding error of e^x cancels in the quotient.</summary>
    public static double Expm1(double x)
    {
        double u = Math.Exp(x);
        if (u == 1 || double.IsPositiveInfinity(u)) return u == 1 ? x : u;
        return u - 1 == -1 ? -1 : (u - 1) * x / Math.Log(u);
    }

    public static double Softplus(double x) => x > 0 ? x + Log1P(Math.Exp(-x)) : Log1P(Math.Exp(x));

    public static double Sigmoid(double x) => x < 0 ? Math.Exp(x) / (1 + Math.Exp(x)) : 1 / (1 + Math.Exp(-x));
}
