using System.Text.Json;
using Adjoint.Commands;
using NUnit.Framework;

namespace Adjoint.Tests;

[NonParallelizable]
sealed class TrainTests : CommandTestBase
{
    [Test]
    public void ARunLearnsAndWritesItsFolder()
    {
        Outcome outcome = Train("run", "--steps", "200");
        Assert.That(outcome.Error, Is.Empty);
        Assert.That(outcome.Output, Does.Contain("distance").And.Contain(At("run", "report.html")));
        Assert.That(Everything().Select(Path.GetFileName), Is.EquivalentTo((string[])
            ["run", "config.json", "metrics.jsonl", "checkpoint.safetensors", "report.html", "result.json", "weights.png"]));
        using JsonDocument result = JsonDocument.Parse(File.ReadAllText(At("run", "result.json")));
        Assert.That(result.RootElement.GetProperty("distance").GetDouble(), Is.LessThan(1e-3));
    }

    [Test]
    public void JsonModeWritesOneObjectALineAndNothingElse()
    {
        Outcome outcome = Train("run", "--steps", "20", "--json");
        JsonElement[] events = outcome.Events;
        Assert.That(events[0].GetProperty("event").GetString(), Is.EqualTo("start"));
        Assert.That(events[1..^1].Select(one => one.GetProperty("event").GetString()), Is.All.EqualTo("step"));
        Assert.That(events[1..^1].Select(one => one.GetProperty("step").GetInt64()), Is.EqualTo(Enumerable.Range(1, 20)));
        Assert.That(events[^1].GetProperty("event").GetString(), Is.EqualTo("result"));
        Assert.That(events[^1].GetProperty("distance").ValueKind, Is.EqualTo(JsonValueKind.Number));
        Assert.That(events[^1].GetProperty("undefined").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public void AProfileIsWrittenAndLeavesTheRunAsItIs()
    {
        Train("plain", "--steps", "40", "--set", "plan=true");
        Outcome profiled = Train("profiled", "--steps", "40", "--set", "plan=true", "--profile", "--json");
        Assert.That(profiled.Error, Is.Empty);
        Assert.That(File.ReadAllBytes(At("profiled", "metrics.jsonl")), Is.EqualTo(File.ReadAllBytes(At("plain", "metrics.jsonl"))));
        JsonElement line = profiled.Events.Single(one => one.GetProperty("event").GetString() == "profile");
        Assert.That(line.GetProperty("file").GetString(), Is.EqualTo(At("profiled", "profile.json")));
        double[] times = [.. line.GetProperty("slowest").EnumerateArray().Select(one => one.GetProperty("microseconds").GetDouble())];
        Assert.That(times, Is.All.GreaterThanOrEqualTo(0).And.Some.GreaterThan(0));
        Assert.That(times, Is.Ordered.Descending);
        using JsonDocument trace = JsonDocument.Parse(File.ReadAllText(At("profiled", "profile.json")));
        JsonElement[] kernels = [.. trace.RootElement.GetProperty("traceEvents").EnumerateArray().Where(one => one.GetProperty("ph").GetString() == "X")];
        Assert.That(kernels, Has.Length.EqualTo(line.GetProperty("kernels").GetInt32()));
        Assert.That(kernels.Select(one => one.GetProperty("name").GetString()), Does.Contain("matmul"));
        Assert.That(File.ReadAllText(At("profiled", "report.html")), Does.Contain("Kernels of a step").And.Contain("matmul"));
    }

    [Test]
    public void AProfileOnTextIsATable() =>
        Assert.That(Train("run", "--set", "plan=true", "--profile").Output, Does.Contain("kernels a step").And.Contain("matmul").And.Contain("of roof").And.Contain(At("run", "profile.json")));

    [Test]
    public void AProfileWithoutPlanIsSaid()
    {
        Outcome outcome = Run("train", "toy-squares", "--out", At("run"), "--profile");
        Assert.That(outcome.Code, Is.Zero);
        AssertOneLine(outcome.Error);
        Assert.That(outcome.Error, Does.Contain("no plan"));
        Assert.That(File.Exists(At("run", "profile.json")), Is.False);
    }

    [Test]
    public void OptionsComeFromTheDefaultThenThePresetThenTheUser()
    {
        Train("run", "--preset", "wide", "--set", "rate=2e-2", "--seed", "-7");
        using JsonDocument config = JsonDocument.Parse(File.ReadAllText(At("run", "config.json")));
        JsonElement options = config.RootElement.GetProperty("options");
        Assert.That(options.GetProperty("rate").GetDouble(), Is.EqualTo(0.02));
        Assert.That(options.GetProperty("width").GetInt32(), Is.EqualTo(9));
        Assert.That(options.GetProperty("noise").GetString(), Is.EqualTo("none"));
        Assert.That(options.GetProperty("can-sample").GetBoolean(), Is.True);
        Assert.That(config.RootElement.GetProperty("steps").GetInt64(), Is.EqualTo(30));
        Assert.That(config.RootElement.GetProperty("seed").GetInt64(), Is.EqualTo(-7));
    }

    [Test]
    public void TheSameSeedGivesTheSameBitsAndAnotherSeedOthers()
    {
        Train("one", "--seed", "5", "--threads", "1");
        Train("two", "--seed", "5", "--threads", "2");
        Train("three", "--seed", "6");
        byte[] one = File.ReadAllBytes(At("one", "metrics.jsonl"));
        Assert.That(File.ReadAllBytes(At("two", "metrics.jsonl")), Is.EqualTo(one));
        Assert.That(File.ReadAllBytes(At("two", "checkpoint.safetensors")), Is.EqualTo(File.ReadAllBytes(At("one", "checkpoint.safetensors"))));
        Assert.That(File.ReadAllBytes(At("three", "metrics.jsonl")), Is.Not.EqualTo(one));
    }

    [Test]
    public void ARunThatDivergesStopsAndKeepsItsLastGoodCheckpoint()
    {
        var stop = new StopSignal();
        var patient = new ToyModel(step =>
        {
            if (step == 3) stop.Request();
        });
        Assert.That(Run(patient, stop, "train", "toy-squares", "--steps", "4000", "--set", "rate=30", "--out", At("run")).Code, Is.EqualTo(1));
        byte[] good = File.ReadAllBytes(At("run", "checkpoint.safetensors"));
        Outcome outcome = Run(new ToyModel(), new StopSignal(), TimeSpan.FromHours(1), "train", "--resume", At("run"), "--json");
        Assert.That(outcome.Code, Is.EqualTo(1));
        AssertOneLine(outcome.Error);
        Assert.That(outcome.Error, Does.Contain("diverged").And.Contain("checkpoint of step 3 stays"));
        Assert.That(File.ReadAllBytes(At("run", "checkpoint.safetensors")), Is.EqualTo(good));
        Assert.That(File.Exists(At("run", "report.html")), Is.False);
        Assert.That(Run("eval", At("run")).Code, Is.Zero);
    }

    [Test]
    public void CheckpointsAreNotWrittenOverByNaN()
    {
        Outcome outcome = Run(new ToyModel(), new StopSignal(), TimeSpan.Zero, "train", "toy-squares", "--steps", "4000", "--set", "rate=30", "--out", At("run"));
        Assert.That(outcome.Code, Is.EqualTo(1));
        Assert.That(outcome.Error, Does.Contain("diverged"));
        Tensor weights = Safetensors.Read(At("run", "checkpoint.safetensors")).Tensors["weights"];
        Assert.That(weights.Read<float>(), Has.None.NaN);
    }

    [Test]
    public void EvaluationAndSamplesRepeat()
    {
        Outcome trained = Train("run", "--json");
        Outcome evaluated = Run("eval", At("run"), "--json");
        Assert.That(evaluated.Events.Single().GetProperty("distance").GetDouble(), Is.EqualTo(trained.Events[^1].GetProperty("distance").GetDouble()));
        Assert.That(Run("sample", At("run"), "--count", "5", "--seed", "3").Code, Is.Zero);
        Assert.That(Run("sample", At("run"), "--count", "5", "--seed", "3", "--json").Code, Is.Zero);
        Assert.That(File.ReadAllBytes(At("run", "samples-2", "samples.safetensors")), Is.EqualTo(File.ReadAllBytes(At("run", "samples", "samples.safetensors"))));
        Assert.That(Safetensors.Read(At("run", "samples", "samples.safetensors")).Tensors["values"].Shape, Is.EqualTo(Adjoint.Shape.Create([5, 1])));
        Assert.That(File.Exists(At("run", "samples", "samples.png")), Is.True);
    }

    [Test]
    public void PredictionsAreCsvOrJsonLines()
    {
        Train("run", "--steps", "2");
        File.WriteAllText(At("items"), "a,b\nsay \"x\"\n");
        Assert.That(Run("predict", At("run"), "--input", At("items")).Output, Is.EqualTo("line,length\n\"a,b\",3\n\"say \"\"x\"\"\",7\n"));
        Assert.That(Run("predict", At("run"), "--input", At("items"), "--json").Events[1].GetProperty("line").GetString(), Is.EqualTo("say \"x\""));
        Assert.That(Run("predict", At("run"), "--input", At("items"), "--out", At("out.csv")).Code, Is.Zero);
        Assert.That(File.ReadAllText(At("out.csv")), Does.StartWith("line,length\n"));
        Assert.That(Run("predict", At("run"), "--input", At("items"), "--out", At("out.csv")).Code, Is.EqualTo(1));
    }
}
