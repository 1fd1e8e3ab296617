namespace Adjoint.Models.GaussianProcesses;

/// <summary>
/// What it is worth to observe a candidate next, from the mean and the variance of its value; larger is better. Tensor expressions of one element a candidate, with derivatives: with
/// <see cref="GaussianPosterior.Marginals"/> of tracked candidates, gradients by the candidates follow.
/// </summary>
public static class Acquisition
{
    /// <summary>mean + weight · deviation (Cox, John 1992; Srinivas et al. 2010).</summary>
    /// <exception cref="SettingException">The weight is negative.</exception>
    public static Tensor UpperConfidenceBound(Tensor mean, Tensor variance, double weight)
    {
        Check.InRange(weight, 0, double.MaxValue, "The weight of the deviation");
        return mean + (Deviation(variance) * weight);
    }

    /// <summary>E max(value - best, 0) = s (u Φ(u) + φ(u)), u = (mean - best)/s (Mockus 1974; Jones, Schonlau, Welch 1998). Underflows to 0 below u of -38; then compare logarithms.</summary>
    public static Tensor ExpectedImprovement(Tensor mean, Tensor variance, double best) => LogExpectedImprovement(mean, variance, best).Exp();

    /// <summary>The logarithm of <see cref="ExpectedImprovement"/>, exact to rounding for any u (Ament et al. 2023); see <see cref="StandardImprovement"/>.</summary>
    public static Tensor LogExpectedImprovement(Tensor mean, Tensor variance, double best)
    {
        Tensor deviation = Deviation(variance);
        return deviation.Log() + StandardImprovement.Log((mean - best) / deviation);
    }

    /// <summary>P(value > best) = Φ(u) (Kushner 1964).</summary>
    public static Tensor ProbabilityOfImprovement(Tensor mean, Tensor variance, double best) => ((mean - best) / Deviation(variance)).NormalCdf();

    /// <summary>Its logarithm, finite far into the tail.</summary>
    public static Tensor LogProbabilityOfImprovement(Tensor mean, Tensor variance, double best) => ((mean - best) / Deviation(variance)).LogNormalCdf();

    // A variance of 0, at a datum without noise, counts as the smallest that keeps quotients finite.
    static Tensor Deviation(Tensor variance)
    {
        ArgumentNullException.ThrowIfNull(variance);
        return variance.Clamp(1e-200, double.MaxValue).Sqrt();
    }
}
