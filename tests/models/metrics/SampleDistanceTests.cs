using Adjoint.Models;
using NUnit.Framework;

namespace Adjoint.Tests;

sealed class SampleDistanceTests
{
    static readonly StatisticsFixture Fixture = StatisticsFixture.Of("kernels");

    static Tensor X => Fixture.Matrix("x");

    static Tensor Y => Fixture.Matrix("y");

    static Tensor Rows(long seed, int count, int width) => new Generator(Key.FromSeed(seed)).Normal([count, width], DType.F64);

    [Test]
    public void DiscrepanciesAreThoseOfTheDefinition([Values("rbf", "matern", "polynomial")] string name, [Values] bool unbiased)
    {
        MmdKernel kernel = name switch { "rbf" => MmdKernel.Rbf(), "matern" => MmdKernel.Matern52(), _ => MmdKernel.Polynomial() };
        double expected = Fixture.Number(name + (unbiased ? "_unbiased" : "_biased"));
        Assert.That(MaximumMeanDiscrepancy.Squared(X, Y, kernel, unbiased), Is.EqualTo(expected).Within(1e-12 * Math.Max(1, Math.Abs(expected))));
    }

    [Test]
    public void TheMedianDistanceIsThatOfAllPairs() => Assert.That(MedianDistance.Of(X, Y), Is.EqualTo(Fixture.Number("length")).Within(1e-13));

    [Test]
    public void EnergyDistancesAreThoseOfTheDefinition()
    {
        Assert.That(EnergyDistance.Between(X, Y), Is.EqualTo(Fixture.Number("energy")).Within(1e-12));
        Assert.That(EnergyDistance.Between(X, Y, unbiased: true), Is.EqualTo(Fixture.Number("energy_unbiased")).Within(1e-12));
    }

    [Test]
    public void BlocksOfPairsSumToTheWhole()
    {
        // More rows than two blocks, against sums in one piece.
        Tensor x = Rows(1, 2100, 2), y = Rows(2, 1100, 2) + 0.3;
        Tensor Squares(Tensor a, Tensor b) => (a.Unsqueeze(1) - b.Unsqueeze(0)).Square().Sum(2);
        double Mean(Tensor a, Tensor b) => Squares(a, b).Affine(-0.5, 0).Exp().Mean().Item();
        Assert.That(MaximumMeanDiscrepancy.Squared(x, y, MmdKernel.Rbf(1), unbiased: false), Is.EqualTo(Mean(x, x) + Mean(y, y) - (2 * Mean(x, y))).Within(1e-12));
        double Distance(Tensor a, Tensor b) => Squares(a, b).Sqrt().Mean().Item();
        Assert.That(EnergyDistance.Between(x, y), Is.EqualTo((2 * Distance(x, y)) - Distance(x, x) - Distance(y, y)).Within(1e-9));
    }

    [Test]
    public void TheUnbiasedDiscrepancyOfNormalsIsThatOfTheClosedForm()
    {
        // E exp(-(x - y)²/2ℓ²) = ℓ/(ℓ² + 2)^½ exp(-m²/(2(ℓ² + 2))) for unit normals whose means differ by m.
        const double Length = 1.5, Shift = 1;
        double variance = (Length * Length) + 2, expected = 2 * Length / Math.Sqrt(variance) * (1 - Math.Exp(-Shift * Shift / (2 * variance)));
        Assert.That(MaximumMeanDiscrepancy.Squared(Rows(3, 4000, 1), Rows(4, 4000, 1) + Shift, MmdKernel.Rbf(Length)), Is.EqualTo(expected).Within(0.02));
    }

    [Test]
    public void EqualSetsAreAtDistanceZero()
    {
        Tensor rows = Rows(5, 300, 4) + 1000;
        Assert.That(EnergyDistance.Between(rows, rows), Is.Zero.Within(1e-7));
        Assert.That(MaximumMeanDiscrepancy.Squared(rows, rows, unbiased: false), Is.Zero.Within(1e-12));
        Assert.That(WassersteinDistance.Sliced(rows, rows, Key.FromSeed(0)), Is.Zero);
    }

