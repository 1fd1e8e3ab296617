namespace Adjoint;

/// <summary>
/// A moving average of the parameters of a set, in a flat buffer that lies as theirs does. Give it to <see cref="Optimizer.Average"/>, or call
/// <see cref="Update"/> after each step of the optimiser, inside the recorded step if there is one.
/// </summary>
public abstract class WeightAverage : IHasState
{
    bool attached;

    private protected WeightAverage(ParameterSet parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Parameters = parameters;
        Average = StateMemory.Zeros([parameters.Length], parameters.DType, parameters.Flat.Device);
        parameters.Flat.CopyInto(Average);
        StepCount = StateMemory.Zeros(Shape.Scalar, DType.I64, parameters.Flat.Device);
    }

    /// <summary>What is averaged.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>The average, one axis, gaps included. At first the parameters as they were.</summary>
    public Tensor Average { get; }

    /// <summary>Number of updates, i64 scalar.</summary>
    public Tensor StepCount { get; }

    /// <summary>Count of steps, and for each parameter <c>average.parameter</c>.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => [("step_count", StepCount), .. Parameters.Views(Average, "average.")];

    /// <summary>Moves the average towards the parameters.</summary>
    /// <exception cref="LifetimeException">The average is swapped in for the moment.</exception>
    /// <exception cref="SettingException">An optimiser moves the average.</exception>
    public void Update()
    {
        if (attached) throw new SettingException("Update: the optimiser that this average was given to moves it in its steps. Drop this call.");
        CheckNotSwapped("Update");
        Dispatch.RunInto(new CountStep(), [], [StepCount]);
        Dispatch.RunInto(Law, [Parameters.Flat, StepCount], [Average]);
    }

    /// <summary>
    /// Puts the averaged weights into the parameters until disposal, by exchanging the contents of the two buffers, so that both come back to the
    /// bit.
    /// </summary>
    /// <example><code>
    /// using (average.Swap()) Evaluate(model);
    /// </code></example>
    /// <exception cref="LifetimeException">An average is swapped in already.</exception>
    public IDisposable Swap()
    {
        CheckNotSwapped("Swap");
        Exchange();
        Parameters.IsSwapped = true;
        return new Swapped(this);
    }

    /// <summary>Overwrites count and average.</summary>
    /// <inheritdoc cref="IHasState.Load"/>
    public void Load(IReadOnlyDictionary<string, Tensor> state) => StateMemory.Load(GetType().Name, State, state);

    /// <summary>How the average moves.</summary>
    internal abstract UpdateAverage Law { get; }

    /// <summary>Leaves the moving to an optimiser of a set.</summary>
    internal void Attach(ParameterSet parameters)
    {
        if (!ReferenceEquals(parameters, Parameters)) throw new SettingException("Average: the average is of another set than the optimiser. Make both from one set.");
        if (attached) throw new SettingException("Average: an optimiser moves this average already. Make an average for each.");
        attached = true;
    }

    void Exchange() => Dispatch.RunInto(new Exchange([Parameters.Length], Parameters.DType), [], [Parameters.Flat, Average]);

    void CheckNotSwapped(string member)
    {
        if (Parameters.IsSwapped) throw new LifetimeException($"{member}: the parameters are swapped with an average. Dispose the swap before.");
    }

    sealed class Swapped(WeightAverage average) : IDisposable
    {
        bool disposed;

        public void Dispose()
        {
            if (disposed) return;
            disposed = true;
            average.Exchange();
            average.Parameters.IsSwapped = false;
        }
    }
}

/// <summary>average = decay·average + (1 - decay)·parameters, from the parameters as they are at construction.</summary>
public sealed class ExponentialAverage : WeightAverage
{
    /// <summary>Makes the average.</summary>
    /// <exception cref="SettingException">The decay is outside [0, 1).</exception>
    public ExponentialAverage(ParameterSet parameters, double decay) : base(parameters) => Decay = Optimizer.CheckDecay(decay, "Average decay");

    /// <summary>Share that the average keeps of itself at each step.</summary>
    public double Decay { get; }

    internal override UpdateAverage Law => new(AverageKind.Exponential, Decay);
}

/// <summary>
/// An average whose memory grows with training: at step k it keeps the share β_k = (1 - 1/k)^(γ + 1) of itself, which weights step t of k as t^γ.
/// Karras et al. 2024, section 3. γ is the largest real root of γ³ + 7γ² + (16 - σ⁻²)γ + (12 - σ⁻²) = 0 for the width σ of the profile relative to
/// the length of training.
/// </summary>
public sealed class PowerAverage : WeightAverage
{
    /// <summary>Makes the average.</summary>
    /// <exception cref="SettingException">The relative standard deviation is outside [0.0001, 0.28].</exception>
    public PowerAverage(ParameterSet parameters, double relativeStandardDeviation) : base(parameters) => Gamma = Exponent(relativeStandardDeviation);

    /// <summary>Exponent γ of the profile.</summary>
    public double Gamma { get; }

    internal override UpdateAverage Law => new(AverageKind.Power, Gamma);

    /// <summary>γ of a relative standard deviation. Above 0.28 there is no profile that rises towards the end (γ = 0 at √(1/12)).</summary>
    /// <exception cref="SettingException">The relative standard deviation is outside [0.0001, 0.28].</exception>
    public static double Exponent(double relativeStandardDeviation)
    {
        double precision = Math.Pow(Check.InRange(relativeStandardDeviation, 1e-4, 0.28, "Relative standard deviation"), -2);

        // The cubic is positive at 1/σ and convex from there down to its largest root, so Newton falls towards it from above until rounding stops the fall.
        double gamma = Math.Sqrt(precision);
        while (true)
        {
            double value = (((((gamma + 7) * gamma) + (16 - precision)) * gamma) + 12) - precision;
            double next = gamma - (value / ((((3 * gamma) + 14) * gamma) + (16 - precision)));
            if (!(next < gamma)) return gamma;
            gamma = next;
        }
    }

    /// <summary>Share β_k that the average keeps of itself at step k, from 1.</summary>
    public double Kept(long step) => Law.Kept(step);
}

/// <summary>The plain mean of all parameters so far, each step counting as much as another: stochastic weight averaging, Izmailov et al. 2018, equation 2.</summary>
public sealed class UniformAverage(ParameterSet parameters) : WeightAverage(parameters)
{
    // A profile of exponent 0 is flat.
    internal override UpdateAverage Law => new(AverageKind.Power, 0);
}
