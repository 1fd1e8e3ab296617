namespace Adjoint.Models;

/// <summary>How far stated probabilities are from what happens.</summary>
public static class Calibration
{
    /// <summary>Mean of (p - y)² with y = 1 for a positive, else 0 (Brier 1950, the form for two classes that counts one of them).</summary>
    /// <exception cref="ShapeException">Lengths differ, or there are no samples.</exception>
    /// <exception cref="SettingException">A probability is outside [0, 1].</exception>
    public static double Brier(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> positive)
    {
        CheckProbabilities("Calibration.Brier", probabilities, positive.Length);
        double sum = 0;
        for (int i = 0; i < probabilities.Length; i++)
        {
            double miss = probabilities[i] - (positive[i] ? 1 : 0);
            sum += miss * miss;
        }

        return sum / probabilities.Length;
    }

    /// <summary>Mean over rows of Σ_c (p_c - [c is the class])² for probabilities [samples, classes]: Brier's own form, twice the other for two classes.</summary>
    /// <exception cref="ShapeException">Not a matrix, or not one class for each row.</exception>
    /// <exception cref="SettingException">A class is outside the range.</exception>
    public static double Brier(Tensor probabilities, ReadOnlySpan<int> classes)
    {
        Tensor p = MetricChecks.Rows("Calibration.Brier", "the matrix of probabilities", probabilities);
        if (classes.Length != p.Shape[0]) throw new ShapeException($"Calibration.Brier: {classes.Length} classes stand against {p.Shape[0]} rows. Pass one class for each row.");
        MetricChecks.Classes("Calibration.Brier", "the sample", classes, p.Shape[1]);
        Tensor hot = Tensor.From<int>(classes, [classes.Length]).To(DType.I64).OneHot(p.Shape[1], DType.F64);
        return (p - hot).Square().Sum().Item() / p.Shape[0];
    }

    /// <summary>
    /// Expected calibration error: Σ_b (n_b/n) |mean outcome - mean probability| over bins of equal width, a bin holding its upper edge (Naeini, Cooper, Hauskrecht 2015; Guo et al. 2017).
    /// </summary>
    /// <param name="probabilities">Stated probabilities: for many classes, that of the predicted class.</param>
    /// <param name="happened">Whether it happened: for many classes, whether the prediction is right.</param>
    /// <param name="bins">Number of bins.</param>
    /// <exception cref="ShapeException">Lengths differ, or there are no samples.</exception>
    /// <exception cref="SettingException">A probability is outside [0, 1], or there are no bins.</exception>
    public static double Error(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> happened, int bins = 15)
    {
        CheckProbabilities("Calibration.Error", probabilities, happened.Length);
        Check.AtLeast(bins, 1, "The number of bins");
        var gaps = new double[bins];
        for (int i = 0; i < probabilities.Length; i++)
        {
            int bin = Math.Clamp((int)Math.Ceiling(probabilities[i] * bins) - 1, 0, bins - 1);
            gaps[bin] += (happened[i] ? 1 : 0) - probabilities[i];
        }

        double sum = 0;
        foreach (double gap in gaps) sum += Math.Abs(gap);
        return sum / probabilities.Length;
    }

    static void CheckProbabilities(string name, ReadOnlySpan<double> probabilities, int labels)
    {
        if (probabilities.Length != labels || labels == 0)
            throw new ShapeException($"{name}: {probabilities.Length} probabilities stand against {labels} outcomes. Pass one outcome for each, and at least one.");
        foreach (double p in probabilities) Check.InRange(p, 0, 1, $"{name}: a probability");
    }
}
