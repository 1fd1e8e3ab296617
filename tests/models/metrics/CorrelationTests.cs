using Adjoint.Models;
using NUnit.Framework;

namespace Adjoint.Tests;

sealed class CorrelationTests
{
    static readonly StatisticsFixture Fixture = StatisticsFixture.Of("correlation");

    static double[] X => Fixture.Numbers("x");

    [Test]
    public void PearsonAndSpearmanAreThoseOfSciPy()
    {
        Assert.That(Correlation.Pearson(X, Fixture.Numbers("y")), Is.EqualTo(Fixture.Number("pearson")).Within(1e-13));
        Assert.That(Correlation.Spearman(X, Fixture.Numbers("y")), Is.EqualTo(Fixture.Number("spearman")).Within(1e-13));
        Assert.That(Correlation.Spearman(X, Fixture.Numbers("ties")), Is.EqualTo(Fixture.Number("spearman_ties")).Within(1e-13));
    }

    [Test]
    public void TiesShareTheMeanRank()
    {
        Assert.That(Ranks.Of(Fixture.Numbers("ties")), Is.EqualTo(Fixture.Numbers("ranks")));
        Assert.That(Ranks.Of([3, 1, 3, 2]), Is.EqualTo(new[] { 3.5, 1, 3.5, 2 }));
        Assert.That(Ranks.Of([]), Is.Empty);
    }

    [Test]
    public void MatricesAreThoseOfNumPy()
    {
        Tensor rows = Fixture.Matrix("rows"), other = Fixture.Matrix("other");
        Assert.That(Correlation.Covariance(rows).Read<double>(), Is.EqualTo(Fixture.Numbers("covariance")).Within(1e-13));
        Assert.That(Correlation.Matrix(rows).Read<double>(), Is.EqualTo(Fixture.Numbers("matrix")).Within(1e-13));
        Assert.That(Correlation.Between(rows, other).Read<double>(), Is.EqualTo(Fixture.Numbers("between")).Within(1e-13));
        Assert.That(Correlation.Between(rows, other, CorrelationKind.Spearman).Read<double>(), Is.EqualTo(Fixture.Numbers("spearman_between")).Within(1e-13));
    }

    [Test]
    public void AConstantSampleGivesWhatTheCallerNames()
    {
        Assert.That(Correlation.Pearson([0.1, 0.1, 0.1], [1, 2, 3]), Is.NaN);
        Assert.That(Correlation.Pearson([1, 2, 3], [0.1, 0.1, 0.1], ofConstant: 0), Is.Zero);
        Assert.That(Correlation.Matrix(Tensor.From(new double[,] { { 0.1, 1 }, { 0.1, 2 }, { 0.1, 4 } })).Read<double>(), Is.EqualTo(new[] { double.NaN, double.NaN, double.NaN, 1 }));
    }

    [Test]
    public void LargeMeansDoNotDrownTheCorrelation()
    {
        double[] x = [1e9 + 1, 1e9 + 2, 1e9 + 4], y = [-1e9 + 1, -1e9 + 3, -1e9 + 2];
        Assert.That(Correlation.Pearson(x, y), Is.EqualTo(Correlation.Pearson([1, 2, 4], [1, 3, 2])).Within(1e-12));
    }

    [Test]
    public void PercentilesCountWhatIsBelowAndWhatIsNotAbove()
    {
        var (below, notAbove) = Ranks.Percentiles([1, 2, 2, 3], [0, 2, 2.5, 3, 9]);
        Assert.That(below, Is.EqualTo(new[] { 0, 0.25, 0.75, 0.75, 1 }));
        Assert.That(notAbove, Is.EqualTo(new[] { 0, 0.75, 0.75, 1, 1 }));
    }

    [Test]
    public void RandomVectorsAreRecalledAtTheShareOfTheTails()
    {
        double[] reference = new Generator(Key.FromSeed(3)).Normal([20000], DType.F64).Read<double>(), queries = new Generator(Key.FromSeed(4)).Normal([5000], DType.F64).Read<double>();
        Assert.That(Ranks.TailRecall(reference, queries), Is.EqualTo(0.1).Within(0.015));
        Assert.That(Ranks.TailRecall([.. Enumerable.Range(0, 100).Select(i => (double)i)], [4, 5, 94, 95]), Is.EqualTo(0.5));
    }

    [Test]
    public void WhatCannotBeComparedIsATypedError()
    {
        Assert.Throws<ShapeException>(() => Correlation.Pearson([1, 2], [1, 2, 3]));
        Assert.Throws<ShapeException>(() => Correlation.Pearson([1], [1]));
        Assert.Throws<SettingException>(() => Correlation.Spearman([1, double.NaN], [1, 2]));
        Assert.Throws<ShapeException>(() => Correlation.Covariance(Tensor.Ones([1, 3])));
        Assert.Throws<ShapeException>(() => Correlation.Between(Tensor.Ones([4, 3]), Tensor.Ones([5, 3])));
        Assert.Throws<ShapeException>(() => Ranks.Percentiles([], [1]));
    }
}
