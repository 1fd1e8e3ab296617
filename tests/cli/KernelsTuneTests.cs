using Adjoint.Commands;
using Adjoint.Gpu;
using Adjoint.Kernels;
using Adjoint.Tests.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary><c>adjoint kernels tune</c> on the simulator: what it measures, keeps, goes on with, and refuses.</summary>
[NonParallelizable]
sealed class KernelsTuneTests : CommandTestBase
{
    static readonly string[] Simulator = ["kernels", "tune", "--device", "simulator", "--milliseconds", "1"];

    [SetUp]
    public void OfferTheSimulator() => _ = SimulatorBackend.Device;

    [Test]
    public void TheWinnerIsShownBesideTheDefaultAndKept()
    {
        Outcome outcome = Run([.. Simulator, "--set", "6x8x4", "2x4x4x3:f64", "--out", At("tiles.json")]);
        Assert.That(outcome.Code, Is.Zero, outcome.Error);
        Assert.That(outcome.Lines[0], Does.StartWith("simulator, ").And.Contain("2 shapes, 0 of them measured before").And.EndWith(At("tiles.json")));
        Assert.That(outcome.Output, Does.Match("tile 1/\\d+  6x8x4:f32  left \\d+:\\d\\d:\\d\\d"));
        Assert.That(outcome.Output, Does.Match("\nshape +default +us +winner +us +TFLOP/s +gain\n"));
        Assert.That(outcome.Output, Does.Match("\n6x8x4:f32 +matmul_3_thread_tile_f32_Tile32 +\\d+\\.\\d\\d +matmul_3_thread_tile_f32_Tile32 "));
        Assert.That(outcome.Output, Does.Match("\n2x4x4x3:f64 +matmul_3_double_Tile32 "));
        MatMulTuning kept = TuningFile.Read(At("tiles.json"))!;
        Assert.That(kept.Device, Does.Contain("simulator"));
        Assert.That(kept.Tiles[new("f32", MatMulPrecision.Exact, 1, 6, 8, 4)], Is.EqualTo("matmul_3_thread_tile_f32_Tile32"));
        Assert.That(kept.Tiles[new("f64", MatMulPrecision.Exact, 2, 4, 4, 3)], Is.EqualTo("matmul_3_double_Tile32"));
        Assert.That(Everything(), Is.EqualTo(new[] { At("tiles.json") }));
    }

    [Test]
    public void ARunGoesOnWhereTheLastOneWas()
    {
        Outcome first = Run([.. Simulator, "--set", "4x4x4", "--out", At("tiles.json"), "--json"]);
        Assert.That(first.Events.Select(static one => one.GetProperty("event").GetString()), Is.EqualTo(new[] { "start", "shape", "result" }), first.Error);
        Outcome second = Run([.. Simulator, "--set", "4x4x4", "4x4x5", "--out", At("tiles.json"), "--json"]);
        Assert.That(second.Events[0].GetProperty("measured_before").GetInt32(), Is.EqualTo(1));
        Assert.That(second.Events[1].GetProperty("shape").GetString(), Is.EqualTo("4x4x5:f32"));
        Assert.That(second.Events[1].GetProperty("tiles")[0].GetProperty("microseconds").GetDouble(), Is.GreaterThan(0));
        Assert.That(second.Events[^1].GetProperty("kept").GetInt32(), Is.EqualTo(2));
        Assert.That(Run([.. Simulator, "--set", "4x4x4", "--out", At("tiles.json")]).Output, Does.Match("4x4x4:f32 .* measured before\n"));
        Assert.That(Run([.. Simulator, "--set", "4x4x4", "--out", At("tiles.json"), "--again", "--json"]).Events, Has.Length.EqualTo(3));
    }

    [Test]
    public void AStoppedRunKeepsWhatItMeasured()
    {
        var stop = new StopSignal();
        MatMulTuning before = new() { Device = Backends.Of(SimulatorBackend.Device).Description };
        before.Set(new("f32", MatMulPrecision.Exact, 1, 4, 4, 4), "matmul_3_thread_tile_f32_Tile32");
        TuningFile.Write(At("tiles.json"), before);
        stop.Request();
        Outcome stopped = Run(new ToyModel(), stop, [.. Simulator, "--set", "4x4x4", "4x4x5", "--out", At("tiles.json")]);
        Assert.That(stopped.Code, Is.EqualTo(1));
        AssertOneLine(stopped.Error);
        Assert.That(stopped.Error, Does.Contain("0 of 1 shapes").And.Contain("goes on"));
        Assert.That(TuningFile.Read(At("tiles.json"))!.Tiles, Is.EquivalentTo(before.Tiles));
        Assert.That(stopped.Output, Does.Match("4x4x4:f32 .* measured before\n"));
    }

