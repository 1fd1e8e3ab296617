namespace Adjoint.Models.GaussianProcesses;

/// <summary>A density of a positive hyper-parameter. Fitting adds its logarithm at the value (not at the value's logarithm) to the marginal likelihood.</summary>
public abstract record Prior
{
    /// <summary>log of the density at each value.</summary>
    public abstract Tensor LogDensity(Tensor value);
}

/// <summary>log x is normal with the given mean and deviation.</summary>
/// <param name="Mean">Mean of log x.</param>
/// <param name="Deviation">Standard deviation of log x.</param>
public sealed record LogNormalPrior(double Mean, double Deviation) : Prior
{
    /// <summary>Where the density is largest: exp(mean - deviation²).</summary>
    public double Mode => Math.Exp(Mean - (Deviation * Deviation));

    /// <inheritdoc/>
    public override Tensor LogDensity(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Tensor logarithm = value.Log();
        return ((logarithm - Mean) / Deviation).Square().Affine(-0.5, -Math.Log(Deviation * Math.Sqrt(2 * Math.PI))) - logarithm;
    }
}

/// <summary>Density rate^shape x^(shape-1) e^(-rate x) / Γ(shape).</summary>
/// <param name="Shape">Above 0.</param>
/// <param name="Rate">Above 0.</param>
public sealed record GammaPrior(double Shape, double Rate) : Prior
{
    /// <inheritdoc/>
    public override Tensor LogDensity(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        double normalizer = (Shape * Math.Log(Rate)) - Tensor.Scalar(Shape, DType.F64).LogGamma().Item();
        return (value.Log() * (Shape - 1)) - (value * Rate) + normalizer;
    }
}
