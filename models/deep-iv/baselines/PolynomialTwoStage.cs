namespace Adjoint.Models.DeepIv;

/// <summary>
/// Polynomial two-stage least squares: ridge regression of p on all monomials of (x, z), then of y on all monomials of x and the p that the first predicts, each with degree and penalty by cross-validation. The second
/// polynomial at the actual p is the estimate, which is biased where it is not linear in p: the mean of p² is not the square of the mean. The baseline of Hartford et al. 2017, section 4.1.
/// </summary>
public sealed class PolynomialTwoStage : IResponse
{
    PolynomialTwoStage(PolynomialRegression treatment, PolynomialRegression response) => (Treatment, Response) = (treatment, response);

    /// <summary>The first stage, of columns (x, z).</summary>
    public PolynomialRegression Treatment { get; }

    /// <summary>The second stage, of columns (x, p).</summary>
    public PolynomialRegression Response { get; }

    /// <summary>Fits both stages.</summary>
    /// <exception cref="SettingException">There are several treatments, too few rows or too many columns.</exception>
    public static PolynomialTwoStage Fit(InstrumentData data, PolynomialGrid? grid = null)
    {
        using var pause = Autodiff.Pause();
        Design.Check("Polynomial 2SLS", data);
        Tensor columns = Design.Join(data.Covariates, data.Instruments);
        var treatment = PolynomialRegression.Fit(columns, data.Treatment, grid);
        return new(treatment, PolynomialRegression.Fit(Design.Join(data.Covariates, treatment.Predict(columns)), data.Outcome, grid));
    }

    /// <inheritdoc/>
    public Tensor Predict(Tensor treatment, Tensor covariates) => Response.Predict(Design.Join(covariates, treatment));
}
