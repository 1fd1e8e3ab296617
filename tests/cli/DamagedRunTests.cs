using Adjoint.Commands;
using NUnit.Framework;

namespace Adjoint.Tests;

[NonParallelizable]
sealed class DamagedRunTests : CommandTestBase
{
    [TestCase("")]
    [TestCase("{")]
    [TestCase("[]")]
    [TestCase("null")]
    [TestCase("\0\0\0\0")]
    [TestCase("{\"format\":1,\"format\":1}")]
    [TestCase("{\"format\":2}")]
    [TestCase("{\"format\":1}")]
    [TestCase("{\"unknown\":1}")]
    public void AConfigurationThatIsNotOneIsATypedError(string text)
    {
        Interrupt();
        File.WriteAllText(At("run", "config.json"), text);
        AssertRefused("config.json");
    }

    [TestCase("\"toy-squares\"", "\"other\"")]
    [TestCase("\"toy-squares\"", "7")]
    [TestCase("\"toy-squares\"", "\"\\ud800\"")]
    [TestCase("\"small\"", "\"other\"")]
    [TestCase("\"steps\": 60", "\"steps\": 0")]
    [TestCase("\"steps\": 60", "\"steps\": 1e300")]
    [TestCase("\"threads\": ", "\"threads\": -")]
    [TestCase("\"cpu\"", "\"quantum\"")]
    [TestCase("\"rate\": 0.1", "\"rate\": -1")]
    [TestCase("\"rate\": 0.1", "\"rate\": [[[[[[[[[[1]]]]]]]]]]")]
    [TestCase("\"rate\": 0.1,", "")]
    [TestCase("\"rate\": 0.1", "\"rate\": 0.2")]
    [TestCase("\"seed\": 0", "\"seed\": 1")]
    public void AConfigurationThatWasEditedIsATypedError(string before, string after)
    {
        Interrupt();
        string path = At("run", "config.json"), text = File.ReadAllText(path);
        Assert.That(text, Does.Contain(before));
        File.WriteAllText(path, text.Replace(before, after, StringComparison.Ordinal));
        AssertRefused("config");
    }

    [Test]
    public void AConfigurationThatIsHugeIsNotRead()
    {
        Interrupt();
        using (FileStream stream = File.OpenWrite(At("run", "config.json"))) stream.SetLength(1L << 40);
        AssertRefused("config.json");
    }

    [Test]
    public void ACheckpointCutAtAnyLengthIsATypedError()
    {
        Interrupt();
        byte[] whole = File.ReadAllBytes(At("run", "checkpoint.safetensors"));
        foreach (int length in (int[])[0, 1, 7, 8, 9, whole.Length / 2, whole.Length - 1])
        {
            File.WriteAllBytes(At("run", "checkpoint.safetensors"), whole[..length]);
            AssertRefused("checkpoint");
        }
    }

