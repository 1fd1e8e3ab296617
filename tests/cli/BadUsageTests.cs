using NUnit.Framework;

namespace Adjoint.Tests;

[NonParallelizable]
sealed class BadUsageTests : CommandTestBase
{
    static IEnumerable<TestCaseData> Cases()
    {
        TestCaseData Case(string line, int code, params string[] expected) => new TestCaseData(line, code, expected).SetArgDisplayNames(line);
        yield return Case("trian toy-squares", 2, "'trian'", "'train'");
        yield return Case("frobnicate", 2, "train, sample, eval");
        yield return Case("--verbose", 2, "--verbose", "--version");
        yield return Case("train", 2, "toy-squares");
        yield return Case("train toy-sqares", 2, "Did you mean 'toy-squares'?");
        yield return Case("train zzz", 2, "Models: toy-squares");
        yield return Case("train toy-squares extra", 2, "'extra'");
        yield return Case("train toy-squares --stesp 3", 2, "Did you mean '--steps'?");
        yield return Case("train --stesp 3", 2, "Did you mean '--steps'?");
        yield return Case("train toy-squares --preset smal", 2, "Did you mean 'small'?");
        yield return Case("train toy-squares --preset zzz", 2, "Presets: small, wide");
        yield return Case("train toy-squares --preset", 2, "--preset");
        yield return Case("train toy-squares --steps", 2, "--steps");
        yield return Case("train toy-squares --steps many", 2, "--steps many", "whole number");
        yield return Case("train toy-squares --steps 0", 2, "at least 1");
        yield return Case("train toy-squares --steps -5", 2, "at least 1");
        yield return Case("train toy-squares --steps 1.5", 2, "whole number");
        yield return Case("train toy-squares --steps 99999999999999999999", 2, "whole number");
        yield return Case("train toy-squares --steps 1 --steps 2", 2, "--steps");
        yield return Case("train toy-squares --seed x", 2, "--seed x");
        yield return Case("train toy-squares --threads 0", 2, "from 1 to 1024");
        yield return Case("train toy-squares --threads 5000", 2, "from 1 to 1024");
        yield return Case("train toy-squares --device gpu", 2, "'gpu'", "cuda:0");
        yield return Case("train toy-squares --device cpu:x", 2, "'cpu:x'");
        yield return Case("train toy-squares --device cuda:9", 1, "cuda:9");
        yield return Case("train toy-squares --set rate", 2, "key=value");
        yield return Case("train toy-squares --set =1", 2, "key=value");
        yield return Case("train toy-squares --set rat=1", 2, "Did you mean 'rate'?");
        yield return Case("train toy-squares --set zzz=1", 2, "Options: rate, width");
        yield return Case("train toy-squares --set rate=fast", 2, "a number from 0 to 1000");
        yield return Case("train toy-squares --set rate=nan", 2, "a number from 0 to 1000");
        yield return Case("train toy-squares --set rate=-1", 2, "a number from 0 to 1000");
        yield return Case("train toy-squares --set width=2.5", 2, "a whole number from 1 to 64");
        yield return Case("train toy-squares --set width=65", 2, "a whole number from 1 to 64");
        yield return Case("train toy-squares --set noise=gausian", 2, "Did you mean 'gaussian'?");
        yield return Case("train toy-squares --set can-sample=yes", 2, "true or false");
        yield return Case("train toy-squares --set rate=1 rate=2", 2, "twice");
        yield return Case("train toy-squares --data /no/such/folder", 1, "/no/such/folder");
        yield return Case("train toy-squares --preset needs-data", 1, "secret/numbers.txt", "https://example.org/secret", "CC0");
        yield return Case("train --resume /no/such/run", 1, "/no/such/run");
        yield return Case("train --resume here --out there", 2, "exclude");
        yield return Case("eval", 2, "RUN");
        yield return Case("eval /no/such/run", 1, "/no/such/run");
        yield return Case("sample /no/such/run", 1, "/no/such/run");
        yield return Case("sample /no/such/run --count 0", 2, "--count 0");
        yield return Case("predict /no/such/run", 2, "--input");
        yield return Case("predict /no/such/run --input /no/such/file", 1, "/no/such/file");
        yield return Case("list zzz", 2, "toy-squares");
        yield return Case("data zzz", 2, "toy-squares");
        yield return Case("ops --jsno", 2, "--json");
        yield return Case("doctor now", 2, "'now'");
    }

    [TestCaseSource(nameof(Cases))]
    public void BadUsageGivesOneLineAndLeavesNothingBehind(string line, int code, string[] expected)
    {
        string[] words = line.Split(' ');
        string[] args = words[0] == "train" && words.Length > 1 && !words.Contains("--resume") && !words.Contains("--out") ? [.. words, "--out", At("run")] : words;
        Outcome outcome = Run(args);
        Assert.That(outcome.Code, Is.EqualTo(code), outcome.Error);
        AssertOneLine(outcome.Error);
        Assert.That(outcome.Output, Is.Empty);
        foreach (string part in expected) Assert.That(outcome.Error, Does.Contain(part));
        Assert.That(Everything(), Is.Empty);
    }

    [Test]
    public void ControlCharactersInNamesDoNotBreakTheLine()
    {
        Outcome outcome = Run("train", "two\nlines\u001b[31m");
        Assert.That(outcome.Code, Is.EqualTo(2));
        AssertOneLine(outcome.Error);
        Assert.That(outcome.Error, Does.Not.Contain('\u001b'));
    }

    [Test]
    public void AFolderThatIsNotEmptyIsNeverWrittenInto()
    {
        Directory.CreateDirectory(At("full"));
        File.WriteAllText(At("full", "mine.txt"), "mine");
        Outcome outcome = Run("train", "toy-squares", "--out", At("full"));
        Assert.That(outcome.Code, Is.EqualTo(1));
        AssertOneLine(outcome.Error);
        Assert.That(Everything(), Has.Length.EqualTo(2));
    }

    [Test]
    public void AFileInPlaceOfTheFolderIsAnErrorBeforeTraining()
    {
        File.WriteAllText(At("file"), "");
        bool hasTrained = false;
        foreach (string target in (string[])[At("file"), At("file", "below")])
        {
            Outcome outcome = Run(new ToyModel(_ => hasTrained = true), new Commands.StopSignal(), "train", "toy-squares", "--out", target);
            Assert.That(outcome.Code, Is.EqualTo(1));
            AssertOneLine(outcome.Error);
        }

        Assert.That(hasTrained, Is.False);
    }

    [Test]
    public void SamplingAndPredictingWithoutSupportSaysSo()
    {
        Train("run", "--steps", "2", "--set", "can-sample=false");
        File.WriteAllText(At("items"), "one\n");
        foreach (string[] args in (string[][])[["sample", At("run")], ["predict", At("run"), "--input", At("items")]])
        {
            Outcome outcome = Run(args);
            Assert.That(outcome.Code, Is.EqualTo(2));
            AssertOneLine(outcome.Error);
            Assert.That(outcome.Error, Does.Contain("toy-squares does not"));
        }
    }
}
