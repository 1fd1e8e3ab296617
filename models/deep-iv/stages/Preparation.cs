namespace Adjoint.Models.DeepIv;

/// <summary>What the networks must know of their data: how columns are standardised, and the values of a categorical treatment.</summary>
sealed record Preparation(Standardization Scale, double[] Categories)
{
    /// <summary>Finds it in training rows.</summary>
    /// <exception cref="DataException">The treatment or the outcome does not vary.</exception>
    public static Preparation Of(InstrumentData data, DeepIvSettings settings)
    {
        CheckVaries("outcome", data.Outcome);
        CheckVaries("treatment", data.Treatment);
        Standardization scale = Standardization.Of(data);
        if (!settings.StandardizesInputs) scale = scale with { Instruments = Unscaled(data.Instruments.Shape[1]), Covariates = Unscaled(data.Covariates.Shape[1]) };
        if (settings.Response.Encoder is not null) scale = scale with { Covariates = WithPixelsAsTheyAre(scale.Covariates) };
        double[] values = settings.MostCategories == 0 ? [] : [.. data.Treatment.Read<double>().Distinct().Take(settings.MostCategories + 1).Order()];
        return new Preparation(scale, values.Length > settings.MostCategories ? [] : values);
    }

    /// <summary>The law of the treatment, standardised.</summary>
    public TreatmentLaw Law(int components) =>
        Categories.Length == 0 ? new MixtureLaw(components) : new CategoricalLaw(Standardized(Scale.Treatment, Tensor.From<double>(Categories)));

    /// <summary>A single column f64 [rows] as f32 [rows], standardised.</summary>
    public static Tensor Standardized(ColumnScale scale, Tensor column) => scale.Apply(column).To(DType.F32);

    /// <summary>A single column in its own unit, f64, of standardised numbers of any shape.</summary>
    public static Tensor InUnits(ColumnScale scale, Tensor column) => scale.Undo(column.To(DType.F64));

    /// <summary>Writes it.</summary>
    public void Save(CheckpointWriter checkpoint)
    {
        Scale.Save(checkpoint);
        checkpoint.Add("categories", Tensor.From<double>(Categories));
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="DataException">It is not there, or damaged.</exception>
    public static Preparation Read(CheckpointReader checkpoint)
    {
        Standardization scale = Standardization.Load(checkpoint);
        Tensor categories = checkpoint.Tensor("categories");
        bool fits = categories.DType == DType.F64 && categories.Rank == 1 && scale.Outcome.Mean.Count == 1 && scale.Treatment.Mean.Count == 1;
        return fits ? new Preparation(scale, categories.Read<double>()) : throw new DataException("The checkpoint's 'scale' or 'categories' are of another kind. The file is damaged.");
    }

    static ColumnScale Unscaled(int columns) => new(Tensor.Zeros([columns], DType.F64), Tensor.Ones([columns], DType.F64));

    static ColumnScale WithPixelsAsTheyAre(ColumnScale scale)
    {
        int others = scale.Mean.Count - MnistImages.Pixels;
        ColumnScale pixels = Unscaled(MnistImages.Pixels);
        return new ColumnScale(
            TensorMath.Concat([scale.Mean.Slice(0, 0, others), pixels.Mean], 0), TensorMath.Concat([scale.Deviation.Slice(0, 0, others), pixels.Deviation], 0));
    }

    static void CheckVaries(string what, Tensor column)
    {
        if (column.Max().Item() > column.Min().Item()) return;
        throw new DataException($"The {what} is {column.Min().Item():G6} in every row: nothing can be learned from it. Choose another column.");
    }
}
