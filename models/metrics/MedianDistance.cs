namespace Adjoint.Models;

/// <summary>The median heuristic for the length of a kernel: the median Euclidean distance between two different rows of the pooled sets (Gretton et al. 2012).</summary>
public static class MedianDistance
{
    /// <summary>The median distance. Of more rows than the bound, evenly spaced ones stand for all.</summary>
    /// <param name="rows">Rows [samples, features].</param>
    /// <param name="maximumRows">Rows looked at, at most: half the square of it is the number of distances in memory.</param>
    /// <exception cref="ShapeException">Fewer than two rows.</exception>
    /// <exception cref="SettingException">The bound is below 2.</exception>
    public static double Of(Tensor rows, int maximumRows = 2000)
    {
        Check.AtLeast(maximumRows, 2, "The bound on rows");
        using var pause = Autodiff.Pause();
        Tensor x = MetricChecks.Rows("MedianDistance", "the sample", rows, 2);
        int all = x.Shape[0], count = Math.Min(all, maximumRows);
        if (count < all)
        {
            var picked = new long[count];
            for (int i = 0; i < count; i++) picked[i] = (long)i * all / count;
            x = x.Select(0, Tensor.From<long>(picked, [count]));
        }

        x -= x.Mean(0);
        double[] squares = x.PairwiseSquaredDistances(x).Read<double>();
        var pairs = new double[count * (count - 1) / 2];
        int next = 0;
        for (int i = 0; i < count; i++)
        {
            squares.AsSpan((i * count) + i + 1, count - i - 1).CopyTo(pairs.AsSpan(next));
            next += count - i - 1;
        }

        Array.Sort(pairs);
        return 0.5 * (Math.Sqrt(pairs[(pairs.Length - 1) / 2]) + Math.Sqrt(pairs[pairs.Length / 2]));
    }

    /// <summary>The median distance in the pool of two sets.</summary>
    /// <exception cref="ShapeException">Widths differ.</exception>
    public static double Of(Tensor first, Tensor second, int maximumRows = 2000)
    {
        var (x, y) = MetricChecks.Sets("MedianDistance", first, second);
        return Of(TensorMath.Concat([x, y], 0), maximumRows);
    }
}
