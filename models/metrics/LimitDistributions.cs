namespace Adjoint.Models;

/// <summary>Tails of the limit distributions of goodness-of-fit statistics.</summary>
static class LimitDistributions
{
    /// <summary>P(K > x) = 2 Σ_(k≥1) (-1)^(k-1) exp(-2k²x²) (Kolmogorov 1933); below 1 the theta-function's other form, which converges there.</summary>
    public static double KolmogorovTail(double x)
    {
        if (x <= 0.04) return 1;
        double sum = 0;
        if (x < 1)
        {
            for (int k = 1; k <= 40; k += 2) sum += Math.Exp(-k * k * Math.PI * Math.PI / (8 * x * x));
            return 1 - (Math.Sqrt(2 * Math.PI) / x * sum);
        }

        for (int k = 1; k <= 20; k++) sum += (k % 2 == 1 ? 1 : -1) * Math.Exp(-2.0 * k * k * x * x);
        return Math.Clamp(2 * sum, 0, 1);
    }

    /// <summary>
    /// P(W² > x), with P(W² ≤ x) = 1/(π √x) Σ_k (-1)^k C(-½, k) √(4k + 1) e^(-y) K_¼(y), y = (4k + 1)²/(16x) (Anderson, Darling 1952).
    /// </summary>
    public static double CramerVonMisesTail(double x)
    {
        if (x <= 1e-3) return 1;
        double sum = 0, coefficient = 1;
        for (int k = 0; k <= 60; k++)
        {
            double odd = (4 * k) + 1, y = odd * odd / (16 * x);
            double term = coefficient * Math.Sqrt(odd) * Math.Exp(-2 * y) * ScaledBesselK(0.25, y);
            sum += term;
            if (term < 1e-17 * sum) break;
            coefficient *= (k + 0.5) / (k + 1);
        }

        return Math.Clamp(1 - (sum / (Math.PI * Math.Sqrt(x))), 0, 1);
    }

    /// <summary>
    /// P(A² > x), with P(A² ≤ x) = √(2π)/x Σ_k C(-½, k)(4k + 1) e^(-c) ∫ exp(x/(8(w² + 1)) - w² c) dw over w > 0, c = (4k + 1)² π²/(8x) (Anderson, Darling 1952).
    /// </summary>
    public static double AndersonDarlingTail(double x)
    {
        if (x <= 0.02) return 1;
        double sum = 0, coefficient = 1;
        for (int k = 0; k <= 60; k++)
        {
            double odd = (4 * k) + 1, c = odd * odd * Math.PI * Math.PI / (8 * x);
            double term = coefficient * odd * Math.Exp(-c) * GaussianIntegral(x, c);
            sum += term;
            if (Math.Abs(term) < 1e-17 * Math.Abs(sum)) break;
            coefficient *= -(k + 0.5) / (k + 1);
        }

        return Math.Clamp(1 - (Math.Sqrt(2 * Math.PI) / x * sum), 0, 1);
    }

    /// <summary>e^z K_ν(z) = ∫ exp(-z (cosh t - 1)) cosh νt dt over t > 0, by the trapezoidal rule, which converges geometrically for an even analytic integrand.</summary>
    internal static double ScaledBesselK(double order, double z)
    {
        double step = Math.Min(0.2, 0.4 / Math.Sqrt(z)), sum = 0.5;
        for (int i = 1; ; i++)
        {
            double t = i * step, decay = z * (Math.Cosh(t) - 1);
            if (decay > 745) return sum * step;
            sum += Math.Exp(-decay) * Math.Cosh(order * t);
        }
    }

    // The integrand has poles at ±i; a step of 0.1 or less keeps the trapezoidal rule's error below e^(-60).
    static double GaussianIntegral(double x, double c)
    {
        double step = Math.Min(0.1, 0.4 / Math.Sqrt(c)), sum = 0.5 * Math.Exp(x / 8);
        for (int i = 1; ; i++)
        {
            double w = i * step, fall = w * w * c;
            if (fall > 745) return sum * step;
            sum += Math.Exp((x / (8 * ((w * w) + 1))) - fall);
        }
    }
}
