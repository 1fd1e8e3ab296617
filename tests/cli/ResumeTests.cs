using Adjoint.Commands;
using NUnit.Framework;

namespace Adjoint.Tests;

[NonParallelizable]
sealed class ResumeTests : CommandTestBase
{
    static readonly string[] Compared = ["metrics.jsonl", "checkpoint.safetensors", "result.json", "weights.png"];

    [Test]
    public void InterruptedRunsContinueToTheSameBits()
    {
        int seed = Random.Shared.Next();
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        foreach (string chunk in (string[])["1", "7"])
        {
            string[] options = ["--seed", "11", "--set", "noise=gaussian", $"chunk={chunk}"];
            Train("whole" + chunk, options);
            for (int trial = 0; trial < 4; trial++)
            {
                string name = $"parts{chunk}-{trial}";
                int first = random.Next(1, 40), second = random.Next(first, 59);
                StopAt(first, ["train", "toy-squares", "--out", At(name), .. options]);
                StopAt(second, ["train", "--resume", At(name), "--threads", "1"]);
                Assert.That(Run("train", "--resume", At(name)).Code, Is.Zero, $"stopped at {first} and {second}");
                AssertSame("whole" + chunk, name, $"stopped at {first} and {second}");
            }
        }
    }

    [Test]
    public void AFolderWithTheTracesOfAKilledStartTakesANewRun()
    {
        string[] options = ["train", "toy-squares", "--seed", "11", "--steps", "5", "--out"];
        Directory.CreateDirectory(At("traces"));
        File.WriteAllText(At("traces/metrics.jsonl"), "");
        File.WriteAllText(At("traces/config.json.0123.tmp"), "{");
        Assert.That(Run([.. options, At("traces")]).Code, Is.Zero);
        Directory.CreateDirectory(At("foreign"));
        File.WriteAllText(At("foreign/metrics.jsonl"), "mine");
        Assert.That(Run([.. options, At("foreign")]).Code, Is.EqualTo(1));
        Assert.That(File.ReadAllText(At("foreign/metrics.jsonl")), Is.EqualTo("mine"));
    }

    [Test]
    public void AKilledRunContinuesToTheSameBits()
    {
        int seed = Random.Shared.Next();
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        int killed = random.Next(1, 60), snapshots = 0;
        // A folder copied in the middle of a step, or of writing a checkpoint, is what a process killed there leaves behind.
        var model = new ToyModel(step =>
        {
            if (step == killed) Copy(At("whole"), At("in-step"));
        }, () =>
        {
            if (snapshots++ != killed) return;
            Copy(At("whole"), At("in-save"));
            File.WriteAllText(At("in-save", "checkpoint.safetensors.0123.tmp"), "half");
        });
        TimeSpan eachStep = TimeSpan.Zero;
        Assert.That(Run(model, new StopSignal(), eachStep, "train", "toy-squares", "--out", At("whole")).Code, Is.Zero);
        foreach (string name in (string[])["in-step", "in-save"])
        {
            if (!Directory.Exists(At(name))) continue;
            Outcome outcome = Run("train", "--resume", At(name));
            Assert.That(outcome.Code, Is.Zero, $"{name} at {killed}: {outcome.Error}");
            AssertSame("whole", name, $"killed at {killed}");
            Assert.That(Directory.GetFiles(At(name), "*.tmp"), Is.Empty);
        }

        Assert.That(Directory.Exists(At("in-step")), Is.True);
    }

    [Test]
    public void ARunKilledBeforeItsFirstCheckpointStartsAgain()
    {
        var model = new ToyModel(step =>
        {
            if (step == 5) Copy(At("whole"), At("early"));
        });
        Assert.That(Run(model, new StopSignal(), "train", "toy-squares", "--out", At("whole")).Code, Is.Zero);
        Assert.That(File.Exists(At("early", "checkpoint.safetensors")), Is.False);
        Assert.That(Run("train", "--resume", At("early")).Code, Is.Zero);
        AssertSame("whole", "early", "killed at 5");
        Assert.That(Run("eval", At("early")).Code, Is.Zero);
    }

    [Test]
    public void AnInterruptSaysHowToResume()
    {
        Outcome outcome = StopAt(4, ["train", "toy-squares", "--out", At("run"), "--json"]);
        AssertOneLine(outcome.Error);
        Assert.That(outcome.Error, Does.Contain("stopped at step 4 of 60").And.Contain($"adjoint train --resume {At("run")}"));
        Assert.That(outcome.Events[^1].GetProperty("event").GetString(), Is.EqualTo("stopped"));
        Assert.That(outcome.Events[^1].GetProperty("step").GetInt64(), Is.EqualTo(4));
        Assert.That(File.Exists(At("run", "report.html")), Is.False);
    }

