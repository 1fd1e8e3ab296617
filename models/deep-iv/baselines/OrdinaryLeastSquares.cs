namespace Adjoint.Models.DeepIv;

/// <summary>The regression of y on 1, p and x, which takes the treatment as it came: biased where a confounder moves both.</summary>
public static class OrdinaryLeastSquares
{
    /// <summary>Fits coefficients.</summary>
    /// <exception cref="SettingException">There are several treatments, columns depend on each other, or there are too few rows.</exception>
    public static LinearEstimate Fit(InstrumentData data, VariableNames? names = null)
    {
        using var pause = Autodiff.Pause();
        Design.Check("OLS", data);
        names ??= VariableNames.For(data);
        Tensor x = Design.WithConstant(data.Treatment, data.Covariates);
        return LinearEstimate.Solve("OLS", x, x, data.Outcome, [names.Treatment, .. names.Covariates]);
    }
}
