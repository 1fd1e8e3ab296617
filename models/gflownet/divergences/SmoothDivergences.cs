namespace Adjoint.Models.GFlowNets;

/// <summary>Four times the Jensen-Shannon divergence: L' = 2 log(2 σ(δ)), linear where the model is too low, at most 2 log 2 where it is too high.</summary>
public sealed class JensenShannonDivergence : FDivergence
{
    /// <inheritdoc/>
    public override string Name => "jensen-shannon";

    /// <inheritdoc/>
    public override Tensor Value(Tensor ratio)
    {
        ArgumentNullException.ThrowIfNull(ratio);
        return (((ratio * Math.Log(2)) - (Math.PI * Math.PI / 12)) - DilogarithmOfMinusExp(-ratio)) * 2;
    }

    /// <inheritdoc/>
    public override Tensor Slope(Tensor ratio)
    {
        ArgumentNullException.ThrowIfNull(ratio);
        return (-ratio).Softplus().Affine(-2, 2 * Math.Log(2));
    }

    // Li₂(-eᵗ). With v = -log(1 + e^-|t|), within log 2 of zero, Li₂(-e^-|t|) = Σ B_k v^(k+1)/(k+1)!; for t above 0 the inversion Li₂(-eᵗ) = -π²/6 - t²/2 - Li₂(-e^-t).
    static Tensor DilogarithmOfMinusExp(Tensor t)
    {
        Tensor v = -(-t.Abs()).Softplus(), square = v.Square();
        Tensor odd = Tensor.Scalar(-691.0 / 2730 / 6227020800, t.DType);
        foreach (double term in (double[])[5.0 / 66 / 39916800, -1.0 / 30 / 362880, 1.0 / 42 / 5040, -1.0 / 30 / 120, 1.0 / 6 / 6, 1]) odd = (odd * square) + term;
        Tensor small = (odd * v) - (square * 0.25);
        return TensorMath.Where(t.Greater(0), (t.Square() * -0.5) - (Math.PI * Math.PI / 6) - small, small);
    }
}

/// <summary>Half the symmetric Kullback-Leibler divergence: L' = (δ + 1 - e^-δ)/2.</summary>
public sealed class JeffreysDivergence : FDivergence
{
    /// <inheritdoc/>
    public override string Name => "jeffreys";

    /// <inheritdoc/>
    public override Tensor Value(Tensor ratio)
    {
        ArgumentNullException.ThrowIfNull(ratio);
        return ((ratio.Square() * 0.5) + ratio + Bounded(-ratio).Expm1()) * 0.5;
    }

    /// <inheritdoc/>
    public override Tensor Slope(Tensor ratio)
    {
        ArgumentNullException.ThrowIfNull(ratio);
        return (ratio - Bounded(-ratio).Expm1()) * 0.5;
    }
}

/// <summary>L = cosh δ - 1, which punishes both sides alike.</summary>
public sealed class ShiftedCoshDivergence : FDivergence
{
    /// <inheritdoc/>
    public override string Name => "cosh";

    /// <inheritdoc/>
    public override Tensor Value(Tensor ratio)
    {
        // cosh δ - 1 = 2 sinh²(δ/2) loses nothing near zero.
        Tensor half = (Bounded(ratio) * 0.5).Sinh();
        return half.Square() * 2;
    }

    /// <inheritdoc/>
    public override Tensor Slope(Tensor ratio) => Bounded(ratio).Sinh();
}

/// <summary>Total variation: L = |δ|, which is not smooth; a batch's constant is its median.</summary>
public sealed class TotalVariationDivergence : FDivergence
{
    /// <inheritdoc/>
    public override string Name => "total-variation";

    /// <inheritdoc/>
    public override Tensor Value(Tensor ratio) => ratio.Abs();

    /// <inheritdoc/>
    public override Tensor Slope(Tensor ratio) => ratio.Sign();

    /// <inheritdoc/>
    public override Tensor Constant(Tensor ratios) => -ratios.Quantile(0.5);
}
