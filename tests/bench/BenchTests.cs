using Adjoint.Bench;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>The parts of bench that can be wrong without a measurement: floors, results, tables, options.</summary>
public sealed class BenchTests
{
    static readonly string Folder = Path.Combine(Repository.Root, "bench", "results");

    [Test]
    public void TheTablesOfTheReadmesAreWhatTheResultsSay([Values("README.md", "bench/results/README.md")] string path)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, path)).ReplaceLineEndings("\n");
        Assert.That(text, Does.Contain("<!-- bench "));
        Assert.That(Tables.Rewrite(text, Folder), Is.EqualTo(text), "run 'bench tables'");
    }

    [Test]
    public void ATableWithOtherFiguresIsRewritten()
    {
        string stale = "<!-- bench start -->\n| case |\n<!-- bench end -->\n";
        Assert.That(Tables.Rewrite(stale, Folder), Does.Contain("load and predict").And.Contain("commit"));
    }

    [Test]
    public void ATableWithoutEndIsAnError() =>
        Assert.That(() => Tables.Rewrite("<!-- bench start -->\n", Folder), Throws.TypeOf<BenchException>().With.Message.Contains("bench end"));

    [Test]
    public void TheCommittedFloorsAreRead() =>
        Assert.That(() => SpeedFloor.Load(Path.Combine(Repository.Root, "bench", "floors.json")), Throws.Nothing);

    [TestCase("{}", "not a JSON array")]
    [TestCase("[", "not JSON")]
    [TestCase("[1]", "not an object")]
    [TestCase("""[{"mode":"ops"}]""", "lacks")]
    [TestCase("""[{"mode":"ops","case":"exp","figure":"ns","least":1}]""", "not a share")]
    [TestCase("""[{"mode":"ops","case":"exp","figure":"ratio","least":0}]""", "above zero")]
    [TestCase("""[{"mode":"ops","case":"exp","figure":"ratio","least":"2"}]""", "above zero")]
    [TestCase("""[{"mode":"ops","case":"exp","figure":"ratio","least":2,"threads":0}]""", "above zero")]
    [TestCase("""[{"mode":"ops","case":"exp","figure":"ratio","least":2,"most":3}]""", "unknown member")]
    [TestCase("""[{"mode":"ops","mode":"ops","case":"exp","figure":"ratio","least":2}]""", "stands twice")]
    [TestCase("""[{"mode":"ops","case":"exp","figure":"ratio","least":2},{"mode":"ops","case":"exp","figure":"ratio","least":3}]""", "has a floor already")]
    [TestCase("""[{"mode":"","case":"exp","figure":"ratio","least":2}]""", "Write a text")]
    public void ABadFileOfFloorsIsOneLineThatSaysWhere(string text, string what) =>
        Assert.That(() => SpeedFloor.Parse(text, "floors.json"), Throws.TypeOf<BenchException>().With.Message.Contains(what).And.Message.StartsWith("floors.json").And.Message.Not.Contains("\n"));

    [Test]
    public void AFigureBelowItsFloorIsNoticed()
    {
        IReadOnlyList<SpeedFloor> floors = SpeedFloor.Parse("""[{"mode":"ops","case":"exp","threads":1,"figure":"percent_of_roof","least":20}]""", "floors.json");
        var output = new Output(Options.Parse(["ops"]), floors);
        output.Line("ops", "exp", ("threads", 2), ("percent_of_roof", 10));
        output.Line("ops", "exp", ("threads", 1), ("percent_of_roof", 20));
        Assert.That(output.FloorsReached, Is.True);
        output.Line("ops", "exp", ("threads", 1), ("percent_of_roof", 19));
        Assert.That(output.FloorsReached, Is.False);
    }

    [TestCase("""{"workload":"mlp-16","threads":1,"us_per_step":388.2}""", "mlp-16", "us_per_step", 388.2)]
    [TestCase("""{"op": "exp", "variant": "eager", "threads": 1, "ns": 5}""", "exp", "ns", 5)]
    public void LinesOfPeersAreRead(string line, string name, string figure, double value)
    {
        Measurement read = Measurement.Parse(line)!;
        Assert.That((read.Case, read[figure]), Is.EqualTo((name, (double?)value)));
    }

    [TestCase("--peer")]
    [TestCase("--rounds", "0")]
    [TestCase("--nonsense")]
    [TestCase("ops", "step")]
    public void BadOptionsAreErrors(params string[] words) => Assert.That(() => Options.Parse(words), Throws.TypeOf<BenchException>());

    [Test]
    public void ResultsAreReadBackAsTheyWereWritten()
    {
        string path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"results-{Environment.ProcessId}.json");
        try
        {
            Results.Save(path, "ops", [new Measurement("ops", "a \"b\"", "plan", [("ns", 1.5), ("threads", 2)])]);
            Results read = Results.Load(path);
            Assert.That((read.Mode, read.Lines[0].Case, read.Lines[0].Variant, read.Lines[0]["ns"]), Is.EqualTo(("ops", "a \"b\"", "plan", (double?)1.5)));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
