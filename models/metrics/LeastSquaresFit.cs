namespace Adjoint.Models;

/// <summary>
/// Linear regression by least squares, y = X b + e, through an orthogonal decomposition of X, with standard errors: ordinary, s² (XᵀX)⁻¹ with s² = Σ e²/(n - p), or robust to unequal variances,
/// n/(n - p) (XᵀX)⁻¹ (Σ e² x xᵀ) (XᵀX)⁻¹, the form HC1 (White 1980; MacKinnon, White 1985).
/// </summary>
public sealed class LeastSquaresFit
{
    readonly bool intercept;

    /// <summary>Fits coefficients.</summary>
    /// <param name="design">Rows [n, features].</param>
    /// <param name="target">Values [n].</param>
    /// <param name="intercept">Whether a constant is fitted as well; it is then coefficient 0.</param>
    /// <param name="robust">Whether standard errors are the robust ones.</param>
    /// <exception cref="ShapeException">Shapes do not fit, or there are not more rows than coefficients.</exception>
    /// <exception cref="SettingException">A value is not finite, or columns depend on each other.</exception>
    public LeastSquaresFit(Tensor design, Tensor target, bool intercept = true, bool robust = false)
    {
        using var pause = Autodiff.Pause();
        ArgumentNullException.ThrowIfNull(target);
        this.intercept = intercept;
        Tensor x = Design(MetricChecks.Rows("LeastSquaresFit", "the design", design));
        int n = x.Shape[0], p = x.Shape[1];
        if (target.Rank != 1 || target.Count != n) throw new ShapeException($"LeastSquaresFit: the target {target.Shape} for the design {design.Shape}. Pass one value for each row.");
        if (n <= p) throw new ShapeException($"LeastSquaresFit: {n} rows for {p} coefficients. Pass more rows than coefficients, or use RidgeFit.");
        Tensor y = target.Detach().To(DType.F64).Reshape(n, 1);
        MetricChecks.Sample("LeastSquaresFit", "the design", x.Read<double>());
        MetricChecks.Sample("LeastSquaresFit", "the target", y.Read<double>());
        var (q, r) = x.Qr();
        CheckRank(r, p);
        Tensor coefficients = r.SolveTriangular(q.Transpose().MatMul(y), isLower: false), inverse = r.SolveTriangular(Tensor.Eye(p, DType.F64), isLower: false);
        Tensor residuals = y - x.MatMul(coefficients);
        double sumOfSquares = residuals.Square().Sum().Item();
        Tensor covariance = inverse.MatMul(inverse.Transpose());
        if (robust)
        {
            Tensor scores = x.MatMul(covariance) * residuals;
            covariance = scores.Transpose().MatMul(scores) * ((double)n / (n - p));
        }
        else
        {
            covariance *= sumOfSquares / (n - p);
        }

        Coefficients = coefficients.Read<double>();
        Covariance = covariance;
        StandardErrors = covariance.Diagonal().Sqrt().Read<double>();
        Residuals = residuals.Read<double>();
        ResidualVariance = sumOfSquares / (n - p);
        Tensor spread = intercept ? y - y.Mean() : y;
        Determination = 1 - (sumOfSquares / spread.Square().Sum().Item());
    }

    /// <summary>The coefficients, the constant first if there is one.</summary>
    public IReadOnlyList<double> Coefficients { get; }

    /// <summary>Their standard errors.</summary>
    public IReadOnlyList<double> StandardErrors { get; }

    /// <summary>Their covariance [p, p].</summary>
    public Tensor Covariance { get; }

    /// <summary>y - X b of each row.</summary>
    public IReadOnlyList<double> Residuals { get; }

    /// <summary>s² = Σ e²/(n - p).</summary>
    public double ResidualVariance { get; }

    /// <summary>R², about the mean with an intercept, about 0 without.</summary>
    public double Determination { get; }

    /// <summary>Coefficients through their standard errors.</summary>
    public IReadOnlyList<double> Ratios => [.. Coefficients.Select((value, i) => value / StandardErrors[i])];

    /// <summary>X b for new rows [m, features]: [m].</summary>
    /// <exception cref="ShapeException">Rows of another width.</exception>
    public Tensor Predict(Tensor design)
    {
        Tensor x = Design(MetricChecks.Rows("LeastSquaresFit.Predict", "the design", design));
        if (x.Shape[1] != Coefficients.Count) throw new ShapeException($"LeastSquaresFit.Predict: rows {design.Shape} for {Coefficients.Count} coefficients. Pass the fitted columns.");
        return x.MatMul(Tensor.From<double>([.. Coefficients], [Coefficients.Count, 1])).Reshape(x.Shape[0]);
    }

    Tensor Design(Tensor x) => intercept ? TensorMath.Concat([Tensor.Ones([x.Shape[0], 1], DType.F64), x], 1) : x;

    static void CheckRank(Tensor r, int p)
    {
        double[] diagonal = r.Diagonal().Abs().Read<double>();
        double[] lengths = r.Square().Sum(0).Sqrt().Read<double>();
        for (int i = 0; i < p; i++)
        {
            if (diagonal[i] <= 1e-12 * lengths[i])
                throw new SettingException($"LeastSquaresFit: column {i} of the design, the constant included, depends on those before it. Leave it out, or use RidgeFit.");
        }
    }
}
