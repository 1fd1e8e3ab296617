namespace Adjoint;

/// <summary>Projections of parameters onto a set that they are to stay in, to be called after the optimiser's step; part of a plan where the step is recorded.</summary>
public static class WeightConstraints
{
    /// <summary>
    /// Scales each row of a weight [out, ...] whose Euclidean norm is above the limit down to it: max-norm regularisation, Srivastava et al. 2014, section 5.1.
    /// </summary>
    /// <exception cref="SettingException">The limit is not positive.</exception>
    /// <exception cref="ShapeException">The parameter has fewer than two axes.</exception>
    public static void MaxNorm(Parameter weight, double limit)
    {
        ArgumentNullException.ThrowIfNull(weight);
        Check.InRange(limit, double.Epsilon, double.MaxValue, "MaxNorm limit");
        if (weight.Shape.Rank < 2) throw new ShapeException($"MaxNorm: the weight {weight} has fewer than two axes. Pass a weight whose first axis counts outputs.");
        using var pause = Autodiff.Pause();
        Tensor value = weight.Value.Detach(), rows = value.Reshape([weight.Shape[0], weight.Shape.CountOf(1..)]);

        // A row of zeros has norm 0 and an infinite quotient, of which one is the lesser.
        Tensor scale = (limit / rows.Square().Sum(1, keepAxes: true).Sqrt()).Minimum(Tensor.Scalar(1, value.DType, value.Device));
        (rows * scale).Reshape(weight.Shape).CopyInto(value);
    }
}
