using Adjoint.Models;
using NUnit.Framework;

namespace Adjoint.Tests;

sealed class TwoSampleTests
{
    [Test]
    public void StatisticsAndTailsAreThoseOfSciPy([Values("two_samples", "two_samples_ties", "two_samples_far")] string name)
    {
        StatisticsFixture fixture = StatisticsFixture.Of(name);
        double[] x = fixture.Numbers("x"), y = fixture.Numbers("y");
        TestOutcome smirnov = TwoSampleTest.KolmogorovSmirnov(x, y), cramer = TwoSampleTest.CramerVonMises(x, y);
        Assert.That(smirnov.Statistic, Is.EqualTo(fixture.Number("ks")).Within(1e-14));
        Assert.That(smirnov.PValue, Is.EqualTo(fixture.Number("ks_p")).Within(1e-13));
        Assert.That(cramer.Statistic, Is.EqualTo(fixture.Number("cvm")).Within(1e-12));

        // SciPy ends its series when a term falls below 1e-7; the test of the limits is the sharp one.
        Assert.That(cramer.PValue, Is.EqualTo(fixture.Number("cvm_p")).Within(1e-8));
        Assert.That(TwoSampleTest.AndersonDarling(x, y).Statistic, Is.EqualTo(fixture.Number("ad")).Within(1e-11));
        Assert.That(WassersteinDistance.OneDimensional(x, y), Is.EqualTo(fixture.Number("wasserstein")).Within(1e-13));
        Assert.That(EnergyDistance.Between(x, y), Is.EqualTo(fixture.Number("energy")).Within(1e-13));
    }

    [Test]
    public void TailsOfTheLimitsAreThoseOfOtherFormulas()
    {
        StatisticsFixture fixture = StatisticsFixture.Of("limits");
        double[] smirnov = Array.ConvertAll(fixture.Numbers("kolmogorov_at"), LimitDistributions.KolmogorovTail);
        double[] cramer = Array.ConvertAll(fixture.Numbers("cvm_at"), LimitDistributions.CramerVonMisesTail);
        double[] anderson = Array.ConvertAll(fixture.Numbers("ad_at"), LimitDistributions.AndersonDarlingTail);
        Assert.That(smirnov, Is.EqualTo(fixture.Numbers("kolmogorov")).Within(1e-14));
        Assert.That(cramer, Is.EqualTo(fixture.Numbers("cvm")).Within(1e-12));
        Assert.That(anderson, Is.EqualTo(fixture.Numbers("ad")).Within(1e-12));
    }

    [Test]
    public void TheExtremesAreCertain()
    {
        Assert.That(LimitDistributions.KolmogorovTail(0), Is.EqualTo(1));
        Assert.That(LimitDistributions.CramerVonMisesTail(0), Is.EqualTo(1));
        Assert.That(LimitDistributions.AndersonDarlingTail(0), Is.EqualTo(1));
        Assert.That(LimitDistributions.AndersonDarlingTail(200), Is.LessThan(1e-12));
        Assert.That(TwoSampleTest.KolmogorovSmirnov([1, 2], [3, 4, 5]).Statistic, Is.EqualTo(1));
    }

    [Test]
    public void PValuesOfEqualDistributionsAreUniform()
    {
        // 400 pairs of samples: each share below a level is within four deviations of it.
        var generator = new Generator(Key.FromSeed(9));
        int[] below = new int[3];
        const int Pairs = 400;
        for (int i = 0; i < Pairs; i++)
        {
            double[] x = generator.Normal([150], DType.F64).Read<double>(), y = generator.Normal([120], DType.F64).Read<double>();
            if (TwoSampleTest.KolmogorovSmirnov(x, y).PValue < 0.2) below[0]++;
            if (TwoSampleTest.CramerVonMises(x, y).PValue < 0.2) below[1]++;
            if (TwoSampleTest.AndersonDarling(x, y).PValue < 0.2) below[2]++;
        }

        Assert.That(below, Is.All.InRange((0.2 * Pairs) - 40, (0.2 * Pairs) + 40));
    }

    [Test]
    public void SamplesWithoutMeaningAreTypedErrors()
    {
        Assert.Throws<ShapeException>(() => TwoSampleTest.KolmogorovSmirnov([], [1]));
        Assert.Throws<SettingException>(() => TwoSampleTest.CramerVonMises([1, double.PositiveInfinity], [1, 2]));
        Assert.Throws<SettingException>(() => TwoSampleTest.AndersonDarling([1, 1], [1, 1, 1]));
    }
}
