namespace Adjoint;

public static partial class Losses
{
    /// <summary>Mean of -log Σₖ πₖ N(target; meanₖ, diag e^(2·sₖ)) with π = softmax of the logits: a mixture density network's loss, Bishop 1994, equation 29.</summary>
    /// <inheritdoc cref="MixtureLogDensity"/>
    public static Tensor MixtureNegativeLogLikelihood(Tensor logits, Tensor means, Tensor logScales, Tensor target) => -MixtureLogDensity(logits, means, logScales, target).Mean();

    /// <summary>log Σₖ πₖ N(target; meanₖ, diag e^(2·sₖ)) with π = softmax of the logits, summed in the logarithm so that no density underflows.</summary>
    /// <param name="logits">[..., components]</param>
    /// <param name="means">[..., components, size], or [..., components] for a target of one number.</param>
    /// <param name="logScales">sₖ, the logarithms of the standard deviations, of the means' shape.</param>
    /// <param name="target">[..., size], or [...].</param>
    /// <returns>[...]</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    public static Tensor MixtureLogDensity(Tensor logits, Tensor means, Tensor logScales, Tensor target)
    {
        const string Name = "MixtureLogDensity";
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(target);
        SameShape(Name, means, logScales);
        Require.MinimumRank(Name, "logits", logits, 1);
        bool isVector = means.Rank == logits.Rank + 1;
        Shape expected = isVector ? [.. logits.Shape[..^1], means.Shape[-1]] : [.. logits.Shape[..^1]];
        if ((!isVector && means.Shape != logits.Shape) || (isVector && !means.Shape[..^1].SequenceEqual(logits.Shape.Sizes)) || target.Shape != expected)
            throw new ShapeException($"{Name}: logits {logits.Shape}, means {means.Shape} and target {target.Shape} do not fit. Pass [..., components], [..., components, size] and [..., size].");
        Tensor distance = (target.Unsqueeze(isVector ? -2 : -1) - means) * (-logScales).Exp();
        Tensor density = -(0.5 * distance.Square()) - logScales - (0.5 * Math.Log(2 * Math.PI));
        if (isVector) density = density.Sum(-1);
        return (logits.LogSoftmax() + density).LogSumExp();
    }

    /// <summary>
    /// Mean over leading axes of KL(N(m₁, e^s₁) ‖ N(m₂, e^s₂)) = Σ (s₂ - s₁ + (e^s₁ + (m₁ - m₂)²)·e^-s₂ - 1)/2 along the last axis, for s the logarithms of the variances.
    /// </summary>
    /// <exception cref="ShapeException">The shapes differ, or there is no last axis.</exception>
    public static Tensor GaussianDivergence(Tensor mean, Tensor logVariance, Tensor otherMean, Tensor otherLogVariance)
    {
        SameShape("GaussianDivergence", mean, logVariance);
        SameShape("GaussianDivergence", mean, otherMean);
        SameShape("GaussianDivergence", mean, otherLogVariance);
        Require.MinimumRank("GaussianDivergence", "the mean", mean, 1);
        Tensor parts = otherLogVariance - logVariance + ((logVariance.Exp() + (mean - otherMean).Square()) * (-otherLogVariance).Exp()) - 1;
        return (0.5 * parts.Sum(-1)).Mean();
    }

    /// <summary>The same from the standard normal: Σ (e^s + m² - s - 1)/2. Kingma, Welling 2014, appendix B.</summary>
    /// <exception cref="ShapeException">The shapes differ, or there is no last axis.</exception>
    public static Tensor GaussianDivergence(Tensor mean, Tensor logVariance)
    {
        SameShape("GaussianDivergence", mean, logVariance);
        Require.MinimumRank("GaussianDivergence", "the mean", mean, 1);
        return (0.5 * (logVariance.Exp() + mean.Square() - logVariance - 1).Sum(-1)).Mean();
    }
}
