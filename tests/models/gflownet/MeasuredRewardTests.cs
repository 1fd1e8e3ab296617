using System.Text;
using Adjoint.Models.GFlowNets;
using NUnit.Framework;

namespace Adjoint.Tests.GFlowNets;

/// <summary>Rewards that were measured: the files that are there against the constants of the specification, and files that are not as they should be.</summary>
sealed class MeasuredRewardTests
{
    static string Data(params string[] path)
    {
        string file = Path.Combine([Repository.Root, "..", "shared", "data", .. path]);
        if (!File.Exists(file)) Assert.Ignore($"No {Path.Combine(path)} beside the repository (../shared/data).");
        return file;
    }

    [Test]
    public void BindingHasTheSumsOfTheSpecification()
    {
        double[] scores = TfBind8.Read(Data("tfbind8", "SIX6_REF_R1_8mers.txt"));
        Assert.That((scores.Min(), scores.Max()), Is.EqualTo((0.0, 1.0)));
        Assert.That(scores[0], Is.EqualTo((0.03 + 0.47907) / (0.49105 + 0.47907)).Within(1e-12), "AAAAAAAA");
        Assert.That(scores[^1], Is.EqualTo(scores[0]), "both strands have one score");
        TableReward reward = TfBind8.Reward(scores, DType.F64);
        var target = new Target(StateSpace.Of(new AutoregressiveString(TfBind8.Length, 4)), reward);
        Assert.That(Math.Exp(target.LogPartition), Is.EqualTo(95048.934).Within(6e-4));
        Assert.That(target.ExpectedReward, Is.EqualTo(3.3200).Within(6e-5));
        Assert.That(target.MeanReward, Is.EqualTo(1.4503).Within(6e-5));
        Assert.That(target.Space.Count, Is.EqualTo(87381));
    }

    [Test]
    public void OrbitalGapsHaveTheSumsOfTheSpecification()
    {
        TableReward reward = Qm9Small.Reward(Qm9Small.Read(Data("qm9-small", "qm9small_proxy.csv")), DType.F64);
        var target = new Target(StateSpace.Of(new PrependAppendString(Qm9Small.Length, 11)), reward);
        Assert.That(target.Space.Count, Is.EqualTo(177156));
        Assert.That(Math.Exp(target.LogPartition), Is.EqualTo(151251.906).Within(2e-2));
        Assert.That(target.LogPartition, Is.EqualTo(11.92670).Within(6e-6));
        Assert.That(target.ExpectedReward, Is.EqualTo(2.03214).Within(6e-6));
        Assert.That(target.MeanReward, Is.EqualTo(0.93916).Within(6e-6));
        int best = reward.LogRewards.IndexOf(reward.LogRewards.ToArray().Max());
        Assert.That(reward.IndexOf([2, 2, 2, 2, 2]), Is.EqualTo(best), "five times O");
        var modes = new TopModes(reward);
        Assert.That(modes.Regions, Is.EqualTo(805));
        Assert.That(Math.Exp(modes.LeastLogReward), Is.EqualTo(4.00708).Within(6e-6));
    }

    [TestCase("8-mer\t8-mer\tE-score\nAAAAAAAA\tTTTTTTTT\t0.1\n", "65534 of 65536")]
    [TestCase("8-mer\t8-mer\tE-score\nAAAAAAAN\tTTTTTTTT\t0.1\n", "row 1")]
    [TestCase("8-mer\t8-mer\tE-score\nAAAAAAA\tTTTTTTTT\t0.1\n", "no string of 8")]
    [TestCase("8-mer\t8-mer\tE-score\n\"\"\tTTTTTTTT\t0.1\n", "missing")]
    [TestCase("8-mer\t8-mer\tE-score\nAAAAAAAA\tTTTTTTTT\tNA\n", "not finite")]
    [TestCase("8-mer\t8-mer\tE-score\nAAAAAAAA\tTTTTTTTT\tmuch\n", "line 2")]
    [TestCase("8-mer\t8-mer\tE-score\nAAAAAAAA\tTTTTTTTT\t0.1\nAAAAAAAA\tTTTTTTTT\t0.2\n", "two scores")]
    [TestCase("8-mer\tE-score\nAAAAAAAA\t0.1\n", "fewer than 3")]
    [TestCase("", "no rows")]
    public void ADamagedTableOfBindingIsAnErrorThatSaysWhere(string text, string expected) => Check(text, expected, static path => TfBind8.Read(path));

    [TestCase("blocks,proxy\n00000,8.5\n", "161050 of 161051")]
    [TestCase("blocks,proxy\n0000b,8.5\n", "row 1")]
    [TestCase("blocks,proxy\n000000,8.5\n", "no string of 5")]
    [TestCase("blocks,proxy\n00000,inf\n", "not finite")]
    [TestCase("blocks,gap\n00000,8.5\n", "proxy")]
    public void ADamagedTableOfGapsIsAnErrorThatSaysWhere(string text, string expected) => Check(text, expected, static path => Qm9Small.Read(path));

    static void Check(string text, string expected, Action<string> read)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text, Encoding.UTF8);
            DataException? error = Assert.Throws<DataException>(() => read(path));
            Assert.That(error!.Message, Does.Contain(expected).And.Not.Contain("\n"));
            Assert.That(error.Message, Does.Contain(Path.GetFileName(path)));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public void AFileThatIsNotThereIsAnError() => Assert.That(static () => TfBind8.Read("/nowhere/at/all.txt"), Throws.TypeOf<DataException>());
}
