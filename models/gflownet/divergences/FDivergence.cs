namespace Adjoint.Models.GFlowNets;

/// <summary>
/// An f-divergence as a loss of log ratios: L(δ) = ∫ from 0 to δ of f'(eᵗ) - f'(1), with f''(1) = 1 (f-trajectory-balance specification, section 3.2). On samples of the model its gradient is that of
/// D_f(model ‖ target); on any samples it is least where the model is the target. δ is model minus target.
/// </summary>
public abstract class FDivergence
{
    // Beyond these, eˣ leaves what the type can sum and square.
    const double LargestExponent = 30, LargestExponentOfDoubles = 300;

    const int Halvings = 50;

    /// <summary>Name, as options give it.</summary>
    public abstract string Name { get; }

    /// <summary>L(δ), entry by entry.</summary>
    public abstract Tensor Value(Tensor ratio);

    /// <summary>L'(δ), entry by entry.</summary>
    public abstract Tensor Slope(Tensor ratio);

    /// <summary>
    /// The constant C that minimises Σ L(Δ + C) over a batch [count] of ratios with unknown normaliser, a scalar: section 3.5. By bisection of the sum of slopes, which rises, unless the divergence knows a
    /// formula.
    /// </summary>
    public virtual Tensor Constant(Tensor ratios)
    {
        ArgumentNullException.ThrowIfNull(ratios);
        Tensor low = -ratios.Max(), high = -ratios.Min();
        for (int i = 0; i < Halvings; i++)
        {
            Tensor middle = (low + high) * 0.5, isBelow = Slope(ratios + middle).Sum().Less(0);
            low = TensorMath.Where(isBelow, middle, low);
            high = TensorMath.Where(isBelow, high, middle);
        }

        return (low + high) * 0.5;
    }

    /// <summary>Mean of L(δ), with L'(δ) as its derivative, so that nothing is differentiated through exponentials.</summary>
    public Tensor Loss(Tensor ratios)
    {
        ArgumentNullException.ThrowIfNull(ratios);
        return Autodiff.Custom(
            Name, one => Value(one[0]), (one, _, cotangent) => [cotangent * Slope(one[0])], (one, _, tangents) => tangents[0]! * Slope(one[0]), ratios).Mean();
    }

    /// <summary>An exponent kept within what its type can sum.</summary>
    protected static Tensor Bounded(Tensor exponent)
    {
        ArgumentNullException.ThrowIfNull(exponent);
        double largest = exponent.DType == DType.F64 ? LargestExponentOfDoubles : LargestExponent;
        return exponent.Clamp(-largest, largest);
    }
}
