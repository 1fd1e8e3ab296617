namespace Adjoint.Models.DeepIv;

/// <summary>The rows of both stages, standardised, f32, and which of them are held out.</summary>
sealed class StageRows
{
    const int FewestRows = 20;

    public StageRows(InstrumentData data, Preparation preparation, double holdOut, Key key)
    {
        int count = data.Count, held = (int)Math.Round(holdOut * count);
        if (count < FewestRows) throw new DataException($"{count} rows are too few for DeepIV. Pass {FewestRows} at least, or use a linear estimate.");
        Outcome = Preparation.Standardized(preparation.Scale.Outcome, data.Outcome);
        Treatment = Preparation.Standardized(preparation.Scale.Treatment, data.Treatment);
        Instruments = preparation.Scale.Instruments.Apply(data.Instruments).To(DType.F32);
        Covariates = preparation.Scale.Covariates.Apply(data.Covariates).To(DType.F32);
        long[] order = new Generator(key).Permutation(count).Read<long>();
        HeldOut = [.. order.Take(held).Order()];
        Training = [.. order.Skip(held).Order()];
        HeldOutRows = Tensor.From<long>(HeldOut, [HeldOut.Length]);
    }

    /// <summary>y [rows].</summary>
    public Tensor Outcome { get; }

    /// <summary>p [rows].</summary>
    public Tensor Treatment { get; }

    /// <summary>z [rows, instruments].</summary>
    public Tensor Instruments { get; }

    /// <summary>x [rows, covariates].</summary>
    public Tensor Covariates { get; }

    /// <summary>Positions of the rows for training.</summary>
    public long[] Training { get; }

    /// <summary>Positions of the rows that are held out.</summary>
    public long[] HeldOut { get; }

    /// <summary>The same as a tensor.</summary>
    public Tensor HeldOutRows { get; }
}
