namespace Adjoint.Models.DeepIv;

/// <summary>Points at which an estimated response is compared with the true one, f64.</summary>
/// <param name="Treatment">p [rows].</param>
/// <param name="Covariates">x [rows, d].</param>
/// <param name="Truth">h(p, x) [rows].</param>
public sealed record ResponseTest(Tensor Treatment, Tensor Covariates, Tensor Truth)
{
    /// <summary>Mean squared error of an estimate, in the squared unit of the outcome.</summary>
    public double Error(IResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        using var pause = Autodiff.Pause();
        return (response.Predict(Treatment, Covariates) - Truth).Square().Mean().Item();
    }
}
