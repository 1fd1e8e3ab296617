namespace Adjoint;

/// <summary>
/// Adam (Kingma, Ba 2015) with the semantics of PyTorch: both biases corrected, ε outside the root, weight decay added to the gradient.
/// </summary>
public class Adam : Optimizer
{
    readonly Tensor first;
    readonly Tensor second;

    /// <summary>Makes the optimiser.</summary>
    /// <param name="parameters">What is optimised.</param>
    /// <param name="learningRate">Step size α.</param>
    /// <param name="beta1">Decay of the mean of the gradient.</param>
    /// <param name="beta2">Decay of the mean of its square.</param>
    /// <param name="epsilon">Added to the root of the latter.</param>
    /// <param name="weightDecay">Weight decay λ of parameters whose group names none.</param>
    /// <exception cref="SettingException">A setting is outside its range, or not a number.</exception>
    public Adam(ParameterSet parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0)
        : this(parameters, learningRate, beta1, beta2, epsilon, weightDecay, false)
    {
    }

    private protected Adam(ParameterSet parameters, double learningRate, double beta1, double beta2, double epsilon, double weightDecay, bool decoupled)
        : base(parameters, learningRate)
    {
        Beta1 = CheckDecay(beta1, "beta1");
        Beta2 = CheckDecay(beta2, "beta2");

        // Gaps in the buffers hold zeros, which must not become 0/0.
        Epsilon = Check.InRange(epsilon, 1e-37, double.MaxValue, "epsilon");
        WeightDecay = Check.InRange(weightDecay, 0, double.MaxValue, "Weight decay");
        Decoupled = decoupled;
        first = Buffer("first_moment");
        second = Buffer("second_moment");
    }

    /// <summary>Decay of the mean of the gradient.</summary>
    public double Beta1 { get; }

    /// <summary>Decay of the mean of its square.</summary>
    public double Beta2 { get; }

    /// <summary>Added to the root of the mean square.</summary>
    public double Epsilon { get; }

    /// <summary>Weight decay of parameters whose group names none.</summary>
    public double WeightDecay { get; }

    /// <summary>Whether weight decay shrinks the parameters instead of adding to the gradient.</summary>
    public bool Decoupled { get; }

    private protected override void Apply(ReadOnlySpan<Tensor> summands, Tensor scale)
    {
        foreach (ParameterRange range in Parameters.Ranges)
        {
            var op = new UpdateAdam(Beta1, Beta2, Epsilon, range.Group.WeightDecay ?? WeightDecay, Decoupled, range.Group.LearningRateScale);
            Apply(op, range, summands, [LearningRate, StepCount, scale], [Part(Parameters.Flat, range), Part(first, range), Part(second, range)]);
        }
    }
}

/// <summary>AdamW (Loshchilov, Hutter 2019) with the semantics of PyTorch: each step first shrinks the parameters by the factor 1 - α·λ.</summary>
public sealed class AdamW : Adam
{
    /// <inheritdoc cref="Adam(ParameterSet, double, double, double, double, double)"/>
    public AdamW(ParameterSet parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0.01)
        : base(parameters, learningRate, beta1, beta2, epsilon, weightDecay, true)
    {
    }
}
