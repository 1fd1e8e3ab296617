namespace Adjoint.Models;

/// <summary>
/// Squared maximum mean discrepancy E k(x, x') + E k(y, y') - 2 E k(x, y) between the distributions of two sets of rows (Gretton et al. 2012), in blocks of pairs: no matrix of all pairs is made.
/// </summary>
public static class MaximumMeanDiscrepancy
{
    /// <summary>The squared discrepancy.</summary>
    /// <param name="first">Rows [n, features].</param>
    /// <param name="second">Rows [m, features].</param>
    /// <param name="kernel">The kernel; without one, RBF with the median distance for its length.</param>
    /// <param name="unbiased">Whether the inner means leave out the pairs of a row with itself: the mean is then that of the distributions, and a value may be below 0. Else all pairs count, and the value is not below 0.</param>
    /// <exception cref="ShapeException">Widths differ, or a set is empty (has fewer than two rows, if unbiased).</exception>
    /// <exception cref="SettingException">The median distance is 0 where it is to give the length.</exception>
    public static double Squared(Tensor first, Tensor second, MmdKernel? kernel = null, bool unbiased = true)
    {
        using var pause = Autodiff.Pause();
        var (x, y) = MetricChecks.Sets("MaximumMeanDiscrepancy", first, second, unbiased ? 2 : 1);
        var prepared = (kernel ?? MmdKernel.Rbf()).Prepare(x, y);
        (x, y) = (prepared.First, prepared.Second);
        double n = x.Shape[0], m = y.Shape[0];
        double cross = PairwiseBlocks.Sum(x, y, prepared.Kernel) / (n * m);
        double withinX = PairwiseBlocks.SumWithin(x, prepared.Kernel), withinY = PairwiseBlocks.SumWithin(y, prepared.Kernel);
        if (unbiased) return (withinX / (n * (n - 1))) + (withinY / (m * (m - 1))) - (2 * cross);
        double all = ((withinX + prepared.SumOverDiagonal(x)) / (n * n)) + ((withinY + prepared.SumOverDiagonal(y)) / (m * m));
        return Math.Max(0, all - (2 * cross));
    }
}
