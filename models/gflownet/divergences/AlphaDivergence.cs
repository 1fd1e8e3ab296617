namespace Adjoint.Models.GFlowNets;

/// <summary>
/// The α family: L' = (e^((α-1)δ) - 1)/(α-1). α = 0 is the forward Kullback-Leibler divergence, which covers all modes, ½ four times the squared Hellinger distance, 1 the reverse one (trajectory balance),
/// 2 Pearson's χ², which seeks one mode, -1 Neyman's. f-trajectory-balance specification, section 3.4.
/// </summary>
public sealed class AlphaDivergence : FDivergence
{
    // Nearer to 1 than this, the limit is closer than the formula.
    const double Limit = 1e-3;

    /// <summary>Makes it for an α.</summary>
    /// <param name="alpha">α.</param>
    /// <param name="type">Type of the ratios.</param>
    public AlphaDivergence(double alpha, DType type = DType.F32)
    {
        Alpha = Tensor.Full([1], alpha, type);
    }

    /// <inheritdoc/>
    public override string Name => "alpha";

    /// <summary>α [1]; may be written between steps, to anneal it.</summary>
    public Tensor Alpha { get; }

    /// <inheritdoc/>
    public override Tensor Value(Tensor ratio)
    {
        ArgumentNullException.ThrowIfNull(ratio);
        var (isLimit, power) = Power();
        Tensor exponent = Bounded(ratio * power);
        return TensorMath.Where(isLimit, ratio.Square() * 0.5, (exponent.Expm1() - (ratio * power)) / power.Square());
    }

    /// <inheritdoc/>
    public override Tensor Slope(Tensor ratio)
    {
        ArgumentNullException.ThrowIfNull(ratio);
        var (isLimit, power) = Power();
        return TensorMath.Where(isLimit, ratio, Bounded(ratio * power).Expm1() / power);
    }

    /// <inheritdoc/>
    public override Tensor Constant(Tensor ratios)
    {
        ArgumentNullException.ThrowIfNull(ratios);
        var (isLimit, power) = Power();
        Tensor logMean = (ratios * power).LogSumExp() - Math.Log(ratios.Count);
        return TensorMath.Where(isLimit, -ratios.Mean(), -(logMean / power));
    }

    // α - 1, or 1 where the limit counts.
    (Tensor IsLimit, Tensor Power) Power()
    {
        Tensor power = Alpha - 1, isLimit = power.Abs().Less(Limit);
        return (isLimit, TensorMath.Where(isLimit, Tensor.Scalar(1, power.DType), power));
    }
}
