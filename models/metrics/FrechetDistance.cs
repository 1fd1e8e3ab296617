namespace Adjoint.Models;

/// <summary>
/// Fréchet distance between normal distributions fitted to two sets of feature vectors: |m1 - m2|² + tr S1 + tr S2 - 2 tr (S1^½ S2 S1^½)^½. Biased upwards for few samples,
/// so only values at equal counts compare. Heusel et al. 2017; Dowson, Landau 1982.
/// </summary>
public static class FrechetDistance
{
    /// <summary>Distance between the rows of two feature matrices [samples, features] of any float dtype.</summary>
    /// <exception cref="ShapeException">Widths differ, or a set has fewer than two rows.</exception>
    public static double Between(Tensor first, Tensor second)
    {
        if (first.Rank != 2 || second.Rank != 2 || first.Shape[1] != second.Shape[1] || first.Shape[0] < 2 || second.Shape[0] < 2)
            throw new ShapeException($"FrechetDistance: {first.Shape} and {second.Shape} are not two sets of vectors of one width with at least two rows each. Reshape them.");
        using var step = Step.Begin();
        using var pause = Autodiff.Pause();
        var (mean1, covariance1) = Moments(first);
        var (mean2, covariance2) = Moments(second);
        Tensor root = covariance1.SymmetricSqrt();
        double cross = 0;
        foreach (double value in root.MatMul(covariance2).MatMul(root).SymmetricEigen().Values.Read<double>()) cross += Math.Sqrt(Math.Max(value, 0));
        double traces = (covariance1 + covariance2).Trace().Item();
        return Math.Max(0, (mean1 - mean2).Square().Sum().Item() + traces - (2 * cross));
    }

    static (Tensor Mean, Tensor Covariance) Moments(Tensor rows)
    {
        Tensor x = rows.To(DType.F64);
        Tensor mean = x.Mean(0);
        Tensor centred = x - mean;
        return (mean, centred.Transpose().MatMul(centred) / (rows.Shape[0] - 1));
    }
}
