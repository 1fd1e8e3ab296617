using System.Security.Cryptography;
using System.Text;
using NUnit.Framework;

namespace Adjoint.Tests;

[NonParallelizable]
sealed class ListingTests : CommandTestBase
{
    static readonly string[] Commands = ["train", "sample", "eval", "predict", "list", "data", "ops", "kernels", "devices", "doctor"];

    [Test]
    public void EveryCommandHasHelpWithExamples()
    {
        Assert.That(Run("--help").Output, Does.Contain("adjoint train toy-squares").And.Contain("doctor"));
        Assert.That(Run().Output, Is.EqualTo(Run("--help").Output));
        foreach (string command in Commands)
        {
            Outcome outcome = Run(command, "--help");
            Assert.That(outcome.Code, Is.Zero);
            Assert.That(outcome.Output, Does.Contain("Examples:").And.Contain($"  adjoint {command}"));
        }
    }

    [Test]
    public void TheVersionIsOneLine() => Assert.That(Run("--version").Output, Does.Match(@"^adjoint \d+\.\d+\.\d+\n$"));

    [Test]
    public void ModelsPresetsAndOptionsAreListed()
    {
        Assert.That(Run("list").Output, Does.Contain("toy-squares").And.Contain("wide"));
        Assert.That(Run("list", "toy-squares").Output, Does.Contain("a whole number from 1 to 64").And.Contain("one of none, gaussian, heavy"));
        Assert.That(Run("list", "--json").Events.Single().GetProperty("presets").GetArrayLength(), Is.EqualTo(5));
    }

    [Test]
    public void EveryOpIsListed()
    {
        Assert.That(Run("ops", "--json").Events.Select(one => one.GetProperty("op").GetString()), Is.EqualTo(OpTable.All.Select(op => op.Name)));
        Assert.That(Run("ops").Lines, Has.Length.EqualTo(OpTable.All.Count + 1));
        Assert.That(Run("ops").Lines[0], Does.Match("cpu +cuda +simulator +opencl$"));
        Assert.That(Run("ops").Lines.Single(line => line.StartsWith("exp ", StringComparison.Ordinal)), Does.Match("(f32 f64 *){4}$"));
        Assert.That(Run("ops").Lines.Single(line => line.StartsWith("softmax ", StringComparison.Ordinal)), Does.Match("(f32 f64 *){4}$"));
    }

    [Test]
    public void TheDoctorAndTheDevicesNameTheCpu()
    {
        Assert.That(Run("devices", "--json").Events[0].GetProperty("device").GetString(), Is.EqualTo("cpu"));
        Assert.That(Run("devices").Output, Does.Contain("cpu"));
        Assert.That(Run("doctor").Output, Does.Contain("simd").And.Contain("ADJOINT_THREADS").And.Contain("cuda"));
        Assert.That(Run("doctor", "--json").Events.Single().GetProperty("processors").GetString(), Is.EqualTo($"{Environment.ProcessorCount}"));
    }

    [Test]
    public void DataAreReportedAsMissingDifferentThereOrEmbedded()
    {
        string State() => Run("data", "--data", At(), "--json").Events[0].GetProperty("state").GetString()!;
        Assert.That(State(), Is.EqualTo("missing"));
        Directory.CreateDirectory(At("secret"));
        File.WriteAllText(At("secret", "numbers.txt"), "42");
        Assert.That(State(), Is.EqualTo("differs"));
        Assert.That(Run("data", "--data", At(), "--json").Events[1].GetProperty("state").GetString(), Is.EqualTo("embedded"));
        Assert.That(Run("data").Output, Does.Contain("https://example.org/secret").And.Contain("CC0"));
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes("42")));
        Assert.That(hash, Is.Not.EqualTo(ToyModel.Secret.Files[0].Sha256));
        Assert.That(Run("train", "toy-squares", "--preset", "needs-data", "--data", At(), "--out", At("run")).Code, Is.Zero);
    }

    [Test]
    public void EveryModelOfTheProgramIsWellDescribed()
    {
        Assert.That(Models.ModelTable.All.Select(model => model.Name), Is.Ordered.And.Unique);
        foreach (Models.IModel model in Models.ModelTable.All)
        {
            Assert.That(model.Name, Does.Match("^[a-z0-9]+(-[a-z0-9]+)*$"));
            Assert.That(model.Presets.Select(preset => preset.Name), Is.Not.Empty.And.Unique);
            Assert.That(model.Options.Select(option => option.Key), Is.Unique);
            foreach (Models.Preset preset in model.Presets) Assert.DoesNotThrow(() => Models.RunConfig.Create(model, preset, []));
        }
    }
}
