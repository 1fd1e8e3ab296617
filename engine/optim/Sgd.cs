namespace Adjoint;

/// <summary>Gradient descent with the semantics of PyTorch (dampening 0): weight decay is added to the gradient, momentum gathers it.</summary>
public sealed class Sgd : Optimizer
{
    readonly Tensor? velocity;

    /// <summary>Makes the optimiser.</summary>
    /// <param name="parameters">What is optimised.</param>
    /// <param name="learningRate">Step size.</param>
    /// <param name="momentum">Decay of the velocity; 0 for plain descent.</param>
    /// <param name="nesterov">Whether the step looks ahead along the velocity.</param>
    /// <param name="weightDecay">Weight decay of parameters whose group names none.</param>
    /// <exception cref="SettingException">A setting is outside its range or not a number, or there is nothing to look ahead along.</exception>
    public Sgd(ParameterSet parameters, double learningRate, double momentum = 0, bool nesterov = false, double weightDecay = 0)
        : base(parameters, learningRate)
    {
        Momentum = CheckDecay(momentum, "Momentum");
        WeightDecay = Check.InRange(weightDecay, 0, double.MaxValue, "Weight decay");
        Nesterov = nesterov;
        if (nesterov && momentum == 0) throw new SettingException("Nesterov needs momentum, which is 0. Choose a momentum above 0.");
        if (momentum > 0) velocity = Buffer("velocity");
    }

    /// <summary>Decay of the velocity.</summary>
    public double Momentum { get; }

    /// <summary>Whether the step looks ahead.</summary>
    public bool Nesterov { get; }

    /// <summary>Weight decay of parameters whose group names none.</summary>
    public double WeightDecay { get; }

    private protected override void Apply(ReadOnlySpan<Tensor> summands, Tensor scale)
    {
        foreach (ParameterRange range in Parameters.Ranges)
        {
            var op = new UpdateSgd(Momentum, Nesterov, range.Group.WeightDecay ?? WeightDecay, range.Group.LearningRateScale);
            Tensor target = Part(Parameters.Flat, range);
            Apply(op, range, summands, [LearningRate, scale], velocity is null ? [target] : [target, Part(velocity, range)]);
        }
    }
}
