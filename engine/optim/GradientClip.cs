namespace Adjoint;

/// <summary>
/// Scales a gradient down to a largest Euclidean norm (Pascanu et al. 2013): the factor min(1, maximum/(norm + 1e-6)), as PyTorch has it, stays a
/// tensor and is taken up by the update.
/// </summary>
public sealed class GradientClip
{
    /// <summary>Makes a bound for the gradients of a set.</summary>
    /// <exception cref="SettingException">The bound is negative or not a number.</exception>
    public GradientClip(ParameterSet parameters, double maximumNorm)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        MaximumNorm = Check.InRange(maximumNorm, 0, double.MaxValue, "Maximum norm");
        Norm = StateMemory.Zeros(Shape.Scalar, parameters.DType, parameters.Flat.Device);
    }

    /// <summary>The bound.</summary>
    public double MaximumNorm { get; }

    /// <summary>Norm of the last gradient before it was scaled: scalar, to be read after a run.</summary>
    public Tensor Norm { get; }

    /// <summary>The factor for a flat gradient, a scalar.</summary>
    public Tensor Scale(Tensor gradient)
    {
        Tensor norm = gradient.Square().Sum().Sqrt();
        norm.CopyInto(Norm);
        return (MaximumNorm / (norm + 1e-6)).Clamp(0, 1);
    }
}
