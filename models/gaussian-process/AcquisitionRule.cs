namespace Adjoint.Models.GaussianProcesses;

/// <summary>An acquisition as a function of mean, variance and the best value so far.</summary>
public delegate Tensor AcquisitionRule(Tensor mean, Tensor variance, double best);

/// <summary>The usual rules, for <see cref="BatchSelection"/>.</summary>
public static class AcquisitionRules
{
    /// <summary>log expected improvement.</summary>
    public static AcquisitionRule LogExpectedImprovement { get; } = Acquisition.LogExpectedImprovement;

    /// <summary>log probability of improvement.</summary>
    public static AcquisitionRule LogProbabilityOfImprovement { get; } = Acquisition.LogProbabilityOfImprovement;

    /// <summary>mean + weight · deviation.</summary>
    /// <exception cref="SettingException">The weight is negative.</exception>
    public static AcquisitionRule UpperConfidenceBound(double weight)
    {
        Check.InRange(weight, 0, double.MaxValue, "The weight of the deviation");
        return (mean, variance, _) => Acquisition.UpperConfidenceBound(mean, variance, weight);
    }
}