    [Test]
    public void WithoutAFileTheSimulatorKeepsNothing()
    {
        Outcome outcome = Run([.. Simulator, "--set", "4x4x4"]);
        Assert.That(outcome.Code, Is.Zero, outcome.Error);
        Assert.That(outcome.Output, Does.Contain("not kept").And.Contain("--out FILE"));
    }

    [Test]
    public void HelpSaysWhereTheFileIsRead() => Assert.That(Run("kernels", "tune", "--help").Output.ReplaceLineEndings(" "), Does.Contain("matmul-*.json"));

    [TestCase("4x4", "not ROWSxCOLUMNSxINNER")]
    [TestCase("4x4x0", "not ROWSxCOLUMNSxINNER")]
    [TestCase("4x4x99999999999", "not ROWSxCOLUMNSxINNER")]
    [TestCase("4x-4x4", "not ROWSxCOLUMNSxINNER")]
    [TestCase("4x4x4:f16", "f32, tf32, bf16, f64")]
    [TestCase("4x4x4:f32:f64", "not ROWSxCOLUMNSxINNER")]
    [TestCase("1x4x4", "at least 2 rows")]
    [TestCase("2000000000x2000000000x2000000000", "2 GiB")]
    [TestCase("2000000000x2000000000x2000000000x2000000000", "2 GiB")]
    public void AShapeThatIsNoneIsOneLine(string shape, string expected)
    {
        Outcome outcome = Run([.. Simulator, "--set", shape, "--out", At("tiles.json")]);
        Assert.That(outcome.Code, Is.EqualTo(2));
        AssertOneLine(outcome.Error);
        Assert.That(outcome.Error, Does.Contain(expected));
    }

    [TestCase("kernels tune --device cpu", 2, "no tiles to choose from")]
    [TestCase("kernels tune --device gpu", 2, "gpu")]
    [TestCase("kernels tune --device cuda:59", 1, "cuda:59")]
    [TestCase("kernels tune --device simulator", 2, "--set 6x8x4")]
    [TestCase("kernels tune --device simulator --set 4x4x4 --milliseconds 0", 2, "from 1 to 60000")]
    public void BadUsageIsOneLine(string line, int code, string expected)
    {
        Outcome outcome = Run(line.Split(' '));
        Assert.That(outcome.Code, Is.EqualTo(code));
        AssertOneLine(outcome.Error);
        Assert.That(outcome.Error, Does.Contain(expected));
    }

    [Test]
    public void AFileThatIsNotOfTheseTilesIsNotReplaced()
    {
        File.WriteAllText(At("mine.json"), "{\"mine\":1}");
        Outcome foreign = Run([.. Simulator, "--set", "4x4x4", "--out", At("mine.json")]);
        Assert.That(foreign.Code, Is.EqualTo(1));
        AssertOneLine(foreign.Error);
        Assert.That(File.ReadAllText(At("mine.json")), Is.EqualTo("{\"mine\":1}"));
        TuningFile.Write(At("other.json"), new MatMulTuning { Device = "another device" });
        Outcome other = Run([.. Simulator, "--set", "4x4x4", "--out", At("other.json")]);
        Assert.That(other.Error, Does.Contain("another device"));
        Outcome nowhere = Run([.. Simulator, "--set", "4x4x4", "--out", At("no", "such", "tiles.json")]);
        Assert.That(nowhere.Code, Is.EqualTo(1));
        AssertOneLine(nowhere.Error);
        Assert.That(nowhere.Output, Is.Empty);
    }

    [Test]
    public void EveryStandardShapeIsReadAsItIsShown()
    {
        Assert.That(ProductShapes.Standard, Is.Unique.And.Count.GreaterThan(30));
        foreach (MatMulShapeKey shape in ProductShapes.Standard) Assert.That(ProductShapes.Parse(ProductShapes.Text(shape)), Is.EqualTo(shape));
    }
}
