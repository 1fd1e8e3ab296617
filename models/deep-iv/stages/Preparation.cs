namespace Adjoint.Models.DeepIv;

/// <summary>What the networks must know of their data: how columns are standardised, and the values of a categorical treatment.</summary>
sealed record Preparation(Scaling Outcome, Scaling Treatment, Scaling Instruments, Scaling Covariates, double[] Categories)
{
    /// <summary>Finds it in training rows.</summary>
    /// <exception cref="DataException">The treatment or the outcome does not vary.</exception>
    public static Preparation Of(InstrumentData data, DeepIvSettings settings)
    {
        CheckVaries("outcome", data.Outcome);
        CheckVaries("treatment", data.Treatment);
        int pixels = settings.Response.Encoder is null ? 0 : MnistImages.Pixels;
        Scaling Inputs(Tensor rows, int unscaled) => settings.StandardizesInputs ? Scaling.Of(rows, unscaled) : Scaling.None(rows.Shape[1]);
        double[] values = settings.MostCategories == 0 ? [] : [.. data.Treatment.Read<double>().Distinct().Take(settings.MostCategories + 1).Order()];
        return new Preparation(
            Scaling.Of(data.Outcome.Unsqueeze(1)), Scaling.Of(data.Treatment.Unsqueeze(1)), Inputs(data.Instruments, 0), Inputs(data.Covariates, pixels),
            values.Length > settings.MostCategories ? [] : values);
    }

    /// <summary>The law of the treatment, standardised.</summary>
    public TreatmentLaw Law(int components) =>
        Categories.Length == 0 ? new MixtureLaw(components) : new CategoricalLaw(Standardized(Treatment, Tensor.From<double>(Categories, [Categories.Length])));

    /// <summary>A single column as f32 [rows], standardised.</summary>
    public static Tensor Standardized(Scaling scaling, Tensor column) => scaling.Apply(column.Unsqueeze(1)).Squeeze(1);

    /// <summary>Writes it.</summary>
    public void Save(CheckpointWriter checkpoint)
    {
        Outcome.Save(checkpoint, "scaling.outcome");
        Treatment.Save(checkpoint, "scaling.treatment");
        Instruments.Save(checkpoint, "scaling.instruments");
        Covariates.Save(checkpoint, "scaling.covariates");
        checkpoint.Add("categories", Tensor.From<double>(Categories, [Categories.Length]));
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="DataException">It is not there, or damaged.</exception>
    public static Preparation Read(CheckpointReader checkpoint)
    {
        Tensor categories = checkpoint.Tensor("categories");
        if (categories.DType != DType.F64 || categories.Rank != 1) throw new DataException("The checkpoint's 'categories' are not numbers. The file is damaged.");
        return new Preparation(
            One(checkpoint, "scaling.outcome"), One(checkpoint, "scaling.treatment"), Scaling.Read(checkpoint, "scaling.instruments"), Scaling.Read(checkpoint, "scaling.covariates"),
            categories.Read<double>());
    }

    static Scaling One(CheckpointReader checkpoint, string prefix)
    {
        Scaling scaling = Scaling.Read(checkpoint, prefix);
        return scaling.Mean.Count == 1 ? scaling : throw new DataException($"The checkpoint's '{prefix}' is of {scaling.Mean.Count} columns, not one. The file is damaged.");
    }

    static void CheckVaries(string what, Tensor column)
    {
        if (column.Max().Item() > column.Min().Item()) return;
        throw new DataException($"The {what} is {column.Min().Item():G6} in every row: nothing can be learned from it. Choose another column.");
    }
}