    [Test]
    public void ACheckpointWithFlippedBytesNeverCrashes()
    {
        Interrupt();
        string path = At("run", "checkpoint.safetensors");
        byte[] whole = File.ReadAllBytes(path);
        int seed = Random.Shared.Next();
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (int trial = 0; trial < 60; trial++)
        {
            byte[] damaged = [.. whole];
            damaged[random.Next(Math.Min(damaged.Length, 700))] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, damaged);
            Outcome outcome = Run("eval", At("run"));
            // A flip inside a weight gives another, valid weight.
            if (outcome.Code == 0) continue;
            Assert.That(outcome.Code, Is.EqualTo(1));
            AssertOneLine(outcome.Error);
        }
    }

    [Test]
    public void ACheckpointOfAnotherRunIsRefused()
    {
        Interrupt();
        Train("wide", "--preset", "wide");
        File.Copy(At("wide", "checkpoint.safetensors"), At("run", "checkpoint.safetensors"), overwrite: true);
        AssertRefused("another configuration");
    }

    [Test]
    public void AnyOtherTensorFileInPlaceOfTheCheckpointIsRefused()
    {
        Interrupt();
        Safetensors.Write(At("run", "checkpoint.safetensors"), [("weights", Tensor.Zeros([3, 1]))]);
        AssertRefused("not a checkpoint");
    }

    [Test]
    public void MetricsShorterThanTheCheckpointRemembersAreRefused()
    {
        Interrupt();
        File.WriteAllText(At("run", "metrics.jsonl"), "");
        Outcome outcome = Run("train", "--resume", At("run"));
        Assert.That(outcome.Code, Is.EqualTo(1));
        AssertOneLine(outcome.Error);
        Assert.That(outcome.Error, Does.Contain("metrics.jsonl"));
    }

    [TestCase("x")]
    [TestCase("[1]")]
    [TestCase("{\"\\ud800\":1}")]
    public void DamagedMetricsAreRefusedBeforeTrainingGoesOnAndStay(string line)
    {
        Interrupt();
        string path = At("run", "metrics.jsonl");
        string[] lines = File.ReadAllLines(path);
        lines[2] = line.PadRight(lines[2].Length);
        string damaged = string.Join('\n', lines) + "\n{\"step\":6,\"loss\":1}\n";
        File.WriteAllText(path, damaged);
        Outcome outcome = Run("train", "--resume", At("run"));
        Assert.That(outcome.Code, Is.EqualTo(1));
        AssertOneLine(outcome.Error);
        Assert.That(outcome.Error, Does.Contain("metrics.jsonl line 3"));
        Assert.That(File.ReadAllText(path), Is.EqualTo(damaged));
    }

    [Test]
    public void ACheckpointThatDoesNotLoadLeavesTheMetricsAlone()
    {
        Interrupt();
        string path = At("run", "metrics.jsonl");
        File.AppendAllText(path, "{\"step\":6,\"loss\":1}\n");
        string before = File.ReadAllText(path);
        var (tensors, metadata) = Safetensors.Read(At("run", "checkpoint.safetensors"));
        Safetensors.Write(At("run", "checkpoint.safetensors"), tensors.Where(one => one.Key != "weights").Select(one => (one.Key, one.Value)), metadata);
        Assert.That(Run("train", "--resume", At("run")).Error, Does.Contain("'weights'"));
        Assert.That(File.ReadAllText(path), Is.EqualTo(before));
    }

    [Test]
    public void ADamagedResultSaysHowToMakeItAgain()
    {
        Train("run");
        byte[] result = File.ReadAllBytes(At("run", "result.json"));
        File.WriteAllText(At("run", "result.json"), "{");
        Outcome outcome = Run("train", "--resume", At("run"));
        Assert.That(outcome.Code, Is.EqualTo(1));
        AssertOneLine(outcome.Error);
        Assert.That(outcome.Error, Does.Contain("Delete it"));
        File.Delete(At("run", "result.json"));
        Assert.That(Run("train", "--resume", At("run")).Code, Is.Zero);
        Assert.That(File.ReadAllBytes(At("run", "result.json")), Is.EqualTo(result));
    }

    [Test]
    public void AFolderThatIsNoRunIsRefused()
    {
        Directory.CreateDirectory(At("empty"));
        foreach (string[] args in (string[][])[["train", "--resume", At("empty")], ["eval", At("empty")], ["sample", At("empty")]])
        {
            Outcome outcome = Run(args);
            Assert.That(outcome.Code, Is.EqualTo(1));
            AssertOneLine(outcome.Error);
        }

        Assert.That(Directory.GetFileSystemEntries(At("empty")), Is.Empty);
    }

    void Interrupt()
    {
        var stop = new StopSignal();
        var model = new ToyModel(step =>
        {
            if (step == 5) stop.Request();
        });
        Assert.That(Run(model, stop, "train", "toy-squares", "--out", At("run")).Code, Is.EqualTo(1));
    }

    void AssertRefused(string expected)
    {
        foreach (string[] args in (string[][])[["train", "--resume", At("run")], ["eval", At("run")]])
        {
            Outcome outcome = Run(args);
            Assert.That(outcome.Code, Is.EqualTo(1), outcome.Error);
            AssertOneLine(outcome.Error);
            Assert.That(outcome.Error, Does.Contain(expected));
        }

        Assert.That(File.Exists(At("run", "report.html")), Is.False);
    }
}
