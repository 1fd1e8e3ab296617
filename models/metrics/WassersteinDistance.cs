namespace Adjoint.Models;

/// <summary>
/// Wasserstein distances of samples where sorting solves the transport: in one dimension W_p^p = ∫ |F⁻¹(u) - G⁻¹(u)|^p du, and along random directions of more dimensions (sliced: Rabin et al. 2012;
/// Bonneel et al. 2015).
/// </summary>
public static class WassersteinDistance
{
    /// <summary>W_p between two samples of any sizes, exactly.</summary>
    /// <param name="first">A sample.</param>
    /// <param name="second">Another.</param>
    /// <param name="order">p, at least 1.</param>
    /// <exception cref="ShapeException">A sample is empty.</exception>
    /// <exception cref="SettingException">A value is not finite, or the order is below 1.</exception>
    public static double OneDimensional(ReadOnlySpan<double> first, ReadOnlySpan<double> second, double order = 1)
    {
        MetricChecks.Sample("WassersteinDistance", "the first sample", first);
        MetricChecks.Sample("WassersteinDistance", "the second sample", second);
        Check.InRange(order, 1, double.MaxValue, "The order of a Wasserstein distance");
        return Math.Pow(Cost(MetricChecks.Sorted(first), MetricChecks.Sorted(second), order), 1 / order);
    }

    /// <summary>Sliced distance: (mean over directions of W_p^p of the projections)^(1/p), directions uniform on the sphere.</summary>
    /// <param name="first">Rows [n, features].</param>
    /// <param name="second">Rows [m, features].</param>
    /// <param name="key">Key of the directions.</param>
    /// <param name="directions">Number of directions.</param>
    /// <param name="order">p, at least 1.</param>
    /// <exception cref="ShapeException">Widths differ, or a set is empty.</exception>
    /// <exception cref="SettingException">No directions, or the order is below 1.</exception>
    public static double Sliced(Tensor first, Tensor second, Key key, int directions = 100, double order = 2)
    {
        Check.AtLeast(directions, 1, "The number of directions");
        Check.InRange(order, 1, double.MaxValue, "The order of a Wasserstein distance");
        using var pause = Autodiff.Pause();
        var (x, y) = MetricChecks.Sets("WassersteinDistance", first, second);
        Tensor axes = new Generator(key).Normal([directions, x.Shape[1]], DType.F64);
        axes /= axes.Square().Sum(1, keepAxes: true).Sqrt();
        double[] projectedX = axes.MatMul(x.Transpose()).Read<double>(), projectedY = axes.MatMul(y.Transpose()).Read<double>();
        int n = x.Shape[0], m = y.Shape[0];
        double sum = 0;
        for (int i = 0; i < directions; i++)
        {
            Span<double> u = projectedX.AsSpan(i * n, n), v = projectedY.AsSpan(i * m, m);
            u.Sort();
            v.Sort();
            sum += Cost(u, v, order);
        }

        return Math.Pow(sum / directions, 1 / order);
    }

    // Mass in units of 1/(n m): each value of x has m of them, each of y has n, so shares are whole numbers and nothing is left over.
    static double Cost(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double order)
    {
        long n = x.Length, m = y.Length, leftX = m, leftY = n;
        int i = 0, j = 0;
        double sum = 0;
        while (i < n && j < m)
        {
            long mass = Math.Min(leftX, leftY);
            double gap = Math.Abs(x[i] - y[j]);
            sum += mass * (order == 1 ? gap : order == 2 ? gap * gap : Math.Pow(gap, order));
            leftX -= mass;
            leftY -= mass;
            if (leftX == 0)
            {
                i++;
                leftX = m;
            }

            if (leftY == 0)
            {
                j++;
                leftY = n;
            }
        }

        return sum / ((double)n * m);
    }
}
