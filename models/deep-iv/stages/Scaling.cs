namespace Adjoint.Models.DeepIv;

/// <summary>Mean and deviation of columns, by which a network sees them. Columns that do not vary keep their unit.</summary>
/// <param name="Mean">f64 [columns].</param>
/// <param name="Deviation">f64 [columns], above 0.</param>
sealed record Scaling(Tensor Mean, Tensor Deviation)
{
    /// <summary>The scaling of columns [rows, columns]; the last <paramref name="unscaled"/> of them stay as they are.</summary>
    public static Scaling Of(Tensor rows, int unscaled = 0)
    {
        int scaled = rows.Shape[1] - unscaled;
        Tensor columns = rows.Slice(1, 0, scaled), mean = columns.Mean(0), deviation = columns.Variance(0, correction: 0).Sqrt();
        deviation = TensorMath.Where(deviation.Greater(0), deviation, deviation.OnesLike());
        return new Scaling(
            TensorMath.Concat([mean, Tensor.Zeros([unscaled], DType.F64)], 0), TensorMath.Concat([deviation, Tensor.Ones([unscaled], DType.F64)], 0));
    }

    /// <summary>The scaling that changes nothing.</summary>
    public static Scaling None(int columns) => new(Tensor.Zeros([columns], DType.F64), Tensor.Ones([columns], DType.F64));

    /// <summary>Standardised rows, f32.</summary>
    public Tensor Apply(Tensor rows) => ((rows - Mean) / Deviation).To(DType.F32);

    /// <summary>Rows in their own unit, f64.</summary>
    public Tensor Undo(Tensor rows) => (rows.To(DType.F64) * Deviation) + Mean;

    /// <summary>Writes both under a prefix.</summary>
    public void Save(CheckpointWriter checkpoint, string prefix)
    {
        checkpoint.Add($"{prefix}.mean", Mean);
        checkpoint.Add($"{prefix}.deviation", Deviation);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="DataException">It is not there, or not a scaling.</exception>
    public static Scaling Read(CheckpointReader checkpoint, string prefix)
    {
        Tensor mean = checkpoint.Tensor($"{prefix}.mean"), deviation = checkpoint.Tensor($"{prefix}.deviation");
        bool fits = mean.DType == DType.F64 && deviation.DType == DType.F64 && mean.Rank == 1 && deviation.Shape == mean.Shape;
        if (!fits || !mean.Read<double>().All(double.IsFinite) || !deviation.Read<double>().All(static value => value > 0 && double.IsFinite(value)))
            throw new DataException($"The checkpoint's scaling '{prefix}' is not one of means and deviations above 0. The file is damaged.");
        return new Scaling(mean, deviation);
    }
}
