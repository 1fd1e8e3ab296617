namespace Adjoint;

/// <summary>
/// Moves the parameters of a set against a gradient, all in one pass over flat buffers. The learning rate and the count of steps are tensors that are
/// read when the update runs: what is written to them between two runs of a plan takes effect. Nothing is read on the host, so a whole training step
/// can be recorded.
/// </summary>
public abstract class Optimizer : IHasState
{
    readonly Tensor one;
    readonly WeightAverage? average;
    readonly List<(string Name, Tensor Flat)> buffers = [];

    /// <summary>Makes state for a set.</summary>
    /// <exception cref="SettingException">The learning rate is negative or not a number.</exception>
    private protected Optimizer(ParameterSet parameters, double learningRate)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Parameters = parameters;
        BaseLearningRate = Check.InRange(learningRate, 0, double.MaxValue, "Learning rate");
        Gradient = StateMemory.Zeros([parameters.Length], parameters.DType, Device);
        LearningRate = StateMemory.Zeros(Shape.Scalar, DType.F64, Device);
        LearningRate.Write(learningRate);
        StepCount = StateMemory.Zeros(Shape.Scalar, DType.I64, Device);
        one = StateMemory.Zeros(Shape.Scalar, parameters.DType, Device);
        one.Write(1);
    }

    /// <summary>What is optimised.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>The gradient of the last update, laid out as the parameters are: one axis, gaps are zero.</summary>
    public Tensor Gradient { get; }

    /// <summary>The learning rate, f64 scalar: state that may be written between runs.</summary>
    public Tensor LearningRate { get; }

    /// <summary>Number of steps taken, i64 scalar.</summary>
    public Tensor StepCount { get; }

    /// <summary>The learning rate given at construction, which schedules scale.</summary>
    public double BaseLearningRate { get; }

    /// <summary>Bounds the norm of the gradient before each step; null leaves it.</summary>
    public GradientClip? Clip { get; init; }

    /// <summary>
    /// A moving average that each step moves in the same pass over memory: what calling its <see cref="WeightAverage.Update"/> after each step gives,
    /// to the bit. Its state stays its own. Null for none.
    /// </summary>
    /// <exception cref="SettingException">The average is of another set, or an optimiser moves it already.</exception>
    public WeightAverage? Average
    {
        get => average;
        init
        {
            value?.Attach(Parameters);
            average = value;
        }
    }

    /// <summary>Factor on <see cref="BaseLearningRate"/> over time; see <see cref="ApplySchedule"/>.</summary>
    public Schedule Schedule { get; init; } = Schedules.Constant;

    /// <summary>Learning rate, count of steps, and for each buffer and parameter <c>buffer.parameter</c>.</summary>
    public IEnumerable<(string Name, Tensor Value)> State =>
        [("learning_rate", LearningRate), ("step_count", StepCount), .. buffers.SelectMany(buffer => Parameters.Views(buffer.Flat, buffer.Name + "."))];

    private protected Device Device => Parameters.Flat.Device;

    /// <summary>Takes the gradient of a loss by all parameters, and a step.</summary>
    /// <param name="loss">A tensor of one element.</param>
    public void Update(Tensor loss) => Update(Autodiff.Gradients(loss, Parameters.Values));

    /// <summary>Takes a step along given gradients, one for each of <see cref="ParameterSet.Values"/>.</summary>
    /// <exception cref="ShapeException">The gradients do not have the shapes of the parameters.</exception>
    /// <exception cref="DTypeException">Nor their dtype.</exception>
    public void Update(ReadOnlySpan<Tensor> gradients)
    {
        Parameters.PackGradients("Update", gradients, Gradient);
        Step();
    }

    /// <summary>Takes a step along the sum of the parts of a gradient. They are added up on the way, where they can be, so that <see cref="Gradient"/> does not hold the sum afterwards.</summary>
    /// <exception cref="SettingException">They are of another set of parameters.</exception>
    /// <exception cref="LifetimeException">The set holds averaged weights for the moment.</exception>
    public void Update(GradientParts parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (!ReferenceEquals(parts.Parameters, Parameters)) throw new SettingException("Update: the parts are gradients of another set of parameters. Make them for the optimiser's Parameters.");
        if (parts.Count == 2 && Clip is null && Device == Device.Cpu)
        {
            Step([parts[0], parts[1]]);
            return;
        }

        parts.SumInto(Gradient);
        Step();
    }

    /// <summary>Takes a step along <see cref="Gradient"/> as it is.</summary>
    /// <exception cref="LifetimeException">The set holds averaged weights for the moment.</exception>
    public void Step() => Step([Gradient]);

    // A step along the sum of one or two flat gradients.
    void Step(ReadOnlySpan<Tensor> summands)
    {
        if (Parameters.IsSwapped) throw new LifetimeException("Step: the parameters are swapped with an average, which the step would change. Dispose the swap before.");
        Tensor scale = Clip?.Scale(Gradient) ?? one;
        Dispatch.RunInto(new CountStep(), [], [StepCount]);
        if (Average is not null) Dispatch.RunInto(new CountStep(), [], [Average.StepCount]);
        Apply(summands, scale);
    }

    /// <summary>Writes the scheduled learning rate of a step, 0 being the first, before it runs.</summary>
    public void ApplySchedule(long step) => LearningRate.Write(BaseLearningRate * Schedule(step));

    /// <summary>Overwrites learning rate, count of steps and all buffers.</summary>
    /// <inheritdoc cref="IHasState.Load"/>
    public void Load(IReadOnlyDictionary<string, Tensor> state) => StateMemory.Load(GetType().Name, State, state);

    /// <summary>Rewrites the parameters.</summary>
    /// <param name="summands">One or two flat gradients, of which the step follows the sum.</param>
    /// <param name="scale">The factor on the gradient, a scalar of the parameters' dtype.</param>
    private protected abstract void Apply(ReadOnlySpan<Tensor> summands, Tensor scale);

    /// <summary>Runs an update of a group's stretch, and of the average's.</summary>
    /// <param name="op">The update.</param>
    /// <param name="range">The stretch.</param>
    /// <param name="summands">One or two flat gradients.</param>
    /// <param name="scalars">What the update reads besides the gradient.</param>
    /// <param name="outputs">The stretch of the parameters, and of the states.</param>
    private protected void Apply(UpdateOp op, ParameterRange range, ReadOnlySpan<Tensor> summands, ReadOnlySpan<Tensor> scalars, ReadOnlySpan<Tensor> outputs)
    {
        Tensor[] inputs = [Part(summands[0], range), .. scalars];
        if (summands.Length > 1) (op, inputs) = (op with { HasAddend = true }, [.. inputs, Part(summands[1], range)]);
        if (Average is null) Dispatch.RunInto(op, inputs, outputs);
        else Dispatch.RunInto(op with { Average = Average.Law }, [.. inputs, Average.StepCount], [.. outputs, Part(Average.Average, range)]);
    }

    /// <summary>A buffer of zeros laid out as the parameters are, listed in <see cref="State"/>.</summary>
    private protected Tensor Buffer(string name)
    {
        Tensor flat = StateMemory.Zeros([Parameters.Length], Parameters.DType, Device);
        buffers.Add((name, flat));
        return flat;
    }

    /// <summary>The stretch of a flat buffer that belongs to a group.</summary>
    private protected static Tensor Part(Tensor flat, ParameterRange range) =>
        range.Length == flat.Count ? flat : flat.Slice(0, range.Start, range.Start + range.Length);

    /// <summary>Checks the decay of a moving mean, a number of at least 0 and below 1.</summary>
    internal static double CheckDecay(double value, string name)
    {
        if (value is >= 0 and < 1) return value;
        throw new SettingException($"{name} = {value} is outside [0, 1). Choose a value inside.");
    }
}
