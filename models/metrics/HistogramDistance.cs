namespace Adjoint.Models;

/// <summary>Distances between two histograms over the same bins. Counts or weights are taken as shares of their sum; logarithms are natural.</summary>
public static class HistogramDistance
{
    /// <summary>Σ |p - q|, from 0 to 2.</summary>
    /// <exception cref="ShapeException">The numbers of bins differ.</exception>
    /// <exception cref="SettingException">A weight is negative or not finite, or a histogram is all zero.</exception>
    public static double L1(ReadOnlySpan<double> p, ReadOnlySpan<double> q)
    {
        var (sumP, sumQ) = Sums("HistogramDistance.L1", p, q);
        double sum = 0;
        for (int i = 0; i < p.Length; i++) sum += Math.Abs((p[i] / sumP) - (q[i] / sumQ));
        return sum;
    }

    /// <summary>Total variation ½ Σ |p - q|, from 0 to 1.</summary>
    /// <inheritdoc cref="L1"/>
    public static double TotalVariation(ReadOnlySpan<double> p, ReadOnlySpan<double> q) => 0.5 * L1(p, q);

    /// <summary>Σ p log(p/q), infinite where p has mass and q has none (Kullback, Leibler 1951).</summary>
    /// <inheritdoc cref="L1"/>
    public static double KullbackLeibler(ReadOnlySpan<double> p, ReadOnlySpan<double> q)
    {
        var (sumP, sumQ) = Sums("HistogramDistance.KullbackLeibler", p, q);
        double sum = 0;
        for (int i = 0; i < p.Length; i++) sum += Term(p[i] / sumP, q[i] / sumQ);
        return sum;
    }

    /// <summary>½ KL(p‖m) + ½ KL(q‖m) with m the mean of both, from 0 to log 2 (Lin 1991). Its root is a metric.</summary>
    /// <inheritdoc cref="L1"/>
    public static double JensenShannon(ReadOnlySpan<double> p, ReadOnlySpan<double> q)
    {
        var (sumP, sumQ) = Sums("HistogramDistance.JensenShannon", p, q);
        double sum = 0;
        for (int i = 0; i < p.Length; i++)
        {
            double a = p[i] / sumP, b = q[i] / sumQ, middle = 0.5 * (a + b);
            sum += 0.5 * (Term(a, middle) + Term(b, middle));
        }

        return Math.Max(0, sum);
    }

    static double Term(double p, double q) => p == 0 ? 0 : q == 0 ? double.PositiveInfinity : p * Math.Log(p / q);

    static (double P, double Q) Sums(string name, ReadOnlySpan<double> p, ReadOnlySpan<double> q)
    {
        MetricChecks.Paired(name, p, q);
        return (Sum(name, p), Sum(name, q));
    }

    static double Sum(string name, ReadOnlySpan<double> weights)
    {
        double sum = 0;
        foreach (double weight in weights) sum += Check.InRange(weight, 0, double.MaxValue, $"{name}: a weight");
        if (sum == 0) throw new SettingException($"{name}: a histogram is zero everywhere. Pass one with mass.");
        return sum;
    }
}