    [Test]
    public void AStopDuringEvaluationKeepsTheTrainedState()
    {
        StopAt(60, ["train", "toy-squares", "--out", At("run")]);
        Assert.That(File.Exists(At("run", "result.json")), Is.False);
        Outcome outcome = Run("train", "--resume", At("run"), "--json");
        Assert.That(outcome.Code, Is.Zero, outcome.Error);
        Assert.That(outcome.Events.Select(one => one.GetProperty("event").GetString()), Is.EqualTo((string[])["start", "result"]));
    }

    [Test]
    public void AFinishedRunSaysSoAndRepeatsItsResult()
    {
        Outcome trained = Train("run", "--json");
        byte[] report = File.ReadAllBytes(At("run", "report.html"));
        Outcome again = Run("train", "--resume", At("run"), "--json");
        Assert.That(again.Code, Is.Zero);
        Assert.That(again.Events.Single().GetProperty("distance").GetDouble(), Is.EqualTo(trained.Events[^1].GetProperty("distance").GetDouble()));
        Assert.That(Run("train", "--resume", At("run")).Output, Does.Contain("finished"));
        Assert.That(File.ReadAllBytes(At("run", "report.html")), Is.EqualTo(report));
    }

    [TestCase("other-model")]
    [TestCase("toy-squares", "--preset", "wide")]
    [TestCase("toy-squares", "--steps", "61")]
    [TestCase("toy-squares", "--seed", "1")]
    [TestCase("toy-squares", "--set", "rate=0.2")]
    [TestCase("toy-squares", "--set", "zzz=0.2")]
    public void OptionsThatConflictWithTheRunAreRefused(params string[] args)
    {
        StopAt(4, ["train", "toy-squares", "--out", At("run")]);
        byte[] checkpoint = File.ReadAllBytes(At("run", "checkpoint.safetensors"));
        Outcome outcome = Run(["train", .. args, "--resume", At("run")]);
        Assert.That(outcome.Code, Is.EqualTo(2));
        AssertOneLine(outcome.Error);
        Assert.That(File.ReadAllBytes(At("run", "checkpoint.safetensors")), Is.EqualTo(checkpoint));
        Assert.That(Run("train", "toy-squares", "--resume", At("run"), "--seed", "0", "--steps", "60", "--set", "rate=0.1").Code, Is.Zero);
    }

    [Test]
    public void TwoProcessesCannotTrainInOneFolder()
    {
        Outcome? second = null;
        var model = new ToyModel(step =>
        {
            if (step == 2) second = Run("train", "--resume", At("run"));
        });
        Assert.That(Run(model, new StopSignal(), "train", "toy-squares", "--out", At("run")).Code, Is.Zero);
        Assert.That(second!.Code, Is.EqualTo(1));
        AssertOneLine(second.Error);
    }

    static Outcome StopAt(int step, string[] args)
    {
        var stop = new StopSignal();
        var model = new ToyModel(now =>
        {
            if (now >= step) stop.Request();
        });
        Outcome outcome = Run(model, stop, args);
        Assert.That(outcome.Code, Is.EqualTo(1), outcome.Error);
        return outcome;
    }

    void AssertSame(string expected, string actual, string context)
    {
        foreach (string file in Compared)
            Assert.That(File.ReadAllBytes(At(actual, file)).SequenceEqual(File.ReadAllBytes(At(expected, file))), Is.True, $"{file} differs, {context}");
        Assert.That(WithoutSession(actual), Is.EqualTo(WithoutSession(expected)), $"report.html differs, {context}");
    }

    // The report without the table of times, which no two runs share.
    string WithoutSession(string name)
    {
        string page = File.ReadAllText(At(name, "report.html"));
        int start = page.IndexOf("<caption>Session</caption>", StringComparison.Ordinal), end = page.IndexOf("</table>", start, StringComparison.Ordinal);
        Assert.That(page[start..end], Does.Contain("steps/s").And.Contain("finished"));
        return page.Remove(start, end - start);
    }

    static void Copy(string from, string to)
    {
        // The log is locked against other writers, and so, on Unix, against copies by this library.
        if (!OperatingSystem.IsWindows())
        {
            using var copy = System.Diagnostics.Process.Start("cp", ["-r", from, to]);
            copy.WaitForExit();
            return;
        }

        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
