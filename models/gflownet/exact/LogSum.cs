namespace Adjoint.Models.GFlowNets;

/// <summary>Sums of numbers that are known by their logarithms.</summary>
static class LogSum
{
    /// <summary>log(eˣ + eʸ), without overflow; -inf stands for 0.</summary>
    public static double Add(double x, double y)
    {
        double high = Math.Max(x, y), low = Math.Min(x, y);
        return double.IsNegativeInfinity(low) ? high : high + SmallLog(Math.Exp(low - high));
    }

    /// <summary>log Σ eˣ.</summary>
    public static double Of(ReadOnlySpan<double> logs)
    {
        double high = double.NegativeInfinity, sum = 0;
        foreach (double log in logs) high = Math.Max(high, log);
        if (double.IsInfinity(high)) return high;
        foreach (double log in logs) sum += Math.Exp(log - high);
        return high + Math.Log(sum);
    }

    // log(1 + x) for 0 ≤ x ≤ 1; the rounding of 1 + x is made good to first order (Kahan).
    static double SmallLog(double x)
    {
        double y = 1 + x;
        return y == 1 ? x : Math.Log(y) * (x / (y - 1));
    }
}
