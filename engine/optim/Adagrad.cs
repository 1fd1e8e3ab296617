namespace Adjoint;

/// <summary>Adagrad (Duchi, Hazan, Singer 2011) with the semantics of PyTorch: ε outside the root, weight decay added to the gradient.</summary>
public sealed class Adagrad : Optimizer
{
    readonly Tensor squares;

    /// <summary>Makes the optimiser.</summary>
    /// <param name="parameters">What is optimised.</param>
    /// <param name="learningRate">Step size.</param>
    /// <param name="epsilon">Added to the root of the sum of squares.</param>
    /// <param name="weightDecay">Weight decay of parameters whose group names none.</param>
    /// <exception cref="SettingException">A setting is outside its range, or not a number.</exception>
    public Adagrad(ParameterSet parameters, double learningRate = 1e-2, double epsilon = 1e-10, double weightDecay = 0)
        : base(parameters, learningRate)
    {
        // Gaps in the buffers hold zeros, which must not become 0/0.
        Epsilon = Check.InRange(epsilon, 1e-37, double.MaxValue, "epsilon");
        WeightDecay = Check.InRange(weightDecay, 0, double.MaxValue, "Weight decay");
        squares = Buffer("squares");
    }

    /// <summary>Added to the root of the sum of squares.</summary>
    public double Epsilon { get; }

    /// <summary>Weight decay of parameters whose group names none.</summary>
    public double WeightDecay { get; }

    private protected override void Apply(ReadOnlySpan<Tensor> summands, Tensor scale)
    {
        foreach (ParameterRange range in Parameters.Ranges)
        {
            var op = new UpdateAdagrad(Epsilon, range.Group.WeightDecay ?? WeightDecay, range.Group.LearningRateScale);
            Apply(op, range, summands, [LearningRate, scale], [Part(Parameters.Flat, range), Part(squares, range)]);
        }
    }
}
