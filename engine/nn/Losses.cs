namespace Adjoint;

/// <summary>The usual losses: tensor expressions that end in one number, the mean over all elements or rows.</summary>
public static partial class Losses
{
    /// <summary>Mean of (prediction - target)².</summary>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor MeanSquaredError(Tensor prediction, Tensor target)
    {
        SameShape("MeanSquaredError", prediction, target);
        return (prediction - target).Square().Mean();
    }

    /// <summary>Mean of d²/2 where |d| ≤ delta, else delta·(|d| - delta/2), for d = prediction - target: Huber 1964.</summary>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="SettingException">delta is not above 0.</exception>
    public static Tensor Huber(Tensor prediction, Tensor target, double delta = 1)
    {
        SameShape("Huber", prediction, target);
        if (!(delta > 0)) throw new SettingException($"Huber delta = {delta} is not above 0. Choose a positive value.");

        // With c = d clamped to ±delta both branches are c·(d - c/2).
        Tensor difference = prediction - target, clamped = difference.Clamp(-delta, delta);
        return (clamped * (difference - (0.5 * clamped))).Mean();
    }

    /// <summary>Mean of d²/(2·beta) where |d| &lt; beta, else |d| - beta/2: <see cref="Huber"/> through beta, whose slope far out is 1.</summary>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="SettingException">beta is not above 0.</exception>
    public static Tensor SmoothL1(Tensor prediction, Tensor target, double beta = 1) => Huber(prediction, target, beta) / beta;

    /// <summary>Mean of max(0, 1 - t·x) for scores x and targets t, each 1 or -1.</summary>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor Hinge(Tensor scores, Tensor targets)
    {
        SameShape("Hinge", scores, targets);
        return (1 - (targets * scores)).Relu().Mean();
    }

    /// <summary>
    /// Mean of (log 2π + s + (target - mean)²·e^-s)/2 for s the logarithm of the variance: the negative log-likelihood under independent normals.
    /// </summary>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor GaussianNegativeLogLikelihood(Tensor mean, Tensor logVariance, Tensor target)
    {
        SameShape("GaussianNegativeLogLikelihood", mean, target);
        SameShape("GaussianNegativeLogLikelihood", mean, logVariance);
        return (0.5 * (logVariance + ((target - mean).Square() * (-logVariance).Exp()))).Mean() + (0.5 * Math.Log(2 * Math.PI));
    }

    // [n] against [n, 1] would broadcast to [n, n] and train towards the mean.
    static void SameShape(string loss, Tensor first, Tensor second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Shape != second.Shape) throw new ShapeException($"{loss}: the shapes {first.Shape} and {second.Shape} differ. Reshape one.");
    }
}
