namespace Adjoint.Models;

/// <summary>Outcome of a test whether two samples come from one distribution.</summary>
/// <param name="Statistic">The test statistic.</param>
/// <param name="PValue">Probability of a statistic at least as large if they do, as the sizes grow without bound.</param>
public readonly record struct TestOutcome(double Statistic, double PValue);

/// <summary>Tests whether two samples of real numbers come from one continuous distribution. The p-values are those of the limit of large samples, to an absolute error of 1e-13.</summary>
public static class TwoSampleTest
{
    /// <summary>Largest difference of the two distribution functions, max |F - G| (Smirnov 1939).</summary>
    /// <exception cref="ShapeException">A sample is empty.</exception>
    /// <exception cref="SettingException">A value is not finite.</exception>
    public static TestOutcome KolmogorovSmirnov(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        CheckSamples("KolmogorovSmirnov", first, second, 1);
        double n = first.Length, m = second.Length;
        double statistic = StepFunctions.Largest(first, second, static (f, g) => Math.Abs(f - g));
        return new TestOutcome(statistic, LimitDistributions.KolmogorovTail(statistic * Math.Sqrt(n * m / (n + m))));
    }

    /// <summary>
    /// T = U/(n m N) - (4 n m - 1)/(6 N), U = n Σ (r_i - i)² + m Σ (s_j - j)², with r and s the samples' ranks in the pool, N = n + m (Anderson 1962); ties share the mean rank. The p-value takes T
    /// moved to the mean and scaled to the variance of the limit.
    /// </summary>
    /// <inheritdoc cref="KolmogorovSmirnov"/>
    public static TestOutcome CramerVonMises(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        CheckSamples("CramerVonMises", first, second, 2);
        double n = first.Length, m = second.Length, all = n + m;
        double[] pool = [.. MetricChecks.Sorted(first), .. MetricChecks.Sorted(second)];
        double[] ranks = Ranks.Of(pool);
        double u = (n * Departure(ranks.AsSpan(0, first.Length))) + (m * Departure(ranks.AsSpan(first.Length)));
        double statistic = (u / (n * m * all)) - (((4 * n * m) - 1) / (6 * all));
        double mean = (1 + (1 / all)) / 6;
        double variance = (all + 1) * ((4 * m * n * all) - (3 * ((m * m) + (n * n))) - (2 * m * n)) / (45 * all * all * 4 * m * n);
        return new TestOutcome(statistic, LimitDistributions.CramerVonMisesTail((1.0 / 6) + ((statistic - mean) / Math.Sqrt(45 * variance))));
    }

    /// <summary>
    /// A² = (N - 1)/N Σ_j l_j (N M_j - n B_j)² / (n m (B_j (N - B_j) - N l_j/4)) over the different values of the pool, l_j their counts, M_j and B_j those of the first sample and the pool not above,
    /// equal ones by half (Scholz, Stephens 1987, for ties).
    /// </summary>
    /// <inheritdoc cref="KolmogorovSmirnov"/>
    public static TestOutcome AndersonDarling(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        CheckSamples("AndersonDarling", first, second, 2);
        double[] x = MetricChecks.Sorted(first), pool = MetricChecks.Sorted([.. first, .. second]);
        double n = first.Length, m = second.Length, all = n + m, sum = 0;
        if (pool[0] == pool[^1]) throw new SettingException("AndersonDarling: all values are equal. Pass samples with at least two different values.");
        for (int start = 0; start < pool.Length;)
        {
            int end = Ranks.CountNotAbove(pool, pool[start]);
            double count = end - start, at = start + (count / 2);
            double mine = 0.5 * (Ranks.CountBelow(x, pool[start]) + Ranks.CountNotAbove(x, pool[start]));
            double gap = (all * mine) - (n * at);
            sum += count * gap * gap / ((at * (all - at)) - (all * count / 4));
            start = end;
        }

        double statistic = (all - 1) / all * sum / (n * m);
        return new TestOutcome(statistic, LimitDistributions.AndersonDarlingTail(statistic));
    }

    static double Departure(ReadOnlySpan<double> ranks)
    {
        double sum = 0;
        for (int i = 0; i < ranks.Length; i++) sum += (ranks[i] - (i + 1)) * (ranks[i] - (i + 1));
        return sum;
    }

    static void CheckSamples(string name, ReadOnlySpan<double> first, ReadOnlySpan<double> second, int minimum)
    {
        MetricChecks.Sample(name, "the first sample", first, minimum);
        MetricChecks.Sample(name, "the second sample", second, minimum);
    }
}
