namespace Adjoint.Models;

/// <summary>
/// How well one set of latent variables is another up to order, sign and scale: the mean |correlation| of their columns, paired one to one so that the sum is largest (Hyvärinen, Morioka 2016).
/// </summary>
public sealed class MeanCorrelationCoefficient
{
    MeanCorrelationCoefficient(double value, int[] partners) => (Value, Partners) = (value, partners);

    /// <summary>The mean of the paired |correlations|, from 0 to 1.</summary>
    public double Value { get; }

    /// <summary>For each column of the first set, its partner in the second.</summary>
    public IReadOnlyList<int> Partners { get; }

    /// <summary>The coefficient of two sets as they are ("strong" identifiability).</summary>
    /// <param name="first">Latents [n, d].</param>
    /// <param name="second">Latents [n, e] of the same samples, e at least d.</param>
    /// <param name="kind">Correlation of values or of ranks.</param>
    /// <exception cref="ShapeException">Rows differ, or the second set has fewer columns.</exception>
    /// <exception cref="SettingException">A value is not finite.</exception>
    public static MeanCorrelationCoefficient Between(Tensor first, Tensor second, CorrelationKind kind = CorrelationKind.Spearman)
    {
        using var pause = Autodiff.Pause();
        var (x, y) = MetricChecks.PairedRows("MeanCorrelationCoefficient", first, second, 2);
        int d = x.Shape[1], e = y.Shape[1];
        if (e < d) throw new ShapeException($"MeanCorrelationCoefficient: {first.Shape} has more columns than {second.Shape}. Exchange the two.");

        // A constant column correlates with nothing.
        double[] magnitudes = Array.ConvertAll(Correlation.Between(x, y, kind).Read<double>(), static value => double.IsNaN(value) ? 0 : Math.Abs(value));
        int[] partners = [.. LinearAssignment.Solve(Tensor.From<double>(magnitudes, [d, e]), maximise: true).ColumnOfRow];
        double sum = 0;
        for (int i = 0; i < d; i++) sum += magnitudes[(i * e) + partners[i]];
        return new MeanCorrelationCoefficient(sum / d, partners);
    }

    /// <summary>The coefficient of the canonical variates: of the sets up to an invertible linear map ("weak" identifiability).</summary>
    /// <inheritdoc cref="Between"/>
    public static MeanCorrelationCoefficient AfterCanonicalCorrelation(Tensor first, Tensor second, CorrelationKind kind = CorrelationKind.Spearman)
    {
        var analysis = new CanonicalCorrelation(first, second);
        return Between(analysis.VariatesFirst(first), analysis.VariatesSecond(second), kind);
    }
}
