namespace Adjoint.Models;

/// <summary>Ranks of values, from 1 for the smallest; equal values share the mean of the ranks they take up.</summary>
public static class Ranks
{
    /// <summary>The rank of each value.</summary>
    /// <exception cref="SettingException">A value is not finite.</exception>
    public static double[] Of(ReadOnlySpan<double> values)
    {
        MetricChecks.Sample("Ranks", "the sample", values, 0);
        int[] order = MetricChecks.Order(values);
        var ranks = new double[values.Length];
        for (int start = 0; start < order.Length;)
        {
            int end = start + 1;
            while (end < order.Length && values[order[end]] == values[order[start]]) end++;

            // Places start + 1 … end have the mean (start + 1 + end) / 2.
            for (int i = start; i < end; i++) ranks[order[i]] = 0.5 * (start + 1 + end);
            start = end;
        }

        return ranks;
    }

    /// <summary>
    /// Where queries stand in a reference sample: for each the share of reference values below it, and the share not above it. The two differ by ties.
    /// </summary>
    /// <exception cref="ShapeException">The reference is empty.</exception>
    /// <exception cref="SettingException">A value is not finite.</exception>
    public static (double[] Below, double[] NotAbove) Percentiles(ReadOnlySpan<double> reference, ReadOnlySpan<double> queries)
    {
        MetricChecks.Sample("Ranks.Percentiles", "the reference", reference);
        MetricChecks.Sample("Ranks.Percentiles", "the queries", queries, 0);
        double[] sorted = MetricChecks.Sorted(reference);
        var below = new double[queries.Length];
        var notAbove = new double[queries.Length];
        for (int i = 0; i < queries.Length; i++)
        {
            below[i] = (double)CountBelow(sorted, queries[i]) / sorted.Length;
            notAbove[i] = (double)CountNotAbove(sorted, queries[i]) / sorted.Length;
        }

        return (below, notAbove);
    }

    /// <summary>
    /// Share of queries in either tail of a reference sample: not above its lower share, or below them all but its upper share. Known-relationship recall of a map of perturbations takes the
    /// similarities of annotated pairs as queries and those of all pairs as reference (Celik et al. 2024); random vectors give the two tails' own share.
    /// </summary>
    /// <param name="reference">The null sample.</param>
    /// <param name="queries">What is to be found in the tails.</param>
    /// <param name="lower">Share of the lower tail.</param>
    /// <param name="upper">Where the upper tail begins, as a share.</param>
    /// <exception cref="ShapeException">A sample is empty.</exception>
    /// <exception cref="SettingException">A value is not finite, or a share is outside [0, 1].</exception>
    public static double TailRecall(ReadOnlySpan<double> reference, ReadOnlySpan<double> queries, double lower = 0.05, double upper = 0.95)
    {
        Check.InRange(lower, 0, 1, "The lower share");
        Check.InRange(upper, 0, 1, "The upper share");
        MetricChecks.Sample("Ranks.TailRecall", "the queries", queries);
        var (below, notAbove) = Percentiles(reference, queries);
        int found = 0;
        for (int i = 0; i < below.Length; i++)
        {
            if (notAbove[i] <= lower || below[i] >= upper) found++;
        }

        return (double)found / below.Length;
    }

    /// <summary>Number of sorted values below x.</summary>
    internal static int CountBelow(ReadOnlySpan<double> sorted, double x)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < x) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>Number of sorted values not above x.</summary>
    internal static int CountNotAbove(ReadOnlySpan<double> sorted, double x)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (sorted[middle] <= x) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
