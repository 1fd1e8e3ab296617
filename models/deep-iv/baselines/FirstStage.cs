using System.Globalization;

namespace Adjoint.Models.DeepIv;

/// <summary>How strongly instruments move the treatment: the regression of p on 1, x and z against that on 1 and x alone.</summary>
/// <param name="F">F statistic of the instruments together; below 10 they count as weak (Staiger, Stock 1997).</param>
/// <param name="RobustF">The same as a Wald statistic with variances robust to unequal spread (HC1), by the number of instruments.</param>
/// <param name="Instruments">Its first degrees of freedom.</param>
/// <param name="Freedom">Its second degrees of freedom, n - k.</param>
/// <param name="Probability">P(F or more) if no instrument moved the treatment.</param>
/// <param name="PartialDetermination">Share of the variance of p given x that the instruments explain.</param>
public sealed record FirstStage(double F, double RobustF, int Instruments, int Freedom, double Probability, double PartialDetermination)
{
    const double WeakBelow = 10;

    /// <summary>Whether F is below 10, where two-stage least squares leans towards least squares and its intervals are too short.</summary>
    public bool IsWeak => !(F >= WeakBelow);

    /// <summary>A line about the strength; a warning where it is weak.</summary>
    public string Note
    {
        get
        {
            string figures = string.Create(
                CultureInfo.InvariantCulture, $"F({Instruments}, {Freedom}) = {F:0.##} (robust {RobustF:0.##}), partial R² = {PartialDetermination:0.####}");
            return IsWeak ? $"Weak instruments: first-stage {figures}, and F below 10 is weak. Estimates lean towards OLS and intervals are too short." : $"First stage: {figures}.";
        }
    }

    /// <summary>Measures the strength.</summary>
    /// <exception cref="SettingException">There are several treatments, columns depend on each other, or there are too few rows.</exception>
    public static FirstStage Of(InstrumentData data, VariableNames? names = null)
    {
        using var pause = Autodiff.Pause();
        Design.Check("First stage", data);
        names ??= VariableNames.For(data);
        int n = data.Count, q = data.Instruments.Shape[1];
        string[] columns = ["(constant)", .. names.Covariates, .. names.Instruments];
        Tensor all = Design.WithConstant(data.Covariates, data.Instruments), p = data.Treatment.Reshape(n, 1);
        Tensor basis = Design.Orthogonal("First stage", all, columns).Q;
        int k = basis.Shape[1], without = k - q;
        Tensor instruments = basis.Slice(1, without), parts = instruments.Transpose().MatMul(p), rest = p - Design.Project(basis, p);
        double explained = parts.Square().Sum().Item(), left = rest.Square().Sum().Item(), f = explained / q / (left / (n - k));

        // In coordinates of Q the instruments' part of the coefficients is Q₂ᵀp with covariance Σ e² q₂ q₂ᵀ n/(n - k).
        Tensor scores = instruments * rest, covariance = scores.Transpose().MatMul(scores) * ((double)n / (n - k));
        double wald = left > 0 ? (parts * covariance.Solve(parts)).Sum().Item() : double.PositiveInfinity;
        return new(f, wald / q, q, n - k, Tails.Fisher(f, q, n - k), explained / (explained + left));
    }
}
