namespace Adjoint.Models.DeepIv;

/// <summary>
/// DeepIV: a first network learns the law of the treatment given instruments and covariates, a second one the response whose integral over that law predicts the outcome. Hartford, Lewis,
/// Leyton-Brown, Taddy 2017.
/// </summary>
/// <example><code>
/// InstrumentData data = new DemandDesign(0.5).Draw(5000, Key.FromSeed(1));
/// DeepIvEstimator estimate = DeepIvEstimator.Fit(data, DeepIvSettings.Release(data.Count), Key.FromSeed(2));
/// Tensor outcome = estimate.Predict(data.Treatment, data.Covariates);
/// </code></example>
public sealed class DeepIvEstimator : IResponse
{
    const int RowsAtOnce = 8192;

    readonly DeepIvSettings settings;
    readonly Preparation preparation;
    readonly TreatmentLaw law;
    readonly StageNetwork treatmentNetwork, responseNetwork;
    readonly NetworkResponse response;
    readonly Stage first, second;
    readonly Generator draws;
    readonly Key key;
    readonly StageRows? rows;
    Tensor? description;
    Tensor? heldOutDraws;

    /// <summary>Prepares training; nothing is learned yet.</summary>
    /// <exception cref="DataException">The treatment or the outcome does not vary, or there are too few rows.</exception>
    /// <exception cref="SettingException">Settings do not go together.</exception>
    public DeepIvEstimator(InstrumentData data, DeepIvSettings settings, Key key) : this(Preparation.Of(data, settings), data, settings, key)
    {
    }

    DeepIvEstimator(Preparation preparation, InstrumentData? data, DeepIvSettings settings, Key key)
    {
        (this.preparation, this.settings, this.key) = (preparation, settings, key);
        law = preparation.Law(settings.Components);
        draws = new Generator(key.Split("draws"));
        int covariates = preparation.Scale.Covariates.Mean.Count, instruments = preparation.Scale.Instruments.Mean.Count;
        treatmentNetwork = new StageNetwork(covariates, instruments, law.Outputs, settings.Treatment, new Masks(new Generator(key.Split("treatment masks"))));
        responseNetwork = new StageNetwork(covariates, 1, 1, settings.Response, new Masks(new Generator(key.Split("response masks"))));
        response = new NetworkResponse(responseNetwork, preparation.Scale);
        if (data is not null) rows = new StageRows(data, preparation, settings.HoldOut, key.Split("hold out"));
        bool holdsOut = rows is { HeldOut.Length: > 0 };
        long[] training = rows?.Training ?? [0];
        first = new Stage(treatmentNetwork, settings.Treatment, TreatmentLoss, holdsOut ? HeldOutTreatmentLoss : null, training, key.Split("treatment"));
        second = new Stage(responseNetwork, settings.Response, OutcomeLoss, holdsOut ? HeldOutOutcomeLoss : null, training, key.Split("response"));
    }

    /// <summary>Steps that both stages may take.</summary>
    public long TotalSteps => settings.Treatment.Steps + settings.Response.Steps;

    /// <summary>Steps so far; a stage that ended early counts in full.</summary>
    public long CompletedSteps => (first.IsOver ? settings.Treatment.Steps : first.CompletedSteps) + (second.IsOver ? settings.Response.Steps : second.CompletedSteps);

    /// <summary>The first stage.</summary>
    internal Stage TreatmentStage => first;

    /// <summary>The second stage.</summary>
    internal Stage ResponseStage => second;

    /// <summary>The response with its slopes, draws and features.</summary>
    internal NetworkResponse Response => response;

    /// <summary>Trains both stages to the end.</summary>
    public static DeepIvEstimator Fit(InstrumentData data, DeepIvSettings settings, Key key)
    {
        var estimate = new DeepIvEstimator(data, settings, key);
        while (estimate.CompletedSteps < estimate.TotalSteps) estimate.TrainStep();
        return estimate;
    }

    /// <summary>One step of the first stage, or after its end of the second.</summary>
    public void TrainStep()
    {
        if (rows is null) throw new InvalidOperationException("This estimate was restored without its rows: it predicts, and cannot be trained.");
        if (!first.IsOver)
        {
            first.TrainStep();
            return;
        }

        if (description is null) DescribeTreatments();
        second.TrainStep();
    }

    /// <summary>h f64 [rows] in the unit of the outcome.</summary>
    public Tensor Predict(Tensor treatment, Tensor covariates) => response.Predict(treatment, covariates);

    /// <summary>Mean of the treatment given instruments [rows, z] and covariates [rows, x]: f64 [rows], in its unit.</summary>
    public Tensor PredictTreatment(Tensor instruments, Tensor covariates)
    {
        using var pause = Autodiff.Pause();
        return Preparation.InUnits(preparation.Scale.Treatment, law.Mean(DescribeRows(instruments, covariates)));
    }

    /// <summary>Draws of the treatment given instruments and covariates: f64 [draws, rows], in its unit.</summary>
    public Tensor DrawTreatment(Tensor instruments, Tensor covariates, int count, Key seed)
    {
        using var pause = Autodiff.Pause();
        return Preparation.InUnits(preparation.Scale.Treatment, Tiled(law, DescribeRows(instruments, covariates), count, new Generator(seed)));
    }

    Tensor DescribeRows(Tensor instruments, Tensor covariates) =>
        Describe(preparation.Scale.Instruments.Apply(instruments).To(DType.F32), preparation.Scale.Covariates.Apply(covariates).To(DType.F32));

