namespace Adjoint.Models;

/// <summary>
/// Energy distance 2 E|x - y| - E|x - x'| - E|y - y'|, zero only for equal distributions (Székely, Rizzo 2004). Twice the form of libraries that halve it; in one dimension it is twice the integral of
/// (F - G)².
/// </summary>
public static class EnergyDistance
{
    /// <summary>Distance between the rows of two matrices [samples, features].</summary>
    /// <param name="first">A set of n rows.</param>
    /// <param name="second">A set of m rows of the same width.</param>
    /// <param name="unbiased">Whether the inner means leave out the pairs of a row with itself: then the mean is that of the distributions, and a value may be below 0.</param>
    /// <exception cref="ShapeException">Widths differ, or a set is empty (has fewer than two rows, if unbiased).</exception>
    public static double Between(Tensor first, Tensor second, bool unbiased = false)
    {
        using var pause = Autodiff.Pause();
        var (x, y) = MetricChecks.Sets("EnergyDistance", first, second, unbiased ? 2 : 1);
        (x, y) = PairwiseBlocks.Centred(x, y);
        double n = x.Shape[0], m = y.Shape[0];
        double cross = PairwiseBlocks.SumOverDistances(x, y, static squares => squares.Sqrt()) / (n * m);
        double withinX = PairwiseBlocks.SumOverDistancesWithin(x, static squares => squares.Sqrt()) / (n * (unbiased ? n - 1 : n));
        double withinY = PairwiseBlocks.SumOverDistancesWithin(y, static squares => squares.Sqrt()) / (m * (unbiased ? m - 1 : m));
        double distance = (2 * cross) - withinX - withinY;
        return unbiased ? distance : Math.Max(0, distance);
    }

    /// <summary>The same in one dimension, biased form, in n log n: 2 ∫ (F - G)² of the two distribution functions.</summary>
    /// <exception cref="ShapeException">A sample is empty.</exception>
    /// <exception cref="SettingException">A value is not finite.</exception>
    public static double Between(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        MetricChecks.Sample("EnergyDistance", "the first sample", first);
        MetricChecks.Sample("EnergyDistance", "the second sample", second);
        return 2 * StepFunctions.Integrate(first, second, static (f, g) => (f - g) * (f - g));
    }
}
