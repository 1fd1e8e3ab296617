using Adjoint.Models.DeepIv;
using NUnit.Framework;

namespace Adjoint.Tests.DeepIv;

/// <summary>The set of effects that is valid with weak instruments.</summary>
sealed class AndersonRubinTests
{
    static InstrumentData Draw(long seed, int n, double strength)
    {
        var draws = new Generator(Key.FromSeed(seed));
        Tensor z = draws.Normal([n, 2], DType.F64), x = draws.Normal([n, 1], DType.F64), confounder = draws.Normal([n], DType.F64);
        Tensor p = (z.Sum(1) * strength) + x.At(1, 0) + confounder;
        return new((p * 0.4) + confounder + draws.Normal([n], DType.F64), p, z, x);
    }

    [Test]
    public void ItsEndsAreWhereTheTestTurns()
    {
        InstrumentData data = Draw(31, 200, 0.5);
        AndersonRubinSet set = AndersonRubinSet.Of(data);
        Assert.That(set.Shape, Is.EqualTo(AndersonRubinShape.Interval));
        Assert.That(set.Contains(0.4), Is.True, "seed 31");

        // Taken as a first stage, y - b p on the instruments has an F of probability 5 % at both ends.
        foreach (double end in new[] { set.Low, set.High })
            Assert.That(FirstStage.Of(data with { Treatment = data.Outcome - (data.Treatment * end) }).Probability, Is.EqualTo(0.05).Within(1e-6));
    }

    [Test]
    public void WeakInstrumentsGiveASetWithoutEnds()
    {
        AndersonRubinSet set = AndersonRubinSet.Of(Draw(32, 200, 0));
        Assert.That(set.Shape, Is.EqualTo(AndersonRubinShape.Everything).Or.EqualTo(AndersonRubinShape.Outside), "seed 32");
    }

    [Test]
    public void ItCoversAsOftenAsItSaysWithWeakInstruments()
    {
        const int Draws = 400;
        int covered = Enumerable.Range(0, Draws).Count(seed =>
        {
            AndersonRubinSet set = AndersonRubinSet.Of(Draw(1000 + seed, 60, 0.02), 0.9);
            return set.Contains(0.4);
        });
        TestContext.Out.WriteLine($"{covered} of {Draws}, seeds 1000 and on");

        // Three standard deviations of a binomial count.
        Assert.That(covered, Is.EqualTo(0.9 * Draws).Within(3 * Math.Sqrt(Draws * 0.9 * 0.1)));
    }
}
