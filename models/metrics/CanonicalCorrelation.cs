namespace Adjoint.Models;

/// <summary>
/// Canonical correlation analysis of paired rows: directions in both spaces whose coordinates correlate most (Hotelling 1936), from the singular values of Qxᵀ Qy with Q orthonormal bases of the
/// centred columns (Björck, Golub 1973). Directions that the rows do not vary along are left out.
/// </summary>
public sealed class CanonicalCorrelation
{
    /// <summary>Finds the directions.</summary>
    /// <param name="first">Rows [n, p].</param>
    /// <param name="second">Their partners [n, q].</param>
    /// <param name="components">How many to keep, at most the smaller rank; null for as many.</param>
    /// <exception cref="ShapeException">Not matrices with one number of rows, of at least two.</exception>
    /// <exception cref="SettingException">More components than there are, or a set without variance.</exception>
    public CanonicalCorrelation(Tensor first, Tensor second, int? components = null)
    {
        using var pause = Autodiff.Pause();
        var (x, y) = MetricChecks.PairedRows("CanonicalCorrelation", first, second, 2);
        MeanFirst = x.Mean(0);
        MeanSecond = y.Mean(0);
        var (basisX, whitenX) = Whiten(x - MeanFirst);
        var (basisY, whitenY) = Whiten(y - MeanSecond);
        int all = Math.Min(whitenX.Shape[1], whitenY.Shape[1]), kept = components ?? all;
        if (kept < 1 || kept > all) throw new SettingException($"CanonicalCorrelation: {kept} components where the smaller rank of both sets is {all}. Choose 1 to {all}.");
        var (left, values, right) = basisX.Transpose().MatMul(basisY).Svd();
        Correlations = Array.ConvertAll(values.Slice(0, 0, kept).Read<double>(), static value => Math.Clamp(value, 0, 1));
        double unit = Math.Sqrt(x.Shape[0] - 1);
        WeightsFirst = whitenX.MatMul(left.Slice(1, 0, kept)) * unit;
        WeightsSecond = whitenY.MatMul(right.Slice(1, 0, kept)) * unit;
    }

    /// <summary>Correlations, falling.</summary>
    public IReadOnlyList<double> Correlations { get; }

    /// <summary>Mean of the first rows [p].</summary>
    public Tensor MeanFirst { get; }

    /// <summary>Mean of the second rows [q].</summary>
    public Tensor MeanSecond { get; }

    /// <summary>Weights [p, components] of the first set's variates, which have variance 1.</summary>
    public Tensor WeightsFirst { get; }

    /// <summary>Weights [q, components] of the second set's.</summary>
    public Tensor WeightsSecond { get; }

    /// <summary>Variates [rows, components] of rows of the first space.</summary>
    public Tensor VariatesFirst(Tensor rows) => (MetricChecks.Rows("CanonicalCorrelation", "the sample", rows) - MeanFirst).MatMul(WeightsFirst);

    /// <summary>Variates of rows of the second space.</summary>
    public Tensor VariatesSecond(Tensor rows) => (MetricChecks.Rows("CanonicalCorrelation", "the sample", rows) - MeanSecond).MatMul(WeightsSecond);

    // An orthonormal basis [n, rank] of the columns, and the map [width, rank] that makes it of them.
    static (Tensor Basis, Tensor Map) Whiten(Tensor centred)
    {
        var (left, singular, right) = centred.Svd();
        double[] values = singular.Read<double>();
        double floor = values[0] * 1e-12 * Math.Max(centred.Shape[0], centred.Shape[1]);
        int rank = values.Count(value => value > floor);
        if (rank == 0) throw new SettingException("CanonicalCorrelation: the rows of a set are all equal. Pass sets that vary.");
        Tensor inverse = Tensor.From<double>([.. values[..rank].Select(static value => 1 / value)]);
        return (left.Slice(1, 0, rank), right.Slice(1, 0, rank) * inverse);
    }
}
