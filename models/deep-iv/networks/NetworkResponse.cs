namespace Adjoint.Models.DeepIv;

/// <summary>The response that a network stands for, in the units of the data: values, slopes, draws by dropout, and the features of its last hidden layer.</summary>
sealed class NetworkResponse(StageNetwork network, Standardization scale) : IResponse
{
    const int RowsAtOnce = 4096;

    /// <summary>The network.</summary>
    public StageNetwork Network => network;

    /// <inheritdoc/>
    public Tensor Predict(Tensor treatment, Tensor covariates) => Outcomes(Blocks(treatment, covariates, null, Response));

    /// <summary>Draws of the whole function, one mask of dropout for all rows each: f64 [draws, rows]. Gal, Ghahramani 2016.</summary>
    public Tensor PredictDraws(Tensor treatment, Tensor covariates, int draws, Key key) =>
        TensorMath.Stack([.. Enumerable.Range(0, draws).Select(i => Outcomes(Blocks(treatment, covariates, key.Split(i), Response)))], 0);

    /// <summary>∂h/∂p: f64 [rows], in units of the outcome by units of the treatment.</summary>
    public Tensor Slopes(Tensor treatment, Tensor covariates) => Slopes(treatment, covariates, null);

    /// <summary>Draws of ∂h/∂p by dropout: f64 [draws, rows].</summary>
    public Tensor SlopeDraws(Tensor treatment, Tensor covariates, int draws, Key key) =>
        TensorMath.Stack([.. Enumerable.Range(0, draws).Select(i => Slopes(treatment, covariates, key.Split(i)))], 0);

    /// <summary>The last hidden layer: f64 [rows, width].</summary>
    public Tensor Features(Tensor treatment, Tensor covariates) => Blocks(treatment, covariates, null, network.Features).To(DType.F64);

    /// <summary>Derivative of the last hidden layer by the treatment in its own unit: f64 [rows, width].</summary>
    public Tensor FeatureSlopes(Tensor treatment, Tensor covariates)
    {
        Tensor slopes = Blocks(treatment, covariates, null, (x, p) => Autodiff.Jvp(moved => network.Features(x, moved), p, p.OnesLike()).Pushed.Detach());
        return slopes.To(DType.F64) / scale.Treatment.Deviation;
    }

    Tensor Slopes(Tensor treatment, Tensor covariates, Key? mask)
    {
        Tensor slopes = Blocks(treatment, covariates, mask, (x, p) => Autodiff.Grad(moved => network.Forward(x, moved).Sum())(p).Squeeze(1));
        return slopes.To(DType.F64) * (scale.Outcome.Deviation / scale.Treatment.Deviation);
    }

    Tensor Response(Tensor embedded, Tensor treatment) => network.Forward(embedded, treatment).Squeeze(1);

    Tensor Outcomes(Tensor standardized) => Preparation.InUnits(scale.Outcome, standardized);

    // A function of embedded covariates and treatments [rows, 1], block by block; each block begins the stream of a mask anew, so that all have the same.
    Tensor Blocks(Tensor treatment, Tensor covariates, Key? mask, Func<Tensor, Tensor, Tensor> of)
    {
        ArgumentNullException.ThrowIfNull(treatment);
        ArgumentNullException.ThrowIfNull(covariates);
        int count = treatment.Shape[0];
        if (covariates.Shape[0] != count) throw new ShapeException($"Predict: {count} treatments for covariates {covariates.Shape}. Pass one treatment for each row.");
        var parts = new List<Tensor>();
        for (int start = 0; start == 0 || start < count; start += RowsAtOnce)
        {
            int end = Math.Min(start + RowsAtOnce, count);
            using var step = Step.Begin();
            Tensor p = Preparation.Standardized(scale.Treatment, treatment.Slice(0, start, end)).Unsqueeze(1);
            Tensor x = scale.Covariates.Apply(covariates.Slice(0, start, end)).To(DType.F32);
            using var pause = Autodiff.Pause();
            using IDisposable? masks = mask is { } key ? network.Masks.Use(MaskKind.Shared, new Generator(key)) : null;
            parts.Add(of(network.Embed(x), p).Detach().Keep());
        }

        return parts.Count == 1 ? parts[0] : TensorMath.Concat([.. parts], 0);
    }
}
