namespace Adjoint.Models.DeepIv;

/// <summary>An estimate of h(p, x), the mean outcome had the treatment been set to p. What every estimator of this folder gives, DeepIV and its baselines alike.</summary>
public interface IResponse
{
    /// <summary>h f64 [rows] of treatments p f64 [rows] and covariates x f64 [rows, covariates], in the units of the data that it was fitted on.</summary>
    Tensor Predict(Tensor treatment, Tensor covariates);
}