    [Test]
    public void WassersteinOfShiftsAndUnequalSizesFollowsItsDefinition()
    {
        Assert.That(WassersteinDistance.OneDimensional([3, 1, 2], [4, 2, 3]), Is.EqualTo(1).Within(1e-15));
        Assert.That(WassersteinDistance.OneDimensional([0], [1, 3], order: 2), Is.EqualTo(Math.Sqrt(5)).Within(1e-15));

        // {0, 1} to {0, 0, 3}: thirds and halves give (1/6)|1 - 0| + (1/3)|1 - 3|.
        Assert.That(WassersteinDistance.OneDimensional([0, 1], [0, 0, 3]), Is.EqualTo((1.0 / 6) + (2.0 / 3)).Within(1e-15));
    }

    [Test]
    public void TheSlicedDistanceOfAShiftIsItsLengthThroughTheRootOfTheWidth()
    {
        Tensor rows = Rows(6, 40, 3);
        double sliced = WassersteinDistance.Sliced(rows, rows + Tensor.From<double>([2, -1, 2], [3]), Key.FromSeed(1), directions: 20000);
        Assert.That(sliced, Is.EqualTo(3 / Math.Sqrt(3)).Within(0.02));
    }

    [Test]
    public void DistancesOfHistogramsAreThoseOfSciPy()
    {
        StatisticsFixture histograms = StatisticsFixture.Of("histograms");
        double[] p = histograms.Numbers("p"), q = histograms.Numbers("q");
        Assert.That(HistogramDistance.L1(p, q), Is.EqualTo(histograms.Number("l1")).Within(1e-14));
        Assert.That(HistogramDistance.TotalVariation(p, q), Is.EqualTo(histograms.Number("l1") / 2).Within(1e-14));
        Assert.That(HistogramDistance.KullbackLeibler(p, q), Is.EqualTo(histograms.Number("kl")).Within(1e-14));
        Assert.That(HistogramDistance.JensenShannon(p, q), Is.EqualTo(histograms.Number("js")).Within(1e-14));
        Assert.That(HistogramDistance.JensenShannon([1, 0], [0, 1]), Is.EqualTo(Math.Log(2)).Within(1e-15));
        Assert.That(HistogramDistance.KullbackLeibler([1, 1], [1, 0]), Is.EqualTo(double.PositiveInfinity));
    }

    [Test]
    public void TheFractionCloserIsZeroForMatchesAndCountsTheRest()
    {
        Tensor rows = Rows(7, 700, 5);
        Assert.That(FractionCloser.ThanTheTrueMatch(rows, rows), Is.Zero);
        Assert.That(FractionCloser.ThanTheTrueMatch(rows, Rows(8, 700, 5)), Is.EqualTo(0.5).Within(0.03));

        // On a line, partners exchanged: from 0 the true 1 is beaten by 0, from 1 the other way, and from 5 nothing.
        Tensor x = Tensor.From<double>([0, 1, 5], [3, 1]), y = Tensor.From<double>([1, 0, 5], [3, 1]);
        Assert.That(FractionCloser.ThanTheTrueMatch(x, y), Is.EqualTo((0.5 + 0.5) / 3).Within(1e-15));
    }

    [Test]
    public void SetsThatDoNotCompareAreTypedErrors()
    {
        Assert.Throws<ShapeException>(() => EnergyDistance.Between(Rows(1, 4, 2), Rows(1, 4, 3)));
        Assert.Throws<ShapeException>(() => MaximumMeanDiscrepancy.Squared(Rows(1, 1, 2), Rows(1, 4, 2)));
        Assert.Throws<SettingException>(() => MaximumMeanDiscrepancy.Squared(Tensor.Ones([3, 2]), Tensor.Ones([3, 2])));
        Assert.Throws<SettingException>(() => MmdKernel.Rbf(0));
        Assert.Throws<SettingException>(() => WassersteinDistance.OneDimensional([1], [2], order: 0.5));
        Assert.Throws<SettingException>(() => HistogramDistance.L1([0, 0], [1, 1]));
        Assert.Throws<SettingException>(() => HistogramDistance.L1([-1, 2], [1, 1]));
        Assert.Throws<ShapeException>(() => FractionCloser.ThanTheTrueMatch(Rows(1, 4, 2), Rows(1, 5, 2)));
    }
}
