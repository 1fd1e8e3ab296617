namespace Adjoint.Models.DeepIv;

/// <summary>Ridge regression of y on monomials of x and the treatment as it came, with degree and penalty by cross-validation: flexible, and biased by confounding. With <see cref="PolynomialGrid.Linear"/> ordinary ridge regression.</summary>
public sealed class PolynomialRidge : IResponse
{
    PolynomialRidge(PolynomialRegression response) => Response = response;

    /// <summary>The fit, of columns (x, p).</summary>
    public PolynomialRegression Response { get; }

    /// <summary>Chooses and fits.</summary>
    /// <exception cref="SettingException">There are several treatments, too few rows or too many columns.</exception>
    public static PolynomialRidge Fit(InstrumentData data, PolynomialGrid? grid = null)
    {
        using var pause = Autodiff.Pause();
        Design.Check("Polynomial ridge", data);
        return new(PolynomialRegression.Fit(Design.Join(data.Covariates, data.Treatment), data.Outcome, grid));
    }

    /// <inheritdoc/>
    public Tensor Predict(Tensor treatment, Tensor covariates) => Response.Predict(Design.Join(covariates, treatment));
}
