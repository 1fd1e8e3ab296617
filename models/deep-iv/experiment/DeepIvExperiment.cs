using System.Globalization;

namespace Adjoint.Models.DeepIv;

/// <summary>Training, judging and prediction of a DeepIV run.</summary>
sealed class DeepIvExperiment : IExperiment, IPredictor
{
    readonly RunConfig config;
    readonly Key key;
    readonly IReadOnlyList<string> asked;
    readonly string missing = "";
    DeepIvProblem? problem;
    DeepIvTraining? training;
    TableEncoder? encoder;
    IUncertainResponse? uncertain;
    DeepIvJudge? judge;

    // Fitted when they are first asked for, then kept: they do not depend on training.
    IReadOnlyList<Baseline>? baselines;

    public DeepIvExperiment(RunConfig config)
    {
        this.config = config;
        key = Key.FromSeed(config.Seed);
        asked = DeepIvBaselines.Parse(config.Text("baselines"));

        // A run on a table predicts for new rows where its own table is no longer there.
        if (config.Text("problem") == "table" && !File.Exists(DeepIvProblem.PathOf(config)))
        {
            missing = $"{DeepIvProblem.PathOf(config)}: the table of this run is not there. Name it with --data FILE.";
            return;
        }

        problem = DeepIvProblem.Load(config, key);
        encoder = problem.Table?.Encoder;
        training = DeepIvTraining.Of(problem, config, key);
    }

    public long CompletedSteps => training?.CompletedSteps ?? 0;

    public IReadOnlyList<Plan> TrainingPlans => [.. training?.Present.Select(static stage => stage.Plan).OfType<Plan>() ?? []];

    public IReadOnlyList<(string Name, string Value)> Facts =>
    [
        ("rows", Problem.Data.Count.ToString("N0", CultureInfo.InvariantCulture)),
        ("instruments and covariates", $"{Problem.Data.Instruments.Shape[1]} and {Problem.Data.Covariates.Shape[1]}"),
        ("parameters", $"{Estimator.TreatmentStage.Stages.Sum(static stage => stage.ParameterCount):N0} and {Estimator.ResponseStage.ParameterCount:N0}"),
    ];

    DeepIvProblem Problem => problem ?? throw new DataException(missing);

    DeepIvTraining Training => training ?? throw new DataException(missing);

    DeepIvEstimator Estimator => Training.First;

    public void TrainStep()
    {
        _ = Problem;
        (uncertain, judge) = (null, null);
        Training.TrainStep();
    }

    public IReadOnlyList<Metric> Metrics()
    {
        DeepIvEstimator now = Estimator;
        Stage first = now.TreatmentStage.Latest;
        double loss = now.ResponseStage.CompletedSteps > 0 ? now.ResponseStage.Loss : first.Loss;
        return
        [
            new("loss", loss), new("treatment_loss", first.Loss), new("treatment_held_out", first.HeldOutLoss),
            new("response_loss", now.ResponseStage.Loss), new("response_held_out", now.ResponseStage.HeldOutLoss),
        ];
    }

    public void Save(CheckpointWriter checkpoint)
    {
        checkpoint.Add("table_sha256", Problem.Checksum);
        encoder?.Save(checkpoint);
        Training.Save(checkpoint);
    }

    public void Load(CheckpointReader checkpoint)
    {
        (uncertain, judge) = (null, null);
        if (config.Text("problem") == "table")
        {
            encoder = TableEncoder.Load(checkpoint);
            if (problem is not null && checkpoint.Text("table_sha256") != problem.Checksum)
                throw new DataException($"{DeepIvProblem.PathOf(config)}: is another table than the one that the run was trained on. Name that one with --data FILE.");
        }

        if (training is not null) training.Load(checkpoint);
        else training = DeepIvTraining.Restore(checkpoint, config, key);
    }

    public IReadOnlyList<Metric> Evaluate(IProgressReporter progress)
    {
        _ = Problem;
        progress.Report("linear estimates", 0);
        return [.. Judge(progress).Metrics()];
    }

    public void Report(ReportBuilder report) => DeepIvReport.Write(report, Judge(null));

    // One judge for the metrics and the report of a state, so that nothing is fitted twice.
    DeepIvJudge Judge(IProgressReporter? progress)
    {
        if (judge is not null) return judge;
        if (baselines is null)
        {
            DeepIvSettings settings = DeepIvOptions.Of(config, Problem.Data.Count, Problem.HasImages);
            var fitted = new List<Baseline>();
            foreach (string name in asked)
            {
                progress?.Report($"fitting the baseline {name}", (double)fitted.Count / asked.Count);
                fitted.Add(DeepIvBaselines.Fit(name, Problem, settings, key));
            }

            baselines = fitted;
        }

        return judge = new DeepIvJudge(Problem, Estimator, Uncertain, baselines, config.Number("level"), key.Split("judge"));
    }

    public Table Predict(string inputFile)
    {
        if (encoder is null) throw new SettingException("This run was trained on a simulation, which has no columns to predict for. Train on a table: --data FILE --treatment NAME ...");
        _ = Estimator;
        EncodedRows rows = encoder.Encode(inputFile);
        Band band = Uncertain.Points(rows.Treatment, rows.Covariates, config.Number("level"));
        var lines = new string[rows.Count][];
        for (int i = 0; i < lines.Length; i++) lines[i] = [Text(i + 1), "", "", "", ""];
        double[] treatments = rows.Treatment.Read<double>();
        for (int i = 0; i < rows.Kept.Count; i++)
            lines[rows.Kept[i]] = [Text(rows.Kept[i] + 1), Text(treatments[i]), Text(band.Estimate[i]), Text(band.Low[i]), Text(band.High[i])];
        return new Table(["row", encoder.Names.Treatment, encoder.Names.Outcome, "low", "high"], lines);
    }

    public void Dispose()
    {
    }

    IUncertainResponse Uncertain => uncertain ??= Training.Response(config, key) ?? throw new DataException(missing);

    static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
