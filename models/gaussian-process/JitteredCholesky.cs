using System.Globalization;

namespace Adjoint.Models.GaussianProcesses;

/// <summary>
/// Cholesky factor of a covariance that rounding may have left just short of positive definite: on failure, growing shares of the mean variance are added to the diagonal.
/// </summary>
static class JitteredCholesky
{
    static readonly double[] Shares = [0, 1e-12, 1e-10, 1e-8, 1e-6, 1e-4];

    /// <summary>The factor, the variance that was added, and a warning if any was.</summary>
    /// <exception cref="NumericalException">No share suffices.</exception>
    public static (Tensor Factor, double Jitter, string? Warning) Of(Tensor covariance)
    {
        double scale = Math.Max(1e-300, (covariance.Detach() * Tensor.Eye(covariance.Shape[0], DType.F64)).Sum().Item() / covariance.Shape[0]);
        foreach (double share in Shares)
        {
            try
            {
                Tensor factor = (share == 0 ? covariance : covariance + (Tensor.Eye(covariance.Shape[0], DType.F64) * (share * scale))).Cholesky();
                return (factor, share * scale, share == 0 ? null : Text(covariance, share));
            }
            catch (NumericalException) when (share != Shares[^1])
            {
            }
        }

        throw new NumericalException("GaussianProcess: a covariance is not positive definite.");
    }

    static string Text(Tensor covariance, double share) => string.Create(
        CultureInfo.InvariantCulture,
        $"The covariance {covariance.Shape} was not positive definite; {share:0e+0} of its mean variance was added to the diagonal. Raise the noise, or remove rows that repeat.");
}