    Tensor Describe(Tensor z, Tensor x) =>
        InBlocks(x.Shape[0], (start, end) => treatmentNetwork.Forward(treatmentNetwork.Embed(x.Slice(0, start, end)), z.Slice(0, start, end)));

    void DescribeTreatments()
    {
        using var pause = Autodiff.Pause();
        description = Describe(rows!.Instruments, rows.Covariates).Keep();
        if (rows.HeldOut.Length == 0 || law.Sum(description) is not null) return;
        Tensor held = description.Select(0, rows.HeldOutRows);
        heldOutDraws = Tiled(law, held, settings.HeldOutDraws, new Generator(key.Split("held-out draws"))).Keep();
    }

    Tensor TreatmentLoss(Tensor batch)
    {
        Tensor x = rows!.Covariates.Select(0, batch), z = rows.Instruments.Select(0, batch);
        return law.Loss(treatmentNetwork.Forward(treatmentNetwork.Embed(x), z), rows.Treatment.Select(0, batch));
    }

    double HeldOutTreatmentLoss()
    {
        using var pause = Autodiff.Pause();
        using var step = Step.Begin();
        Tensor z = rows!.Instruments.Select(0, rows.HeldOutRows), x = rows.Covariates.Select(0, rows.HeldOutRows);
        return law.Loss(Describe(z, x), rows.Treatment.Select(0, rows.HeldOutRows)).Item();
    }

    Tensor OutcomeLoss(Tensor batch)
    {
        Tensor embedded = responseNetwork.Embed(rows!.Covariates.Select(0, batch)), law = description!.Select(0, batch), outcome = rows.Outcome.Select(0, batch);
        if (this.law.Sum(law) is { } sum) return ResponseLoss.Exact(outcome, OverValues(embedded, sum.Values), sum.Probabilities);
        return ResponseLoss.Of(outcome, OverDraws(embedded, Tiled(this.law, law, settings.Draws, draws)), settings.VariancePenalty);
    }

    // The unbiased estimate with many draws: comparable between response networks of one first stage.
    double HeldOutOutcomeLoss()
    {
        using var pause = Autodiff.Pause();
        using var step = Step.Begin();
        Tensor x = rows!.Covariates.Select(0, rows.HeldOutRows), outcome = rows.Outcome.Select(0, rows.HeldOutRows), embedded = responseNetwork.Embed(x);
        if (law.Sum(description!.Select(0, rows.HeldOutRows)) is { } sum) return ResponseLoss.Exact(outcome, OverValues(embedded, sum.Values), sum.Probabilities).Item();
        return ResponseLoss.Of(outcome, OverDraws(embedded, heldOutDraws!), 0).Item();
    }

    // h [draws, rows] of embedded covariates [rows, e] at treatments [draws, rows].
    Tensor OverDraws(Tensor embedded, Tensor treatments)
    {
        int count = treatments.Shape[0], width = embedded.Shape[1], batch = treatments.Shape[1];
        Tensor repeated = embedded.Expand([count, batch, width]).Reshape(count * batch, width);
        return responseNetwork.Forward(repeated, treatments.Reshape(count * batch, 1)).Reshape(count, batch);
    }

    // h [rows, values].
    Tensor OverValues(Tensor embedded, Tensor values) =>
        OverDraws(embedded, values.Unsqueeze(1).Expand([values.Count, embedded.Shape[0]])).Transpose();

    // Draws [count, rows] of descriptions [rows, outputs].
    static Tensor Tiled(TreatmentLaw law, Tensor description, int count, Generator generator)
    {
        using var pause = Autodiff.Pause();
        int batch = description.Shape[0], width = description.Shape[1];
        return law.Draw(description.Expand([count, batch, width]).Reshape(count * batch, width), generator).Reshape(count, batch);
    }

    static Tensor InBlocks(int count, Func<int, int, Tensor> of)
    {
        if (count <= RowsAtOnce) return of(0, count);
        var parts = new List<Tensor>();
        for (int start = 0; start < count; start += RowsAtOnce) parts.Add(of(start, Math.Min(start + RowsAtOnce, count)));
        return TensorMath.Concat([.. parts], 0);
    }

    /// <summary>Writes the whole state, standardisation included.</summary>
    public void Save(CheckpointWriter checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        preparation.Save(checkpoint);
        checkpoint.Add("draws", draws.State);
        first.Save(checkpoint, "treatment");
        second.Save(checkpoint, "response");
    }

    /// <summary>Restores what <see cref="Save"/> wrote, into an estimate of the same data, settings and key.</summary>
    /// <exception cref="DataException">It is not there, or of another shape.</exception>
    public void Load(CheckpointReader checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        checkpoint.Read("draws", draws.State);
        first.Load(checkpoint, "treatment");
        second.Load(checkpoint, "response");
        description = null;
    }

    /// <summary>An estimate from a checkpoint alone, without the rows that it was trained on: it predicts, and cannot be trained.</summary>
    /// <exception cref="DataException">Something is missing, or of another shape.</exception>
    public static DeepIvEstimator Restore(CheckpointReader checkpoint, DeepIvSettings settings, Key key)
    {
        var estimate = new DeepIvEstimator(Preparation.Read(checkpoint), null, settings, key);
        estimate.Load(checkpoint);
        return estimate;
    }
}
