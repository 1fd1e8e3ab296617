namespace Adjoint.Models.DeepIv;

/// <summary>
/// Intervals from functions drawn by dropout: each draw keeps one mask for all rows and treatments, so that means over rows are means of drawn functions. They tell the spread of the approximate
/// posterior, not the sampling error; nothing promises their coverage. Gal, Ghahramani 2016; Hartford et al. 2017, section 3.5.
/// </summary>
public sealed class DropoutIntervals : IUncertainResponse
{
    readonly NetworkResponse response;
    readonly int draws;
    readonly Key key;

    /// <summary>Draws from a trained estimate.</summary>
    /// <param name="estimate">It must have been trained with dropout.</param>
    /// <param name="draws">Functions to draw.</param>
    /// <param name="key">Decides the masks.</param>
    public DropoutIntervals(DeepIvEstimator estimate, int draws, Key key)
    {
        ArgumentNullException.ThrowIfNull(estimate);
        (response, this.draws, this.key) = (estimate.Response, Check.AtLeast(draws, 2, "Draws"), key);
    }

    /// <inheritdoc/>
    public string Method => $"quantiles of {draws} functions drawn by dropout";

    /// <inheritdoc/>
    public Tensor Predict(Tensor treatment, Tensor covariates) => response.Predict(treatment, covariates);

    /// <inheritdoc/>
    public Band Points(Tensor treatment, Tensor covariates, double level) =>
        Band.OfDraws(Predict(treatment, covariates), response.PredictDraws(treatment, covariates, draws, key), level);

    /// <inheritdoc/>
    public Band Curve(Tensor treatments, Tensor covariates, double level)
    {
        var (p, x) = Crossing.Of(treatments, covariates);
        int rows = covariates.Shape[0];
        return Band.OfDraws(Predict(p, x).Reshape(-1, rows).Mean(1), response.PredictDraws(p, x, draws, key).Reshape(draws, -1, rows).Mean(2), level);
    }

    /// <inheritdoc/>
    public Band MeanSlope(Tensor treatment, Tensor covariates, double level) =>
        Band.OfDraws(response.Slopes(treatment, covariates).Mean().Reshape(1), response.SlopeDraws(treatment, covariates, draws, key).Mean(1, keepAxes: true), level);

    /// <inheritdoc/>
    public Band MeanEffect(double from, double to, Tensor covariates, double level)
    {
        var (p, x) = Crossing.Of(Tensor.From<double>([from, to]), covariates);
        int rows = covariates.Shape[0];
        Tensor Effect(Tensor means) => (means.At(1, 1) - means.At(1, 0)) / (to - from);
        return Band.OfDraws(Effect(Predict(p, x).Reshape(1, 2, rows).Mean(2)), Effect(response.PredictDraws(p, x, draws, key).Reshape(draws, 2, rows).Mean(2)).Unsqueeze(1), level);
    }
}
