namespace Adjoint.Models.DeepIv;

/// <summary>Estimates with intervals, one for each point.</summary>
/// <param name="Estimate">The estimates.</param>
/// <param name="Low">Lower ends.</param>
/// <param name="High">Upper ends.</param>
public sealed record Band(IReadOnlyList<double> Estimate, IReadOnlyList<double> Low, IReadOnlyList<double> High)
{
    /// <summary>Mean and quantiles of draws f64 [draws, points], between neighbours in proportion.</summary>
    public static Band OfDraws(Tensor estimate, Tensor draws, double level)
    {
        ArgumentNullException.ThrowIfNull(estimate);
        double tail = Tail(level);
        return new Band(estimate.Read<double>(), draws.Quantile(tail, 0).Read<double>(), draws.Quantile(1 - tail, 0).Read<double>());
    }

    /// <summary>Estimate plus and minus a normal law's quantile of deviations f64 [points].</summary>
    public static Band OfDeviations(Tensor estimate, Tensor deviation, double level)
    {
        double reach = NormalQuantile(1 - Tail(level));
        double[] middle = estimate.Read<double>(), spread = deviation.Read<double>();
        return new Band(middle, [.. middle.Zip(spread, (m, s) => m - (reach * s))], [.. middle.Zip(spread, (m, s) => m + (reach * s))]);
    }

    /// <summary>The median of several estimates of the same points, whose variance is the median of theirs with the squared distance from that median added. Chernozhukov et al. 2018, definition 3.3.</summary>
    /// <param name="bands">Bands of <see cref="OfDeviations"/> at the same level.</param>
    /// <param name="level">That level.</param>
    public static Band OfMedian(IReadOnlyList<Band> bands, double level)
    {
        ArgumentNullException.ThrowIfNull(bands);
        Tensor Rows(Func<Band, IReadOnlyList<double>> part) => TensorMath.Stack([.. bands.Select(band => Tensor.From<double>([.. part(band)]))], 0);
        Tensor estimates = Rows(static band => band.Estimate), deviations = (Rows(static band => band.High) - estimates) / NormalQuantile(1 - Tail(level));
        Tensor median = estimates.Median(0);
        return OfDeviations(median, (deviations.Square() + (estimates - median).Square()).Median(0).Sqrt(), level);
    }

    /// <summary>Share of the points whose interval holds the truth.</summary>
    public double Coverage(IReadOnlyList<double> truth)
    {
        ArgumentNullException.ThrowIfNull(truth);
        return Enumerable.Range(0, truth.Count).Average(i => Low[i] <= truth[i] && truth[i] <= High[i] ? 1.0 : 0);
    }

    static double Tail(double level) => (1 - Check.InRange(level, 0, 1, "The level of intervals")) / 2;

    // By bisection of the distribution function, which is enough for one number.
    static double NormalQuantile(double probability)
    {
        double low = -40, high = 40;
        while (high - low > 1e-12)
        {
            double middle = (low + high) / 2;
            if (Tensor.Scalar(middle, DType.F64).NormalCdf().Item() < probability) low = middle;
            else high = middle;
        }

        return low;
    }
}
