namespace Adjoint;

/// <summary>Draws of categories through which derivatives flow.</summary>
public static class GumbelDraws
{
    /// <summary>
    /// softmax((logits + Gumbel noise)/temperature) along the last axis: a draw from the concrete distribution (Jang et al. 2017; Maddison et al. 2017). Hard draws are one-hot, with the derivative of
    /// the soft ones (straight-through).
    /// </summary>
    /// <param name="generator">Where the noise comes from.</param>
    /// <param name="logits">[..., classes]</param>
    /// <param name="temperature">The closer to 0, the closer to one-hot.</param>
    /// <param name="hard">Whether to round to one-hot.</param>
    /// <exception cref="SettingException">The temperature is not above 0.</exception>
    public static Tensor GumbelSoft(this Generator generator, Tensor logits, double temperature = 1, bool hard = false)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(logits);
        if (!(temperature > 0) || !double.IsFinite(temperature)) throw new SettingException($"GumbelSoft temperature = {temperature} is not above 0. Choose a positive value.");
        Tensor soft = ((logits + generator.Gumbel(logits.Shape, logits.DType)) / temperature).Softmax();
        if (!hard) return soft;

        // The soft draw minus itself is zero, and carries the derivative.
        Tensor rounded = soft.Detach().ArgMax(-1).OneHot(logits.Shape[-1], logits.DType);
        return rounded + (soft - soft.Detach());
    }
}
