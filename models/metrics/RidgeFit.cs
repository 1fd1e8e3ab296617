namespace Adjoint.Models;

/// <summary>
/// Ridge regression: the coefficients that minimise |Y - X B - 1 b|² + λ |B|², with the constant b free (Hoerl, Kennard 1970). With fewer rows than columns the system of rows is solved.
/// </summary>
public sealed class RidgeFit
{
    /// <summary>Fits coefficients.</summary>
    /// <param name="design">Rows [n, features].</param>
    /// <param name="targets">Targets [n, outputs], or [n] for one.</param>
    /// <param name="penalty">λ, above 0.</param>
    /// <param name="intercept">Whether a free constant is fitted.</param>
    /// <exception cref="ShapeException">Shapes do not fit.</exception>
    /// <exception cref="SettingException">The penalty is not above 0.</exception>
    public RidgeFit(Tensor design, Tensor targets, double penalty, bool intercept = true)
    {
        using var pause = Autodiff.Pause();
        ArgumentNullException.ThrowIfNull(targets);
        Check.InRange(penalty, double.Epsilon, double.MaxValue, "The penalty");
        Tensor columns = targets.Rank == 1 ? targets.Reshape(targets.Count, 1) : targets;
        var (x, y) = MetricChecks.PairedRows("RidgeFit", design, columns);
        Tensor meanX = x.Mean(0), meanY = y.Mean(0);
        if (intercept) (x, y) = (x - meanX, y - meanY);
        Coefficients = x.Ridge(y, penalty);
        Intercept = intercept ? meanY - meanX.Reshape(1, x.Shape[1]).MatMul(Coefficients).Reshape(y.Shape[1]) : meanY.ZerosLike();
    }

    /// <summary>Coefficients [features, outputs].</summary>
    public Tensor Coefficients { get; }

    /// <summary>Constants [outputs].</summary>
    public Tensor Intercept { get; }

    /// <summary>Predictions [m, outputs] for rows [m, features].</summary>
    /// <exception cref="ShapeException">Rows of another width.</exception>
    public Tensor Predict(Tensor design) => MetricChecks.Rows("RidgeFit.Predict", "the design", design).MatMul(Coefficients) + Intercept;
}
