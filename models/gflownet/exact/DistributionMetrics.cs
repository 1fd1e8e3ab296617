namespace Adjoint.Models.GFlowNets;

/// <summary>How far a distribution over the objects of an environment is from its target. Logarithms are natural.</summary>
/// <param name="TotalVariation">½ Σ |p - π|, 0 to 1.</param>
/// <param name="L1">Σ |p - π|: the sum, not the mean over objects that some papers plot.</param>
/// <param name="JensenShannon">½ KL(p‖m) + ½ KL(π‖m) with m the mean of both, 0 to log 2.</param>
/// <param name="Divergence">KL(π‖p), infinite where p leaves out what π has.</param>
/// <param name="ExpectedReward">Σ p R; infinite where it is too large for a number.</param>
/// <param name="RewardError">|Σ p R / Σ π R - 1|.</param>
public sealed record DistributionMetrics(double TotalVariation, double L1, double JensenShannon, double Divergence, double ExpectedReward, double RewardError)
{
    /// <summary>Compares a policy's exact distribution with its target.</summary>
    public static DistributionMetrics Of(Target target, ExactDistribution distribution)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(distribution);
        double divergence = 0;
        for (int place = 0; place < target.Probabilities.Length; place++)
        {
            // From logarithms, which hold where the probability itself is too small for a number.
            double p = target.Probabilities[place];
            if (p > 0) divergence += p * (target.LogReward[place] - target.LogPartition - distribution.LogProbabilities[place]);
        }

        return Of(target, distribution.Probabilities) with { Divergence = Math.Max(0, divergence) };
    }

    /// <summary>Compares probabilities or counts of the objects with the target.</summary>
    /// <exception cref="ShapeException">There is not one for each object.</exception>
    /// <exception cref="SettingException">One is negative or not finite, or all are zero.</exception>
    public static DistributionMetrics Of(Target target, ReadOnlySpan<double> weights)
    {
        ArgumentNullException.ThrowIfNull(target);
        double l1 = HistogramDistance.L1(weights, target.Probabilities), sum = 0, relative = 0;
        for (int place = 0; place < weights.Length; place++)
        {
            sum += weights[place];
            relative += weights[place] * Math.Exp(target.LogReward[place] - target.LogExpectedReward);
        }

        relative /= sum;

        return new DistributionMetrics(
            l1 / 2, l1, HistogramDistance.JensenShannon(weights, target.Probabilities), HistogramDistance.KullbackLeibler(target.Probabilities, weights),
            relative * target.ExpectedReward, Math.Abs(relative - 1));
    }
}
