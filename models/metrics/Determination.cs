namespace Adjoint.Models;

/// <summary>Coefficient of determination R² = 1 - Σ (y - ŷ)² / Σ (y - ȳ)²: 1 for perfect predictions, 0 for those of the mean, any number below for worse ones.</summary>
public static class Determination
{
    /// <summary>R² of one target.</summary>
    /// <exception cref="ShapeException">Lengths differ, or there are fewer than two values.</exception>
    /// <exception cref="SettingException">A value is not finite, or the truth is constant.</exception>
    public static double Of(ReadOnlySpan<double> truth, ReadOnlySpan<double> prediction)
    {
        MetricChecks.Paired("Determination", truth, prediction, 2);
        double mean = Correlation.Mean(truth), residual = 0, total = 0;
        for (int i = 0; i < truth.Length; i++)
        {
            residual += (truth[i] - prediction[i]) * (truth[i] - prediction[i]);
            total += (truth[i] - mean) * (truth[i] - mean);
        }

        if (total == 0) throw new SettingException("Determination: the truth is constant, so there is no variance to explain. Pass one that varies.");
        return 1 - (residual / total);
    }

    /// <summary>R² of each column of targets [samples, outputs].</summary>
    /// <inheritdoc cref="Of(ReadOnlySpan{double}, ReadOnlySpan{double})"/>
    public static double[] OfColumns(Tensor truth, Tensor prediction)
    {
        var (y, fit) = MetricChecks.Sets("Determination", truth, prediction, 2);
        MetricChecks.PairedRows("Determination", y, fit);
        double[] left = y.Transpose().Read<double>(), right = fit.Transpose().Read<double>();
        int rows = y.Shape[0];
        var scores = new double[y.Shape[1]];
        for (int c = 0; c < scores.Length; c++) scores[c] = Of(left.AsSpan(c * rows, rows), right.AsSpan(c * rows, rows));
        return scores;
    }

    /// <summary>Mean over columns of R².</summary>
    /// <inheritdoc cref="Of(ReadOnlySpan{double}, ReadOnlySpan{double})"/>
    public static double Mean(Tensor truth, Tensor prediction) => OfColumns(truth, prediction).Average();
}
