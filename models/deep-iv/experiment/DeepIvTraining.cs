namespace Adjoint.Models.DeepIv;

/// <summary>The estimates that a run trains, a step of each in turn: one on all rows, or for intervals by splitting one for each split.</summary>
sealed class DeepIvTraining
{
    readonly IReadOnlyList<Part> parts;

    DeepIvTraining(IReadOnlyList<Part> parts) => this.parts = parts;

    /// <summary>The first estimate, or the only one.</summary>
    public DeepIvEstimator First => parts[0].Estimator;

    /// <summary>Steps that every estimate has done.</summary>
    public long CompletedSteps => parts.Min(static part => part.Estimator.CompletedSteps);

    /// <summary>The stages whose networks now learn, one for each estimate.</summary>
    public IEnumerable<Stage> Present => parts.Select(static part => part.Estimator.TreatmentStage.IsOver ? part.Estimator.ResponseStage : part.Estimator.TreatmentStage.Present);

    /// <summary>Prepares estimates of the rows of a problem.</summary>
    public static DeepIvTraining Of(DeepIvProblem problem, RunConfig config, Key key)
    {
        DeepIvEstimator Estimator(InstrumentData rows, Key seed) => new(rows, DeepIvOptions.Of(config, rows.Count, problem.HasImages), seed.Split("networks"));
        if (!Splits(config)) return new([new Part("", Estimator(problem.Data, key), null)]);
        return new([.. Enumerable.Range(1, config.Whole("splits")).Select(number =>
        {
            string name = number == 1 ? "" : $"split-{number}";
            Key seed = number == 1 ? key : key.Split(name);
            var (rows, leftOut) = SplitIntervals.Split(problem.Data, config.Number("left-out"), seed);
            return new Part(name, Estimator(rows, seed), leftOut);
        })]);
    }

    /// <summary>An estimate from a checkpoint, without its rows. Intervals by splitting need them, and are not to be had.</summary>
    public static DeepIvTraining Restore(CheckpointReader checkpoint, RunConfig config, Key key) =>
        new([new Part("", DeepIvEstimator.Restore(checkpoint, DeepIvOptions.Of(config, RowsOf(checkpoint), hasImages: false), key.Split("networks")), null)]);

    /// <summary>One step of each estimate that is not at its end.</summary>
    public void TrainStep()
    {
        foreach (Part part in parts)
        {
            if (part.Estimator.CompletedSteps < part.Estimator.TotalSteps) part.Estimator.TrainStep();
        }
    }

    /// <summary>The response with the intervals that the configuration asks for; null if rows that they need are not there.</summary>
    public IUncertainResponse? Response(RunConfig config, Key key)
    {
        if (Splits(config))
        {
            if (parts[0].LeftOut is null) return null;
            SplitCovariance kind = config.Text("interval") == "splitting" ? SplitCovariance.Fitted : SplitCovariance.Observed;
            return RepeatedSplits.Of([.. parts.Select(part => new SplitIntervals(part.Estimator, part.LeftOut!, kind))]);
        }

        return config.Text("interval") == "dropout" ? new DropoutIntervals(First, config.Whole("interval-draws"), key.Split("intervals")) : new PointEstimate(First);
    }

    /// <summary>Writes the state of all estimates.</summary>
    public void Save(CheckpointWriter checkpoint)
    {
        checkpoint.Add("training_rows", First.TrainingRows);
        foreach (Part part in parts) part.Estimator.Save(part.Name.Length == 0 ? checkpoint : checkpoint.Within(part.Name));
    }

    /// <summary>Restores what <see cref="Save"/> wrote.</summary>
    public void Load(CheckpointReader checkpoint)
    {
        foreach (Part part in parts) part.Estimator.Load(part.Name.Length == 0 ? checkpoint : checkpoint.Within(part.Name));
    }

    static bool Splits(RunConfig config) => config.Text("interval") is "splitting" or "splitting-release";

    // The rate of dropout may depend on the number of rows.
    static int RowsOf(CheckpointReader checkpoint) => checkpoint.Whole("training_rows") is > 0 and <= int.MaxValue and long rows
        ? (int)rows
        : throw new DataException("The checkpoint's 'training_rows' is no number of rows. The file is damaged.");

    // Its name is that of its part of the checkpoint, empty for the first.
    sealed record Part(string Name, DeepIvEstimator Estimator, InstrumentData? LeftOut);
}
