namespace Adjoint.Models.DeepIv;

/// <summary>An estimate whose intervals are not known: their ends are NaN.</summary>
/// <param name="estimate">A trained estimate.</param>
public sealed class PointEstimate(DeepIvEstimator estimate) : IUncertainResponse
{
    /// <inheritdoc/>
    public string Method => "none";

    /// <inheritdoc/>
    public Tensor Predict(Tensor treatment, Tensor covariates) => estimate.Predict(treatment, covariates);

    /// <inheritdoc/>
    public Band Points(Tensor treatment, Tensor covariates, double level) => Unknown(Predict(treatment, covariates));

    /// <inheritdoc/>
    public Band Curve(Tensor treatments, Tensor covariates, double level)
    {
        var (p, x) = Crossing.Of(treatments, covariates);
        return Unknown(Predict(p, x).Reshape(-1, covariates.Shape[0]).Mean(1));
    }

    /// <inheritdoc/>
    public Band MeanSlope(Tensor treatment, Tensor covariates, double level) => Unknown(estimate.Response.Slopes(treatment, covariates).Mean().Reshape(1));

    /// <inheritdoc/>
    public Band MeanEffect(double from, double to, Tensor covariates, double level)
    {
        var (p, x) = Crossing.Of(Tensor.From<double>([from, to]), covariates);
        Tensor means = Predict(p, x).Reshape(2, covariates.Shape[0]).Mean(1);
        return Unknown((means.Slice(0, 1) - means.Slice(0, 0, 1)) / (to - from));
    }

    static Band Unknown(Tensor estimate)
    {
        double[] values = estimate.Read<double>(), unknown = [.. values.Select(static _ => double.NaN)];
        return new Band(values, unknown, unknown);
    }
}
