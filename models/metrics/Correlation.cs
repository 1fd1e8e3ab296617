namespace Adjoint.Models;

/// <summary>Correlation of paired samples, and of the columns of matrices.</summary>
public static class Correlation
{
    /// <summary>Σ (x - x̄)(y - ȳ) / (Σ (x - x̄)² Σ (y - ȳ)²)^½ (Pearson 1896), in two passes.</summary>
    /// <param name="x">At least two values.</param>
    /// <param name="y">As many.</param>
    /// <param name="ofConstant">What to return where the formula is 0/0, because a sample has one value only.</param>
    /// <exception cref="ShapeException">Lengths differ, or there are fewer than two values.</exception>
    /// <exception cref="SettingException">A value is not finite.</exception>
    public static double Pearson(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double ofConstant = double.NaN)
    {
        MetricChecks.Paired("Correlation.Pearson", x, y, 2);
        double meanX = Mean(x), meanY = Mean(y), xx = 0, yy = 0, xy = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double dx = x[i] - meanX, dy = y[i] - meanY;
            xx += dx * dx;
            yy += dy * dy;
            xy += dx * dy;
        }

        return IsConstant(x) || IsConstant(y) ? ofConstant : Math.Clamp(xy / (Math.Sqrt(xx) * Math.Sqrt(yy)), -1, 1);
    }

    /// <summary>Pearson's correlation of the ranks, ties sharing the mean rank (Spearman 1904).</summary>
    /// <inheritdoc cref="Pearson"/>
    public static double Spearman(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double ofConstant = double.NaN)
    {
        MetricChecks.Paired("Correlation.Spearman", x, y, 2);
        return Pearson(Ranks.Of(x), Ranks.Of(y), ofConstant);
    }

    /// <summary>Covariance matrix [features, features] of rows [samples, features], divided by samples - correction.</summary>
    /// <exception cref="ShapeException">Not a matrix, or not more rows than the correction.</exception>
    public static Tensor Covariance(Tensor rows, int correction = 1)
    {
        Tensor x = MetricChecks.Rows("Correlation.Covariance", "the sample", rows, Check.AtLeast(correction, 0, "The correction") + 1);
        Tensor centred = x - x.Mean(0);
        return centred.Transpose().MatMul(centred) / (x.Shape[0] - correction);
    }

    /// <summary>Correlations [features, features] of the columns of rows [samples, features]; NaN beside a constant column.</summary>
    /// <exception cref="ShapeException">Not a matrix, or fewer than two rows.</exception>
    public static Tensor Matrix(Tensor rows, CorrelationKind kind = CorrelationKind.Pearson)
    {
        Tensor x = Directions(MetricChecks.Rows("Correlation.Matrix", "the sample", rows, 2), kind);
        return x.Transpose().MatMul(x).Clamp(-1, 1);
    }

    /// <summary>Correlations [n, m] of each of the n columns of the first with each of the m columns of the second, over paired rows; NaN beside a constant column.</summary>
    /// <exception cref="ShapeException">Not matrices of one number of rows, of at least two.</exception>
    public static Tensor Between(Tensor first, Tensor second, CorrelationKind kind = CorrelationKind.Pearson)
    {
        var (x, y) = MetricChecks.PairedRows("Correlation.Between", first, second, 2);
        return Directions(x, kind).Transpose().MatMul(Directions(y, kind)).Clamp(-1, 1);
    }

    // Columns centred and scaled to length 1, so that correlations are their products.
    static Tensor Directions(Tensor x, CorrelationKind kind)
    {
        if (kind == CorrelationKind.Spearman) x = RanksOfColumns(x);
        Tensor centred = x - x.Mean(0);

        // Rounding leaves a constant column a length of some 1e-16 of its value, which is no direction.
        Tensor length = centred.Square().Sum(0).Sqrt(), resolution = x.Abs().Max(0) * (1e-14 * Math.Sqrt(x.Shape[0]));
        return centred / TensorMath.Where(length.Greater(resolution), length, length.ZerosLike() + double.NaN);
    }

    static Tensor RanksOfColumns(Tensor x)
    {
        int rows = x.Shape[0], columns = x.Shape[1];
        double[] values = x.Transpose().Read<double>();
        for (int column = 0; column < columns; column++)
        {
            Span<double> one = values.AsSpan(column * rows, rows);
            Ranks.Of(one).CopyTo(one);
        }

        return Tensor.From<double>(values, [columns, rows]).Transpose().Contiguous();
    }

    internal static double Mean(ReadOnlySpan<double> x)
    {
        double sum = 0;
        foreach (double value in x) sum += value;
        return sum / x.Length;
    }

    static bool IsConstant(ReadOnlySpan<double> x)
    {
        foreach (double value in x)
        {
            if (value != x[0]) return false;
        }

        return true;
    }
}
