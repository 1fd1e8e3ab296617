using Adjoint.Models;
using Adjoint.Models.DeepIv;
using NUnit.Framework;

namespace Adjoint.Tests.DeepIv;

/// <summary>What a run fits beside its estimate: which rows and columns the baselines see, in which units, how often they are fitted, and what is said where one cannot be.</summary>
sealed class RunBaselineTests
{
    static readonly Adjoint.Key Key = Adjoint.Key.FromSeed(4);

    static DeepIvProblem Simulation(int rows)
    {
        var design = new DemandDesign(0.5);
        InstrumentData data = design.Draw(rows, Key.Split("data"));
        return new DeepIvProblem(data, VariableNames.For(data), design, null, "");
    }

    static Baseline Fit(string name, DeepIvProblem problem, int mostKernelRows = DeepIvBaselines.MostKernelRows) =>
        DeepIvBaselines.Fit(name, problem, DeepIvSettings.Release(problem.Data.Count, 20), Key, mostKernelRows);

    [Test]
    public void NamesAreListed()
    {
        Assert.That(DeepIvBaselines.Parse(""), Is.Empty);
        Assert.That(DeepIvBaselines.Parse("ridge, kernel,ridge"), Is.EqualTo(new[] { "kernel", "ridge" }));
        Assert.That(DeepIvBaselines.Parse("all"), Is.EqualTo(DeepIvBaselines.Names));
        Assert.That(() => DeepIvBaselines.Parse("kernel;ridge"), Throws.TypeOf<SettingException>().With.Message.Contains("joined by commas"));
    }

    [Test]
    public void KernelsSeeAPartOfManyRowsAndTheNoteSaysSo()
    {
        DeepIvProblem problem = Simulation(90);
        Baseline few = Fit("kernel", problem, 60), all = Fit("kernel", problem);
        Assert.That(all.Note, Is.Empty);
        Assert.That(few.Note, Does.Contain("60 of the 90 rows"));
        Tensor Predict(Baseline baseline) => baseline.Response!.Predict(problem.Data.Treatment, problem.Data.Covariates);
        var direct = KernelInstrumentalVariables.Fit(problem.Data, Key.Split("kernel"));
        Assert.That(Predict(all).Read<double>(), Is.EqualTo(direct.Predict(problem.Data.Treatment, problem.Data.Covariates).Read<double>()), "all rows, in the design's units");
        Assert.That((Predict(few) - Predict(all)).Abs().Max().Item(), Is.GreaterThan(1e-3));
    }

    [Test]
    public void ABaselineThatCannotBeFittedIsLeftOutAndSaysWhy()
    {
        Baseline none = Fit("polynomial", Simulation(9));
        Assert.That(none.Response, Is.Null);
        Assert.That(none.Note, Does.StartWith("polynomial 2SLS is left out").And.Contain("9 rows for 5 folds"));
    }

    [TestCase("kernel")]
    [TestCase("features")]
    [TestCase("polynomial")]
    [TestCase("ridge")]
    public void OnATableUnitsDoNotMatter(string name)
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            // Powers of two, so that standardised numbers have the same bits.
            double[] Predictions(double treatmentUnit, double outcomeUnit, double covariateUnit)
            {
                InstrumentData data = new NotebookDesign().Draw(120, Key.Split("table"));
                double[] y = (data.Outcome * outcomeUnit).Read<double>(), p = (data.Treatment * treatmentUnit).Read<double>(), z = data.Instruments.Read<double>(), x = (data.Covariates * covariateUnit).Read<double>();
                string path = Path.Combine(folder, "table.csv");
                File.WriteAllLines(path, Enumerable.Range(0, y.Length).Select(i => FormattableString.Invariant($"{y[i]:R},{p[i]:R},{z[i]:R},{x[i]:R}")).Prepend("y,p,z,x"));
                var table = InstrumentTable.Read(path, "p", "y", ["z"], ["x"]);
                IResponse fit = Fit(name, new DeepIvProblem(table.Data, table.Encoder.Names, null, table, "")).Response!;
                return (fit.Predict(table.Data.Treatment, table.Data.Covariates) / outcomeUnit).Read<double>();
            }

            Assert.That(Predictions(1024, 256, 0.125), Is.EqualTo(Predictions(1, 1, 1)).Within(1e-9));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [Test]
    public void EachIsFittedOnceForMetricsAndReport()
    {
        var model = new DeepIvModel();
        RunConfig config = RunConfig.Create(model, model.Presets[0], [("rows", "60"), ("interval", "none"), ("baselines", "polynomial,ridge")], steps: 4);
        using IExperiment experiment = model.Create(config);
        while (experiment.CompletedSteps < 4) experiment.TrainStep();
        var stages = new Stages();
        IReadOnlyList<Metric> first = experiment.Evaluate(stages);
        experiment.Report(new ReportBuilder());
        IReadOnlyList<Metric> second = experiment.Evaluate(stages);
        Assert.That(second, Is.EqualTo(first));
        Assert.That(stages.Seen.Where(static stage => stage.Contains("baseline", StringComparison.Ordinal)), Is.EqualTo(new[] { "fitting the baseline polynomial", "fitting the baseline ridge" }));
    }

    sealed class Stages : IProgressReporter
    {
        public List<string> Seen { get; } = [];

        public void Report(string stage, double fraction) => Seen.Add(stage);
    }
}
