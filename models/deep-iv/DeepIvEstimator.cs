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
    readonly DeepIvSettings settings;
    readonly Preparation preparation;
    readonly StageNetwork network;
    readonly TreatmentStage first;
    readonly Stage second;
    readonly Generator draws;
    readonly Key key;
    readonly StageRows? rows;
    Tensor? description;
    HeldOutRows? heldOut;

    /// <summary>Prepares training; nothing is learned yet.</summary>
    /// <exception cref="DataException">The treatment or the outcome does not vary, or there are too few rows.</exception>
    /// <exception cref="SettingException">Settings do not go together.</exception>
    public DeepIvEstimator(InstrumentData data, DeepIvSettings settings, Key key) : this(Preparation.Of(data, settings), data, settings, key)
    {
    }

    DeepIvEstimator(Preparation preparation, InstrumentData? data, DeepIvSettings settings, Key key)
    {
        (this.preparation, this.settings, this.key) = (preparation, settings, key);
        draws = new Generator(key.Split("draws"));
        int covariates = preparation.Scale.Covariates.Mean.Count, instruments = preparation.Scale.Instruments.Mean.Count;
        if (data is not null) rows = new StageRows(data, preparation, settings.HoldOut, key.Split("hold out"));
        first = new TreatmentStage(preparation.Law(settings.Components), instruments, covariates, rows, settings.Treatment, settings.Folds, key.Split("treatment"));
        network = new StageNetwork(covariates, 1, 1, settings.Response, new Masks(new Generator(key.Split("response masks"))));
        Response = new NetworkResponse(network, preparation.Scale);
        bool holdsOut = rows is { HeldOut.Length: > 0 };
        second = new Stage(network, settings.Response, Loss, holdsOut ? HeldOutLoss : null, rows?.Training ?? [0], key.Split("response"));
    }

    /// <summary>Steps that both stages may take.</summary>
    public long TotalSteps => (settings.Folds * settings.Treatment.Steps) + settings.Response.Steps;

    /// <summary>Steps so far; a stage that ended early counts in full.</summary>
    public long CompletedSteps =>
        first.Stages.Sum(stage => stage.IsOver ? settings.Treatment.Steps : stage.CompletedSteps) + (second.IsOver ? settings.Response.Steps : second.CompletedSteps);

    /// <summary>Rows that it is trained on, those held out included.</summary>
    internal long TrainingRows => rows?.Outcome.Count ?? 0;

    /// <summary>The first stage.</summary>
    internal TreatmentStage TreatmentStage => first;

    /// <summary>The second stage.</summary>
    internal Stage ResponseStage => second;

    /// <summary>The response with its slopes, draws and features.</summary>
    internal NetworkResponse Response { get; }

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
            first.Present.TrainStep();
            return;
        }

        // No gradient of stage 2 flows into stage 1, whose numbers of all rows are therefore made once.
        if (description is null)
        {
            description = first.DescribeTraining().Keep();
            if (rows.HeldOut.Length > 0) heldOut = new HeldOutRows(this);
        }

        second.TrainStep();
    }

    /// <summary>h f64 [rows] in the unit of the outcome.</summary>
    public Tensor Predict(Tensor treatment, Tensor covariates) => Response.Predict(treatment, covariates);

    /// <summary>Mean of the treatment given instruments [rows, z] and covariates [rows, x]: f64 [rows], in its unit.</summary>
    public Tensor PredictTreatment(Tensor instruments, Tensor covariates)
    {
        using var pause = Autodiff.Pause();
        var (law, numbers) = Describe(instruments, covariates);
        return Preparation.InUnits(preparation.Scale.Treatment, law.Mean(numbers));
    }

    /// <summary>Draws of the treatment given instruments and covariates: f64 [draws, rows], in its unit.</summary>
    public Tensor DrawTreatment(Tensor instruments, Tensor covariates, int count, Key seed)
    {
        using var pause = Autodiff.Pause();
        var (law, numbers) = Describe(instruments, covariates);
        return Preparation.InUnits(preparation.Scale.Treatment, TreatmentStage.Draw(law, numbers, count, new Generator(seed)));
    }

    /// <summary>The law of the treatment given instruments and covariates as a sum: treatments in their unit and weights, f64 [nodes, rows].</summary>
    internal (Tensor Values, Tensor Weights) TreatmentNodes(Tensor instruments, Tensor covariates)
    {
        using var pause = Autodiff.Pause();
        var (law, numbers) = Describe(instruments, covariates);
        var (values, weights) = law.Nodes(numbers);
        return (Preparation.InUnits(preparation.Scale.Treatment, values), weights.To(DType.F64));
    }

    (TreatmentLaw Law, Tensor Description) Describe(Tensor instruments, Tensor covariates) =>
        first.Describe(preparation.Scale.Instruments.Apply(instruments).To(DType.F32), preparation.Scale.Covariates.Apply(covariates).To(DType.F32));

    Tensor Loss(Tensor batch)
    {
        Tensor embedded = network.Embed(rows!.Covariates.Select(0, batch)), numbers = description!.Select(0, batch), outcome = rows.Outcome.Select(0, batch);
        if (first.Law.IsFinite)
        {
            var (values, weights) = first.Law.Nodes(numbers.Detach());
            return ResponseLoss.OfSum(outcome, OverDraws(embedded, values), weights);
        }

        return ResponseLoss.Of(outcome, OverDraws(embedded, TreatmentStage.Draw(first.Law, numbers, settings.Draws, draws)), settings.VariancePenalty);
    }

    double HeldOutLoss() => heldOut!.Loss();

    // h [draws, rows] of embedded covariates [rows, e] at treatments [draws, rows].
    Tensor OverDraws(Tensor embedded, Tensor treatments)
    {
        int count = treatments.Shape[0], width = embedded.Shape[1], batch = treatments.Shape[1];
        Tensor repeated = embedded.Expand([count, batch, width]).Reshape(count * batch, width);
        return network.Forward(repeated, treatments.Reshape(count * batch, 1)).Reshape(count, batch);
    }

    /// <summary>Writes the whole state, standardisation included.</summary>
    public void Save(CheckpointWriter checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        preparation.Save(checkpoint);
        checkpoint.Add("draws", draws.State);
        first.Save(checkpoint);
        second.Save(checkpoint.Within("response"));
    }

    /// <summary>Restores what <see cref="Save"/> wrote, into an estimate of the same data, settings and key.</summary>
    /// <exception cref="DataException">It is not there, or of another shape.</exception>
    public void Load(CheckpointReader checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        checkpoint.Read("draws", draws.State);
        first.Load(checkpoint);
        second.Load(checkpoint.Within("response"));
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

    /// <summary>The second loss on held-out rows, its integral as a sum, so that it has no noise: comparable between response networks of one first stage.</summary>
    sealed class HeldOutRows
    {
        readonly DeepIvEstimator owner;
        readonly Tensor covariates, outcome, values, weights;

        public HeldOutRows(DeepIvEstimator owner)
        {
            using var pause = Autodiff.Pause();
            this.owner = owner;
            StageRows rows = owner.rows!;
            covariates = rows.Covariates.Select(0, rows.HeldOutRows);
            outcome = rows.Outcome.Select(0, rows.HeldOutRows);
            var (law, numbers) = owner.first.Describe(rows.Instruments.Select(0, rows.HeldOutRows), covariates);
            (values, weights) = law.Nodes(numbers);
        }

        public double Loss()
        {
            using var pause = Autodiff.Pause();
            using var step = Step.Begin();
            return ResponseLoss.OfSum(outcome, owner.OverDraws(owner.network.Embed(covariates), values), weights).Item();
        }
    }
}
