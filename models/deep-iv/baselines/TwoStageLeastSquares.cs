namespace Adjoint.Models.DeepIv;

/// <summary>A test of what was assumed.</summary>
/// <param name="Name">The test.</param>
/// <param name="Statistic">Its statistic.</param>
/// <param name="Probability">P(statistic or more) under the assumption.</param>
/// <param name="Meaning">What a small probability says, in a line.</param>
public sealed record AssumptionTest(string Name, double Statistic, double Probability, string Meaning);

/// <summary>
/// Two-stage least squares: p is replaced by its projection on 1, x and z, and y regressed on 1, that and x. Consistent where the response is linear, the instruments move p, and they touch y through p alone.
/// </summary>
public sealed class TwoStageLeastSquares : IResponse
{
    TwoStageLeastSquares(LinearEstimate estimate, FirstStage strength, IReadOnlyList<AssumptionTest> tests) => (Estimate, Strength, Tests) = (estimate, strength, tests);

    /// <summary>The coefficients, with classical and robust standard errors.</summary>
    public LinearEstimate Estimate { get; }

    /// <summary>How strongly the instruments move the treatment.</summary>
    public FirstStage Strength { get; }

    /// <summary>Residual checks: Wu and Hausman's test that the treatment is not confounded and, with more than one instrument, Sargan's that they agree.</summary>
    public IReadOnlyList<AssumptionTest> Tests { get; }

    /// <summary>Fits coefficients.</summary>
    /// <exception cref="SettingException">There are several treatments, columns depend on each other, or there are too few rows.</exception>
    public static TwoStageLeastSquares Fit(InstrumentData data, VariableNames? names = null)
    {
        using var pause = Autodiff.Pause();
        Design.Check("2SLS", data);
        names ??= VariableNames.For(data);
        FirstStage strength = FirstStage.Of(data, names);
        Tensor basis = Design.WithConstant(data.Covariates, data.Instruments).Qr().Q;
        Tensor fitted = Design.Project(basis, data.Treatment.Reshape(data.Count, 1));
        Tensor actual = Design.WithConstant(data.Treatment, data.Covariates);
        LinearEstimate estimate = LinearEstimate.Solve(
            "2SLS", Design.WithConstant(fitted, data.Covariates), actual, data.Outcome, [names.Treatment, .. names.Covariates]);
        var tests = new List<AssumptionTest>();
        if (WuHausman(data, actual, fitted) is { } endogeneity) tests.Add(endogeneity);
        if (data.Instruments.Shape[1] > 1) tests.Add(Sargan(estimate.Residuals, basis, data.Instruments.Shape[1]));
        return new(estimate, strength, tests);
    }

    /// <inheritdoc/>
    public Tensor Predict(Tensor treatment, Tensor covariates) => Estimate.Predict(treatment, covariates);

    // The regression of y on 1, p, x and the first stage's residual: that residual matters if a confounder moves p and y (Wu 1973; Hausman 1978).
    static AssumptionTest? WuHausman(InstrumentData data, Tensor actual, Tensor fitted)
    {
        int n = data.Count, freedom = n - actual.Shape[1] - 1;
        Tensor rest = data.Treatment.Reshape(n, 1) - fitted;
        if (freedom < 1 || rest.Square().Sum().Item() <= 1e-20 * data.Treatment.Square().Sum().Item()) return null;
        double without = Design.SquaredRest(actual.Qr().Q, data.Outcome), with = Design.SquaredRest(Design.Join(actual, rest).Qr().Q, data.Outcome);
        double f = (without - with) / (with / freedom);
        return new("Wu-Hausman", f, Tails.Fisher(f, 1, freedom), "small: OLS and 2SLS differ by more than chance, the treatment is confounded");
    }

    // n R² of the residuals on all exogenous columns, χ² with one degree of freedom less than instruments (Sargan 1958).
    static AssumptionTest Sargan(Tensor residuals, Tensor basis, int instruments)
    {
        double all = residuals.Square().Sum().Item(), statistic = residuals.Count * (1 - (Design.SquaredRest(basis, residuals) / all));
        return new("Sargan", statistic, Tails.ChiSquared(statistic, instruments - 1), "small: instruments contradict each other, one touches the outcome by another way");
    }
}
