namespace Adjoint.Models.DeepIv;

/// <summary>
/// Intervals over several splits of the same rows: the median of their estimates, with a variance that is the median of σ² + (estimate - median)², so that what a split decides by chance, the features
/// above all, widens the interval. Chernozhukov et al. 2018, "Double/debiased machine learning", definition 3.3.
/// </summary>
public sealed class RepeatedSplits : IUncertainResponse
{
    readonly IReadOnlyList<SplitIntervals> splits;

    RepeatedSplits(IReadOnlyList<SplitIntervals> splits) => this.splits = splits;

    /// <inheritdoc/>
    public string Method => $"median of {splits.Count} splits, each by {splits[0].Method}";

    /// <summary>The median of splits; of one split, that one.</summary>
    /// <param name="splits">Estimates of the same response, each from a split of its own.</param>
    public static IUncertainResponse Of(IReadOnlyList<SplitIntervals> splits)
    {
        ArgumentNullException.ThrowIfNull(splits);
        return splits.Count == 1 ? splits[0] : new RepeatedSplits(splits);
    }

    /// <inheritdoc/>
    public Tensor Predict(Tensor treatment, Tensor covariates)
    {
        using var pause = Autodiff.Pause();
        return TensorMath.Stack([.. splits.Select(split => split.Predict(treatment, covariates))], 0).Median(0);
    }

    /// <inheritdoc/>
    public Band Points(Tensor treatment, Tensor covariates, double level) => Combine(split => split.Points(treatment, covariates, level), level);

    /// <inheritdoc/>
    public Band Curve(Tensor treatments, Tensor covariates, double level) => Combine(split => split.Curve(treatments, covariates, level), level);

    /// <inheritdoc/>
    public Band MeanSlope(Tensor treatment, Tensor covariates, double level) => Combine(split => split.MeanSlope(treatment, covariates, level), level);

    /// <inheritdoc/>
    public Band MeanEffect(double from, double to, Tensor covariates, double level) => Combine(split => split.MeanEffect(from, to, covariates, level), level);

    Band Combine(Func<SplitIntervals, Band> band, double level) => Band.OfMedian([.. splits.Select(band)], level);
}
