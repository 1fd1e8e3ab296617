namespace Adjoint;

/// <summary>The usual losses: tensor expressions that end in one number, the mean over all elements or rows.</summary>
public static class Losses
{
    /// <summary>Mean of (prediction - target)².</summary>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor MeanSquaredError(Tensor prediction, Tensor target)
    {
        SameShape("MeanSquaredError", prediction, target);
        return (prediction - target).Square().Mean();
    }

    /// <summary>Mean of log Σ e^x - x[class] over rows, for logits [rows, classes] and classes i64 [rows].</summary>
    /// <exception cref="ShapeException">The shapes do not fit, or a target is not a class.</exception>
    public static Tensor CrossEntropy(Tensor logits, Tensor classes) => logits.CrossEntropy(classes).Mean();

    /// <summary>
    /// Mean of -(t·log σ(x) + (1 - t)·log(1 - σ(x))) for logits x and targets t in [0, 1], as softplus(x) - t·x, which does not overflow.
    /// </summary>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor BinaryCrossEntropyWithLogits(Tensor logits, Tensor targets)
    {
        SameShape("BinaryCrossEntropyWithLogits", logits, targets);
        return (logits.Softplus() - (targets * logits)).Mean();
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
