namespace Adjoint.Models.DeepIv;

/// <summary>Mean and standard deviation of a set of columns; a column that does not vary counts as having deviation 1.</summary>
/// <param name="Mean">f64 [columns].</param>
/// <param name="Deviation">f64 [columns], above 0.</param>
public sealed record ColumnScale(Tensor Mean, Tensor Deviation)
{
    /// <summary>The scale of rows f64 [rows, columns].</summary>
    public static ColumnScale Of(Tensor rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        using var pause = Autodiff.Pause();
        if (rows.Shape[1] == 0) return new(Tensor.Zeros([0], DType.F64), Tensor.Zeros([0], DType.F64));
        Tensor mean = rows.Mean(0), deviation = (rows - mean).Square().Mean(0).Sqrt();

        // Rounding leaves a constant column a deviation of some units in its last place.
        Tensor isConstant = deviation.LessOrEqual(mean.Abs() * 1e-13);
        return new(mean, TensorMath.Where(isConstant, Tensor.Ones(deviation.Shape, DType.F64), deviation));
    }

    /// <summary>(rows - mean) / deviation.</summary>
    public Tensor Apply(Tensor rows) => Mean.Count == 0 ? rows : (rows - Mean) / Deviation;

    /// <summary>rows · deviation + mean.</summary>
    public Tensor Undo(Tensor rows) => Mean.Count == 0 ? rows : (rows * Deviation) + Mean;
}

/// <summary>The scale of each variable of a problem, kept with a model so that it sees columns of mean 0 and deviation 1 and answers in the units of the data.</summary>
/// <param name="Outcome">Of y, one column.</param>
/// <param name="Treatment">Of p, one column.</param>
/// <param name="Instruments">Of z.</param>
/// <param name="Covariates">Of x.</param>
public sealed record Standardization(ColumnScale Outcome, ColumnScale Treatment, ColumnScale Instruments, ColumnScale Covariates)
{
    /// <summary>The scales of data.</summary>
    public static Standardization Of(InstrumentData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return new(
            ColumnScale.Of(data.Outcome.Reshape(data.Count, 1)), ColumnScale.Of(data.Treatment.Reshape(data.Count, 1)), ColumnScale.Of(data.Instruments), ColumnScale.Of(data.Covariates));
    }

    /// <summary>Data in units of the scales.</summary>
    public InstrumentData Apply(InstrumentData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return new(Outcome.Apply(data.Outcome), Treatment.Apply(data.Treatment), Instruments.Apply(data.Instruments), Covariates.Apply(data.Covariates));
    }

    /// <summary>Writes the scales, as <c>prefix.outcome.mean</c> and so on.</summary>
    public void Save(CheckpointWriter checkpoint, string prefix = "scale")
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        foreach (var (name, scale) in Named())
        {
            checkpoint.Add($"{prefix}.{name}.mean", scale.Mean);
            checkpoint.Add($"{prefix}.{name}.deviation", scale.Deviation);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="DataException">It is not there, or damaged.</exception>
    public static Standardization Load(CheckpointReader checkpoint, string prefix = "scale")
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ColumnScale Read(string name)
        {
            Tensor mean = checkpoint.Tensor($"{prefix}.{name}.mean"), deviation = checkpoint.Tensor($"{prefix}.{name}.deviation");
            bool fits = mean.DType == DType.F64 && deviation.DType == DType.F64 && mean.Rank == 1 && mean.Shape == deviation.Shape;
            if (!fits || mean.Read<double>().Any(static value => !double.IsFinite(value)) || deviation.Read<double>().Any(static value => !(value > 0 && double.IsFinite(value))))
                throw new DataException($"The checkpoint's '{prefix}.{name}' is no mean and deviation of columns. The file is damaged.");
            return new ColumnScale(mean, deviation);
        }

        return new(Read("outcome"), Read("treatment"), Read("instruments"), Read("covariates"));
    }

    IEnumerable<(string Name, ColumnScale Scale)> Named() => [("outcome", Outcome), ("treatment", Treatment), ("instruments", Instruments), ("covariates", Covariates)];
}
