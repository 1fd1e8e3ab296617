namespace Adjoint.Commands;

/// <summary>Trends of noisy curves.</summary>
static class Smoothing
{
    // A series whose ups and downs add up to more than this multiple of its range is noise around a trend.
    const double NoisyFrom = 4;

    // Points on either side of a smoothed value, as a share of all.
    const double Share = 0.025;

    /// <summary>Whether a trend says more than the values do: many ups and downs within a small range.</summary>
    public static bool IsWorthwhile(IReadOnlyList<double> values)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        if (finite.Length < 2 / Share) return false;
        double travelled = 0;
        for (int i = 1; i < finite.Length; i++) travelled += Math.Abs(finite[i] - finite[i - 1]);
        return travelled > NoisyFrom * (finite.Max() - finite.Min());
    }

    /// <summary>
    /// Least-squares lines through the values around each place (local linear regression; Cleveland 1979 with equal weights). At the ends, where the window is one-sided,
    /// a line neither lags as a mean does nor follows the last value. Values that are not finite are left out.
    /// </summary>
    public static double[] Trend(IReadOnlyList<double> values)
    {
        var trend = new double[values.Count];
        int reach = (int)(Share * values.Count);
        for (int i = 0; i < values.Count; i++) trend[i] = LineAt(values, i, Math.Max(0, i - reach), Math.Min(values.Count - 1, i + reach));
        return trend;
    }

    // The line through values[first..last] at the place i, with distances from i as abscissas.
    static double LineAt(IReadOnlyList<double> values, int i, int first, int last)
    {
        double count = 0, sumX = 0, sumY = 0, sumXX = 0, sumXY = 0;
        for (int j = first; j <= last; j++)
        {
            double x = j - i, y = values[j];
            if (!double.IsFinite(y)) continue;
            count++;
            sumX += x;
            sumY += y;
            sumXX += x * x;
            sumXY += x * y;
        }

        if (count == 0) return double.NaN;
        double spread = (count * sumXX) - (sumX * sumX);
        return spread == 0 ? sumY / count : ((sumY * sumXX) - (sumX * sumXY)) / spread;
    }
}
