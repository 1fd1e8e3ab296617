namespace Adjoint;

/// <summary>
/// Lion (Chen et al. 2023, algorithm 2): each parameter moves by the learning rate along the sign of a blend of the gradient and its mean, after weight decay has shrunk it by the factor 1 - α·λ.
/// Learning rates are 3 to 10 times smaller than Adam's.
/// </summary>
public sealed class Lion : Optimizer
{
    readonly Tensor mean;

    /// <summary>Makes the optimiser.</summary>
    /// <param name="parameters">What is optimised.</param>
    /// <param name="learningRate">Step size α.</param>
    /// <param name="beta1">Share of the mean in the direction.</param>
    /// <param name="beta2">Decay of the mean of the gradient.</param>
    /// <param name="weightDecay">Weight decay λ of parameters whose group names none.</param>
    /// <exception cref="SettingException">A setting is outside its range, or not a number.</exception>
    public Lion(ParameterSet parameters, double learningRate = 1e-4, double beta1 = 0.9, double beta2 = 0.99, double weightDecay = 0)
        : base(parameters, learningRate)
    {
        Beta1 = CheckDecay(beta1, "beta1");
        Beta2 = CheckDecay(beta2, "beta2");
        WeightDecay = Check.InRange(weightDecay, 0, double.MaxValue, "Weight decay");
        mean = Buffer("mean");
    }

    /// <summary>Share of the mean in the direction.</summary>
    public double Beta1 { get; }

    /// <summary>Decay of the mean.</summary>
    public double Beta2 { get; }

    /// <summary>Weight decay of parameters whose group names none.</summary>
    public double WeightDecay { get; }

    private protected override void Apply(ReadOnlySpan<Tensor> summands, Tensor scale)
    {
        foreach (ParameterRange range in Parameters.Ranges)
        {
            var op = new UpdateLion(Beta1, Beta2, range.Group.WeightDecay ?? WeightDecay, range.Group.LearningRateScale);
            Apply(op, range, summands, [LearningRate, scale], [Part(Parameters.Flat, range), Part(mean, range)]);
        }
    }
}
