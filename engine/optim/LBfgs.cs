namespace Adjoint;

/// <summary>
/// L-BFGS (Nocedal, Wright 2006, algorithm 7.5) over the flat buffer of a set, with the settings and tests of PyTorch's: quasi-Newton directions from the last differences of parameters and gradients,
/// and a line search for the strong Wolfe conditions. It looks at losses on the host, so it runs outside of plans; what it evaluates may be a plan of its own.
/// </summary>
/// <example><code>
/// var optimizer = new LBfgs(parameters);
/// double before = optimizer.Step(() =&gt; Losses.MeanSquaredError(model.Forward(x), y));
/// </code></example>
public sealed class LBfgs
{
    // Below, the curvature along a step says nothing.
    const double LeastCurvature = 1e-10;

    readonly List<(Tensor Step, Tensor Change, double Curvature)> history = [];
    Tensor? gradient;
    Tensor? direction;
    double loss;
    double diagonal = 1;
    double previousLength;
    long iterations;

    /// <summary>Makes the optimiser.</summary>
    /// <param name="parameters">What is optimised; its groups may not have learning rates or decays of their own.</param>
    /// <param name="learningRate">Length of the step that the line search tries first, along the direction.</param>
    /// <param name="iterationsPerStep">Directions taken by one <see cref="Step"/> at most.</param>
    /// <param name="evaluationsPerStep">Losses evaluated by one <see cref="Step"/>, about, at most; 5/4 of the iterations by default.</param>
    /// <param name="gradientTolerance">A step ends where no component of the gradient is larger.</param>
    /// <param name="changeTolerance">Nor one of the last change, nor the change of the loss.</param>
    /// <param name="historySize">Differences that are kept.</param>
    /// <param name="lineSearch">Whether to search for the strong Wolfe conditions; else each step has the length of the learning rate.</param>
    /// <exception cref="SettingException">A setting is outside its range, or a group has settings of its own.</exception>
    public LBfgs(
        ParameterSet parameters, double learningRate = 1, int iterationsPerStep = 20, int? evaluationsPerStep = null, double gradientTolerance = 1e-7, double changeTolerance = 1e-9,
        int historySize = 100, bool lineSearch = true)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Parameters = parameters;
        LearningRate = Check.InRange(learningRate, 0, double.MaxValue, "Learning rate");
        IterationsPerStep = Check.AtLeast(iterationsPerStep, 1, "Iterations per step");
        EvaluationsPerStep = Check.AtLeast(evaluationsPerStep ?? (iterationsPerStep * 5 / 4), 1, "Evaluations per step");
        GradientTolerance = Check.InRange(gradientTolerance, 0, double.MaxValue, "Gradient tolerance");
        ChangeTolerance = Check.InRange(changeTolerance, 0, double.MaxValue, "Change tolerance");
        HistorySize = Check.AtLeast(historySize, 1, "History size");
        LineSearch = lineSearch;
        foreach (ParameterRange range in parameters.Ranges)
        {
            if (range.Group.LearningRateScale != 1 || range.Group.WeightDecay is > 0)
                throw new SettingException("LBfgs: a group has a learning rate or a decay of its own, which one direction for all parameters cannot follow. Make a set without groups.");
        }
    }

    /// <summary>What is optimised.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>Length of the step that is tried first.</summary>
    public double LearningRate { get; }

    /// <summary>Directions of one step at most.</summary>
    public int IterationsPerStep { get; }

    /// <summary>Evaluations of one step, about, at most.</summary>
    public int EvaluationsPerStep { get; }

    /// <summary>Largest component of a gradient that counts as none.</summary>
    public double GradientTolerance { get; }

    /// <summary>Largest change that counts as none.</summary>
    public double ChangeTolerance { get; }

    /// <summary>Differences that are kept.</summary>
    public int HistorySize { get; }

    /// <summary>Whether a line search chooses the lengths of steps.</summary>
    public bool LineSearch { get; }

    /// <summary>Losses evaluated so far.</summary>
    public long Evaluations { get; private set; }

    /// <summary>Takes up to <see cref="IterationsPerStep"/> directions down a loss.</summary>
    /// <param name="closure">Computes the loss, a tensor of one element, at the parameters as they are: the same function in every call.</param>
    /// <returns>The loss before.</returns>
    /// <exception cref="PlanException">Inside a recorded step.</exception>
    /// <exception cref="LifetimeException">The set holds averaged weights for the moment.</exception>
    public double Step(Func<Tensor> closure)
    {
        ArgumentNullException.ThrowIfNull(closure);
        Recorder.Forbid("LBfgs looks at losses on the host", "Run it outside of plans; the closure may run a plan that gives the loss.");
        if (Parameters.IsSwapped) throw new LifetimeException("Step: the parameters are swapped with an average, which the step would change. Dispose the swap before.");
        using var outside = Adjoint.Step.Outside();
        long first = Evaluations;
        (double now, Tensor slope) = Evaluate(closure);
        double before = now;
        if (Largest(slope) <= GradientTolerance) return before;
        for (int iteration = 1; ; iteration++)
        {
            double tried = Turn(now, slope);
            double along = Dot(slope, direction!);
            if (along > -ChangeTolerance) return before;
            Tensor start = Parameters.Flat.Clone();
            double length = tried;
            if (LineSearch)
            {
                var search = new WolfeSearch(at => Probe(closure, start, at), direction!, now, slope, along, ChangeTolerance);
                (length, now, slope) = search.Run(tried, Largest(direction!));
                Move(start, length);
            }
            else
            {
                Move(start, length);
                if (iteration < IterationsPerStep) (now, slope) = Evaluate(closure);
            }

            previousLength = length;
            bool isOver = iteration == IterationsPerStep || Evaluations - first >= EvaluationsPerStep || Largest(slope) <= GradientTolerance;
            if (isOver || Largest(direction!) * Math.Abs(length) <= ChangeTolerance || Math.Abs(now - loss) < ChangeTolerance) return before;
        }
    }

    // The next direction and the length to try first along it.
    double Turn(double now, Tensor slope)
    {
        iterations++;
        if (direction is null || gradient is null) direction = -slope;
        else
        {
            Tensor change = slope - gradient, step = direction * previousLength;
            double curvature = Dot(change, step);
            if (curvature > LeastCurvature)
            {
                if (history.Count == HistorySize) history.RemoveAt(0);
                history.Add((step, change, curvature));
                diagonal = curvature / Dot(change, change);
            }

            direction = Newton(slope);
        }

        gradient = slope;
        loss = now;
        return iterations == 1 ? Math.Min(1, 1 / slope.Abs().Sum().Item()) * LearningRate : LearningRate;
    }

    // The inverse Hessian of the differences times the negative slope, by two loops over them.
    Tensor Newton(Tensor slope)
    {
        Tensor result = -slope;
        var factors = new double[history.Count];
        for (int i = history.Count - 1; i >= 0; i--)
        {
            factors[i] = Dot(history[i].Step, result) / history[i].Curvature;
            result -= history[i].Change * factors[i];
        }

        result *= diagonal;
        for (int i = 0; i < history.Count; i++) result += history[i].Step * (factors[i] - (Dot(history[i].Change, result) / history[i].Curvature));
        return result;
    }

    (double Loss, Tensor Slope) Probe(Func<Tensor> closure, Tensor start, double length)
    {
        Move(start, length);
        return Evaluate(closure);
    }

    (double Loss, Tensor Slope) Evaluate(Func<Tensor> closure)
    {
        Evaluations++;
        Tensor value = closure();
        Tensor flat = Tensor.Zeros([Parameters.Length], Parameters.DType, Parameters.Flat.Device);
        Dispatch.RunInto(new Pack(Parameters.Alignment, Parameters.Length), Autodiff.Gradients(value, Parameters.Values), [flat]);
        return (value.Item(), flat);
    }

    void Move(Tensor start, double length) => (start + (direction! * length)).CopyInto(Parameters.Flat);

    internal static double Dot(Tensor x, Tensor y) => (x * y).Sum().Item();

    static double Largest(Tensor x) => x.Abs().Max().Item();
}
