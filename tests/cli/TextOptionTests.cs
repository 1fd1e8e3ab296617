using Adjoint.Models;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>Options of models that hold words, which are options of the command as well.</summary>
[NonParallelizable]
sealed class TextOptionTests : CommandTestBase
{
    [Test]
    public void WordsAreKeptAsTheyAreTyped()
    {
        Models.Option option = Models.Option.Text("title", "none", "what it is called");
        Assert.That(option.Parse(" a, \"b\" = c "), Is.EqualTo("a, \"b\" = c"));
        Assert.That(option.Parse(""), Is.Empty);
        Assert.That(option.Allowed, Is.EqualTo("words on one line"));
        Assert.That(() => option.Parse("two\nlines"), Throws.TypeOf<SettingException>().With.Message.Contains("not words on one line"));
        Assert.That(() => option.Parse(new string('x', 4001)), Throws.TypeOf<SettingException>());
    }

    [Test]
    public void TheyMayBeGivenByNameAndComeBackFromTheFolder()
    {
        Outcome outcome = Train("run", "--steps", "4", "--title", "a \"b\", c=d");
        Assert.That(outcome.Code, Is.Zero);
        using RunFolder run = RunFolder.Open(At("run"), [new ToyModel()], forTraining: false);
        Assert.That(run.Config.Text("title"), Is.EqualTo("a \"b\", c=d"));
        Assert.That(File.ReadAllText(At("run", "report.html")), Does.Contain("--title &quot;a &quot;b&quot;, c=d&quot;"));
        Assert.That(Run("train", "--resume", At("run"), "--title", "other").Error, Does.Contain("--set title other conflicts"));
    }

    [Test]
    public void GivenTwiceTheyAreRefused()
    {
        Outcome outcome = Run("train", "toy-squares", "--title", "a", "--set", "title=b", "--out", At("run"));
        Assert.That(outcome.Code, Is.EqualTo(2));
        AssertOneLine(outcome.Error);
        Assert.That(outcome.Error, Does.Contain("title is set twice"));
    }

    [Test]
    public void AFileAsDataChoosesThePresetThatTakesOne()
    {
        File.WriteAllText(At("numbers.txt"), "1");
        Outcome outcome = Run("train", "toy-squares", "--data", At("numbers.txt"), "--out", At("run"), "--json");
        Assert.That((outcome.Code, outcome.Error), Is.EqualTo((0, "")));
        using RunFolder run = RunFolder.Open(At("run"), [new ToyModel()], forTraining: false);
        Assert.That((run.Config.Preset.Name, run.Config.DataFile), Is.EqualTo(("own-file", At("numbers.txt"))));
        Outcome refused = Run("train", "toy-squares", "--preset", "own-file", "--data", At(), "--out", At("other"));
        Assert.That((refused.Code, refused.Error.Contains("Name it with --data FILE", StringComparison.Ordinal)), Is.EqualTo((2, true)));
    }
}
