namespace Adjoint.Models.DeepIv;

/// <summary>A coefficient of a linear estimate.</summary>
/// <param name="Name">Its column.</param>
/// <param name="Estimate">Its value, in units of the outcome by units of the column.</param>
/// <param name="StandardError">Classical: s² = Σ e²/(n - k).</param>
/// <param name="RobustStandardError">Robust to unequal variances, the form HC1 (White 1980; MacKinnon, White 1985).</param>
public sealed record Coefficient(string Name, double Estimate, double StandardError, double RobustStandardError);

/// <summary>
/// h(p, x) = b0 + b1 p + x b2, by least squares or two-stage least squares: with X the columns (1, p, x) and X̂ what they are in the fit (X itself, or its projection on the instruments),
/// b = (X̂ᵀX̂)⁻¹ X̂ᵀ y, e = y - X b, and covariances s² (X̂ᵀX̂)⁻¹ and n/(n - k) (X̂ᵀX̂)⁻¹ Σ e² x̂ x̂ᵀ (X̂ᵀX̂)⁻¹.
/// </summary>
public sealed class LinearEstimate : IResponse
{
    readonly Tensor slopes;
    readonly double constant;

    LinearEstimate(IReadOnlyList<Coefficient> coefficients, Tensor residuals, double variance, double determination)
    {
        Coefficients = coefficients;
        Residuals = residuals;
        ResidualDeviation = Math.Sqrt(variance);
        Determination = determination;
        constant = coefficients[0].Estimate;
        slopes = Tensor.From<double>([.. coefficients.Skip(1).Select(static one => one.Estimate)], [coefficients.Count - 1, 1]);
    }

    /// <summary>The constant, the treatment, then the covariates.</summary>
    public IReadOnlyList<Coefficient> Coefficients { get; }

    /// <summary>The coefficient of the treatment: the effect of one unit more of it.</summary>
    public Coefficient Effect => Coefficients[1];

    /// <summary>e = y - X b, f64 [rows].</summary>
    public Tensor Residuals { get; }

    /// <summary>s, in units of the outcome.</summary>
    public double ResidualDeviation { get; }

    /// <summary>1 - Σ e²/Σ (y - ȳ)²; may be below 0 for two-stage least squares.</summary>
    public double Determination { get; }

    /// <inheritdoc/>
    public Tensor Predict(Tensor treatment, Tensor covariates)
    {
        using var pause = Autodiff.Pause();
        return Design.Join(treatment, covariates).MatMul(slopes).Reshape(treatment.Shape[0]) + constant;
    }

    /// <summary>Solves for the coefficients.</summary>
    /// <param name="estimator">Whose, for messages.</param>
    /// <param name="fitted">X̂ [n, k].</param>
    /// <param name="actual">X [n, k].</param>
    /// <param name="outcome">y [n].</param>
    /// <param name="names">Names of the columns after the constant.</param>
    /// <exception cref="SettingException">Columns depend on each other, or there are not more rows than coefficients.</exception>
    internal static LinearEstimate Solve(string estimator, Tensor fitted, Tensor actual, Tensor outcome, IReadOnlyList<string> names)
    {
        int n = actual.Shape[0], k = actual.Shape[1];
        string[] columns = ["(constant)", .. names];
        Tensor y = outcome.Reshape(n, 1);
        var (q, r) = Design.Orthogonal(estimator, fitted, columns);
        Tensor b = r.SolveTriangular(q.Transpose().MatMul(y), isLower: false);
        Tensor residuals = y - actual.MatMul(b), inverse = r.SolveTriangular(Tensor.Eye(k, DType.F64), isLower: false);
        double sum = residuals.Square().Sum().Item(), variance = sum / (n - k);
        Tensor scores = q * residuals;

        // X̂ = Q R, so (X̂ᵀX̂)⁻¹ = R⁻¹ R⁻ᵀ, and the middle of the robust form is that of Q.
        double[] classical = (inverse.Square().Sum(1) * variance).Sqrt().Read<double>();
        Tensor half = inverse.MatMul(scores.Transpose());
        double[] robust = (half.Square().Sum(1) * ((double)n / (n - k))).Sqrt().Read<double>();
        double[] estimates = b.Read<double>();
        double spread = (y - y.Mean()).Square().Sum().Item();
        return new([.. columns.Select((name, i) => new Coefficient(name, estimates[i], classical[i], robust[i]))], residuals.Reshape(n), variance, 1 - (sum / spread));
    }
}
