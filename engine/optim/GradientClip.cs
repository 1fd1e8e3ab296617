namespace Adjoint;

/// <summary>
/// Scales a gradient down to a largest Euclidean norm (Pascanu et al. 2013): the factor min(1, maximum/(norm + 1e-6)), as PyTorch has it, stays a
/// tensor and is taken up by the update.
/// </summary>
public sealed class GradientClip
{
    readonly Tensor scale;

    /// <summary>Makes a bound for the gradients of a set.</summary>
    /// <exception cref="SettingException">The bound is negative or not a number.</exception>
    public GradientClip(ParameterSet parameters, double maximumNorm)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        MaximumNorm = Check.InRange(maximumNorm, 0, double.MaxValue, "Maximum norm");
        scale = StateMemory.Zeros(Shape.Scalar, parameters.DType, parameters.Flat.Device);
        Norm = StateMemory.Zeros(Shape.Scalar, parameters.DType, parameters.Flat.Device);
    }

    /// <summary>The bound.</summary>
    public double MaximumNorm { get; }

    /// <summary>Norm of the last gradient before it was scaled: scalar, to be read after a run.</summary>
    public Tensor Norm { get; }

    /// <summary>The factor for a flat gradient: a scalar that the next call rewrites.</summary>
    public Tensor Scale(Tensor gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        Dispatch.RunInto(new ClipScale(MaximumNorm), [gradient.Contiguous()], [scale, Norm]);
        return scale;
    }
}
