namespace Adjoint;

/// <summary>
/// Lowers the learning rate of an optimiser when a measure that is to fall has not fallen for some time, by the rules of PyTorch: a fall counts from a relative threshold on, the rate is lowered when
/// more than so many reports in a row brought none, and reports during the rest that follows do not count.
/// </summary>
public sealed class ReduceOnPlateau : IHasState
{
    // Best measure, reports without a fall, and reports left to rest.
    readonly Tensor memory;
    readonly Optimizer optimizer;

    /// <summary>Makes the rule.</summary>
    /// <param name="optimizer">Whose learning rate is lowered.</param>
    /// <param name="factor">By what the rate is multiplied.</param>
    /// <param name="patience">Reports without a fall that pass before.</param>
    /// <param name="threshold">Relative fall below which a report counts as none.</param>
    /// <param name="rest">Reports that do not count after the rate was lowered.</param>
    /// <param name="lowest">The rate does not fall below.</param>
    /// <exception cref="SettingException">A setting is outside its range.</exception>
    public ReduceOnPlateau(Optimizer optimizer, double factor = 0.1, int patience = 10, double threshold = 1e-4, int rest = 0, double lowest = 0)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        this.optimizer = optimizer;
        Factor = Check.InRange(factor, 0, 1, "Plateau factor");
        Patience = Check.AtLeast(patience, 0, "Plateau patience");
        Threshold = Check.InRange(threshold, 0, 1, "Plateau threshold");
        Rest = Check.AtLeast(rest, 0, "Plateau rest");
        Lowest = Check.InRange(lowest, 0, double.MaxValue, "Plateau lowest rate");
        memory = StateMemory.Zeros([3], DType.F64, Device.Cpu);
        memory.Write<double>([double.PositiveInfinity, 0, 0]);
    }

    /// <summary>By what the rate is multiplied.</summary>
    public double Factor { get; }

    /// <summary>Reports without a fall that pass before.</summary>
    public int Patience { get; }

    /// <summary>Relative fall that counts.</summary>
    public double Threshold { get; }

    /// <summary>Reports that do not count afterwards.</summary>
    public int Rest { get; }

    /// <summary>Lowest rate.</summary>
    public double Lowest { get; }

    /// <summary>Best measure, reports without a fall, reports left to rest: f64 [3].</summary>
    public IEnumerable<(string Name, Tensor Value)> State => [("plateau", memory)];

    /// <summary>Reports a measure that is to fall, such as a validation loss.</summary>
    /// <returns>Whether the learning rate was lowered.</returns>
    /// <exception cref="PlanException">Inside a recorded step.</exception>
    public bool Report(double measure)
    {
        Recorder.Forbid("ReduceOnPlateau decides on the host", "Report between runs of the plan.");
        double[] now = memory.Read<double>();
        if (measure < (double.IsPositiveInfinity(now[0]) ? now[0] : now[0] * (1 - Threshold))) (now[0], now[1]) = (measure, 0);
        else now[1]++;
        if (now[2] > 0)
        {
            now[2]--;
            now[1] = 0;
        }

        bool isLowered = now[1] > Patience;
        if (isLowered)
        {
            optimizer.LearningRate.Write(Math.Max(optimizer.LearningRate.Item() * Factor, Lowest));
            (now[1], now[2]) = (0, Rest);
        }

        memory.Write<double>(now);
        return isLowered;
    }

    /// <inheritdoc cref="IHasState.Load"/>
    public void Load(IReadOnlyDictionary<string, Tensor> state) => StateMemory.Load("ReduceOnPlateau", State, state);
}
