namespace Adjoint;

/// <summary>RMSprop (Tieleman, Hinton 2012) with the semantics of PyTorch: ε outside the root, weight decay added to the gradient, the learning rate applied behind the momentum.</summary>
public sealed class RmsProp : Optimizer
{
    readonly Tensor squares;
    readonly Tensor? mean;
    readonly Tensor? velocity;

    /// <summary>Makes the optimiser.</summary>
    /// <param name="parameters">What is optimised.</param>
    /// <param name="learningRate">Step size.</param>
    /// <param name="alpha">Decay of the mean of squares.</param>
    /// <param name="epsilon">Added to its root.</param>
    /// <param name="momentum">Decay of the velocity; 0 for none. Not together with <paramref name="centred"/>.</param>
    /// <param name="centred">Whether the square of the gradient's mean is taken from the mean of squares (Graves 2013).</param>
    /// <param name="weightDecay">Weight decay of parameters whose group names none.</param>
    /// <exception cref="SettingException">A setting is outside its range, or not a number, or there is both a momentum and a centre.</exception>
    public RmsProp(ParameterSet parameters, double learningRate = 1e-2, double alpha = 0.99, double epsilon = 1e-8, double momentum = 0, bool centred = false, double weightDecay = 0)
        : base(parameters, learningRate)
    {
        Alpha = CheckDecay(alpha, "alpha");

        // Gaps in the buffers hold zeros, which must not become 0/0.
        Epsilon = Check.InRange(epsilon, 1e-37, double.MaxValue, "epsilon");
        Momentum = CheckDecay(momentum, "Momentum");
        WeightDecay = Check.InRange(weightDecay, 0, double.MaxValue, "Weight decay");
        Centred = centred;
        if (centred && momentum != 0) throw new SettingException($"RmsProp: a momentum of {momentum} is not there for centred steps. Set one of them aside.");
        squares = Buffer("squares");
        if (centred) mean = Buffer("mean");
        if (momentum != 0) velocity = Buffer("velocity");
    }

    /// <summary>Decay of the mean of squares.</summary>
    public double Alpha { get; }

    /// <summary>Added to its root.</summary>
    public double Epsilon { get; }

    /// <summary>Decay of the velocity.</summary>
    public double Momentum { get; }

    /// <summary>Whether the gradient's own mean is taken out.</summary>
    public bool Centred { get; }

    /// <summary>Weight decay of parameters whose group names none.</summary>
    public double WeightDecay { get; }

    private protected override void Apply(ReadOnlySpan<Tensor> summands, Tensor scale)
    {
        foreach (ParameterRange range in Parameters.Ranges)
        {
            var op = new UpdateRmsProp(Alpha, Epsilon, Centred, Momentum, range.Group.WeightDecay ?? WeightDecay, range.Group.LearningRateScale);
            Tensor target = Part(Parameters.Flat, range), first = Part(squares, range);
            Apply(op, range, summands, [LearningRate, scale], (mean ?? velocity) is { } second ? [target, first, Part(second, range)] : [target, first]);
        }
    }
}
