namespace Adjoint;

public static partial class TensorMath
{
    /// <summary>
    /// The weights of slot attention (Locatello et al. 2020, algorithm 1): a softmax over slots, for which inputs compete, then each slot's row divided by its sum, so that times values it gives weighted
    /// means.
    /// </summary>
    /// <param name="slots">Queries [..., slots, depth].</param>
    /// <param name="inputs">Keys [..., inputs, depth].</param>
    /// <param name="epsilon">Added to each weight, so that a slot that nothing chose has a mean as well.</param>
    /// <param name="scale">Factor on the products; 1/√depth by default.</param>
    /// <returns>[..., slots, inputs], rows with the sum 1.</returns>
    /// <exception cref="ShapeException">The depths differ.</exception>
    /// <exception cref="SettingException">ε is negative.</exception>
    public static Tensor SlotWeights(this Tensor slots, Tensor inputs, double epsilon = 1e-8, double? scale = null)
    {
        ArgumentNullException.ThrowIfNull(slots);
        ArgumentNullException.ThrowIfNull(inputs);
        Require.MinimumRank("SlotWeights", "slots", slots, 2);
        Require.MinimumRank("SlotWeights", "inputs", inputs, 2);
        AttentionShapes.CheckInner("SlotWeights", slots.Shape, inputs.Shape, inputs.Shape);
        Check.InRange(epsilon, 0, double.MaxValue, "SlotWeights epsilon");

        // Rows are inputs, so that the softmax runs along memory.
        Tensor chosen = (inputs * (scale ?? (1 / Math.Sqrt(slots.Shape[-1])))).MatMul(slots.Transpose()).Softmax().Transpose() + epsilon;
        return chosen / chosen.Sum(-1, keepAxes: true);
    }
}
