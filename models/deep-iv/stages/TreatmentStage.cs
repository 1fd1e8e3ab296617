namespace Adjoint.Models.DeepIv;

/// <summary>The first stage: one network for the law of the treatment, or one for each part of the rows that is left out in turn.</summary>
sealed class TreatmentStage
{
    const int RowsAtOnce = 8192;

    readonly StageNetwork[] networks;
    readonly Stage[] stages;
    readonly StageRows? rows;

    /// <summary>Prepares training.</summary>
    /// <param name="law">The law that the networks describe.</param>
    /// <param name="instruments">Number of instruments.</param>
    /// <param name="covariates">Number of covariates.</param>
    /// <param name="rows">The rows; null for an estimate that only predicts.</param>
    /// <param name="settings">How it is trained.</param>
    /// <param name="folds">Networks.</param>
    /// <param name="key">Decides everything that is drawn.</param>
    public TreatmentStage(TreatmentLaw law, int instruments, int covariates, StageRows? rows, StageSettings settings, int folds, Key key)
    {
        (Law, this.rows) = (law, rows);
        long[][] parts = folds == 1 || rows is null ? [] : Parts(rows.Training, folds, key.Split("folds"));
        networks = new StageNetwork[folds];
        stages = new Stage[folds];
        for (int i = 0; i < folds; i++)
        {
            Key own = folds == 1 ? key : key.Split(i);
            StageNetwork network = networks[i] = new StageNetwork(covariates, instruments, law.Outputs, settings, new Masks(new Generator(own.Split("masks"))));
            long[] left = parts.Length > 0 ? parts[i] : rows?.HeldOut ?? [], training = parts.Length > 0 ? [.. rows!.Training.Except(left)] : rows?.Training ?? [0];
            Tensor heldOut = Tensor.From<long>(left);
            stages[i] = new Stage(network, settings, batch => Loss(network, batch), left.Length > 0 ? () => HeldOutLoss(network, heldOut) : null, training, own);
        }

        LeftOut = parts;
    }

    /// <summary>The law that a description of a network stands for.</summary>
    public TreatmentLaw Law { get; }

    /// <summary>Training of each network.</summary>
    public IReadOnlyList<Stage> Stages => stages;

    /// <summary>Whether all networks are trained.</summary>
    public bool IsOver => stages[^1].IsOver;

    /// <summary>The network that is being trained, in the end the last.</summary>
    public Stage Present => Array.Find(stages, static stage => !stage.IsOver) ?? stages[^1];

    /// <summary>The last network that has taken a step, at first the first.</summary>
    public Stage Latest => Array.FindLast(stages, static stage => stage.CompletedSteps > 0) ?? stages[0];

    /// <summary>Mean over networks of the least held-out loss: the held-out negative log-likelihood in standardised units.</summary>
    public double HeldOutLossOfAll => stages.Average(static stage => stage.BestLoss);

    long[][] LeftOut { get; }

    /// <summary>Descriptions of all training rows [rows, outputs], each by a network that was not trained on it where there are several.</summary>
    public Tensor DescribeTraining()
    {
        if (LeftOut.Length == 0) return Describe(networks[0], rows!.Instruments, rows.Covariates);

        // Rows that both stages hold out have no part; they stand at the end, described by the first network, and are not read.
        long[][] order = [.. LeftOut, rows!.HeldOut];
        Tensor[] blocks = [.. order.Where(static part => part.Length > 0).Select((part, i) => Describe(i < networks.Length ? networks[i] : networks[0], Tensor.From<long>(part)))];
        return TensorMath.Concat(blocks, 0).Select(0, Tensor.From<long>([.. order.SelectMany(static part => part)]).InversePermutation());
    }

    /// <summary>The law of rows that no network was trained on, the mean of all networks', and its description.</summary>
    public (TreatmentLaw Law, Tensor Description) Describe(Tensor instruments, Tensor covariates) =>
        Law.Pool(Array.ConvertAll(networks, network => Describe(network, instruments, covariates)));

    /// <summary>Draws [count, rows] of descriptions [rows, outputs].</summary>
    public static Tensor Draw(TreatmentLaw law, Tensor description, int count, Generator generator)
    {
        using var pause = Autodiff.Pause();
        int batch = description.Shape[0], width = description.Shape[1];
        return law.Draw(description.Expand([count, batch, width]).Reshape(count * batch, width), generator).Reshape(count, batch);
    }

    /// <summary>Writes the state.</summary>
    public void Save(CheckpointWriter checkpoint)
    {
        for (int i = 0; i < stages.Length; i++) stages[i].Save(checkpoint.Within($"treatment.{i}"));
    }

    /// <summary>Restores it.</summary>
    public void Load(CheckpointReader checkpoint)
    {
        for (int i = 0; i < stages.Length; i++) stages[i].Load(checkpoint.Within($"treatment.{i}"));
    }

    static long[][] Parts(long[] training, int folds, Key key)
    {
        long[] order = new Generator(key).Permutation(training.Length).Read<long>();
        return [.. Enumerable.Range(0, folds).Select(fold => (long[])[.. order.Where((_, i) => i % folds == fold).Select(i => training[i]).Order()])];
    }

    Tensor Loss(StageNetwork network, Tensor batch) =>
        Law.Loss(
            network.Forward(network.Embed(rows!.Covariates.Select(0, batch)), rows.Instruments.Select(0, batch)), rows.Treatment.Select(0, batch));

    double HeldOutLoss(StageNetwork network, Tensor heldOut)
    {
        using var pause = Autodiff.Pause();
        using var step = Step.Begin();
        return Law.Loss(Describe(network, heldOut), rows!.Treatment.Select(0, heldOut)).Item();
    }

    Tensor Describe(StageNetwork network, Tensor positions) => Describe(network, rows!.Instruments.Select(0, positions), rows.Covariates.Select(0, positions));

    static Tensor Describe(StageNetwork network, Tensor z, Tensor x)
    {
        using var pause = Autodiff.Pause();
        var blocks = new List<Tensor>();
        for (int start = 0; start == 0 || start < x.Shape[0]; start += RowsAtOnce)
        {
            int end = Math.Min(start + RowsAtOnce, x.Shape[0]);
            blocks.Add(network.Forward(network.Embed(x.Slice(0, start, end)), z.Slice(0, start, end)));
        }

        return TensorMath.Concat([.. blocks], 0);
    }
}
