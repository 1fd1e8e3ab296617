namespace Adjoint.Models;

/// <summary>Functions of mathematics that models log but do not train through.</summary>
public static class SpecialFunctions
{
    const double SixthOfPiSquared = Math.PI * Math.PI / 6;
    const int Terms = 60;

    /// <summary>The dilogarithm Li₂(x) = -∫₀ˣ log(1 - t)/t dt for real x ≤ 1, by the series Σ xᵏ/k² after the identities of Landen and inversion have brought x near zero. Lewin 1981.</summary>
    /// <returns>NaN above one, where it is complex.</returns>
    public static double Dilogarithm(double x)
    {
        if (!(x <= 1)) return double.NaN;
        if (x == 1) return SixthOfPiSquared;
        if (double.IsNegativeInfinity(x)) return x;
        if (x < -1)
        {
            double log = Math.Log(-x);
            return -SixthOfPiSquared - (0.5 * log * log) - Dilogarithm(1 / x);
        }

        // Li₂(x) + Li₂(x/(x-1)) = -½ log²(1-x) takes [-1, 0) to (0, ½]; Li₂(x) + Li₂(1-x) = π²/6 - log x·log(1-x) takes (½, 1) there.
        if (x < 0)
        {
            double log = Math.Log(1 - x);
            return -Series(x / (x - 1)) - (0.5 * log * log);
        }

        return x <= 0.5 ? Series(x) : SixthOfPiSquared - (Math.Log(x) * Math.Log(1 - x)) - Series(1 - x);
    }

    static double Series(double x)
    {
        double sum = 0, power = 1;
        for (int k = 1; k <= Terms; k++)
        {
            power *= x;
            sum += power / ((double)k * k);
        }

        return sum;
    }
}
