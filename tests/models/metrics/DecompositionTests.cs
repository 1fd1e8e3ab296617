using Adjoint.Models;
using NUnit.Framework;

namespace Adjoint.Tests;

sealed class DecompositionTests
{
    static readonly StatisticsFixture Fixture = StatisticsFixture.Of("decompositions");

    static Tensor Rows(long seed, int count, int width) => new Generator(Key.FromSeed(seed)).Normal([count, width], DType.F64);

    [Test]
    public void PrincipalComponentsAreThoseOfScikitLearn()
    {
        var components = new PrincipalComponents(Fixture.Matrix("rows"));
        Assert.That(components.Variances, Is.EqualTo(Fixture.Numbers("variances")).Within(1e-12));
        Assert.That(components.TotalVariance, Is.EqualTo(components.Variances.Sum()).Within(1e-12));

        // Directions agree up to sign.
        Tensor overlaps = components.Directions.MatMul(Fixture.Matrix("directions").Transpose()).Abs();
        Assert.That(overlaps.Read<double>(), Is.EqualTo(Tensor.Eye(4, DType.F64).Read<double>()).Within(1e-10));
    }

    [Test]
    public void FewRowsOfManyColumnsGiveTheSameComponents()
    {
        var components = new PrincipalComponents(Fixture.Matrix("wide"), 5);
        Assert.That(components.Variances, Is.EqualTo(Fixture.Numbers("wide_variances")).Within(1e-12));
        Assert.That(components.Directions.MatMul(components.Directions.Transpose()).Read<double>(), Is.EqualTo(Tensor.Eye(5, DType.F64).Read<double>()).Within(1e-11));
    }

    [Test]
    public void AllComponentsRestoreTheRowsAndWhitenedOnesHaveUnitCovariance()
    {
        Tensor rows = Rows(1, 50, 6).MatMul(Rows(2, 6, 6)) + 7;
        var components = new PrincipalComponents(rows);
        Assert.That(components.Restore(components.Transform(rows)).Read<double>(), Is.EqualTo(rows.Read<double>()).Within(1e-11));
        Tensor white = components.Transform(rows, whiten: true);
        Assert.That(Correlation.Covariance(white).Read<double>(), Is.EqualTo(Tensor.Eye(6, DType.F64).Read<double>()).Within(1e-9));
        Assert.That(components.Restore(white, whitened: true).Read<double>(), Is.EqualTo(rows.Read<double>()).Within(1e-10));
    }

    [Test]
    public void CanonicalCorrelationsAreThoseOfNumPyAndOfTheVariates()
    {
        Tensor rows = Fixture.Matrix("rows"), other = Fixture.Matrix("other");
        var analysis = new CanonicalCorrelation(rows, other);
        Assert.That(analysis.Correlations, Is.EqualTo(Fixture.Numbers("canonical")).Within(1e-12));
        Tensor between = Correlation.Between(analysis.VariatesFirst(rows), analysis.VariatesSecond(other));
        for (int i = 0; i < 3; i++) Assert.That(between[i, i].Item(), Is.EqualTo(analysis.Correlations[i]).Within(1e-11));
        Assert.That(analysis.VariatesFirst(rows).Variance(0).Read<double>(), Is.All.EqualTo(1).Within(1e-11));
    }

    [Test]
    public void AnInvertibleMapLeavesTheWeakCoefficientAtOneAndAPermutationTheStrongOne()
    {
        Tensor latents = Rows(3, 400, 5);
        Tensor shuffled = latents.Select(1, Tensor.From<long>([3, 0, 4, 1, 2])) * Tensor.From<double>([-2, 1, 0.1, -1, 5], [5]);
        MeanCorrelationCoefficient strong = MeanCorrelationCoefficient.Between(latents, shuffled);
        Assert.That(strong.Value, Is.EqualTo(1).Within(1e-12));
        Assert.That(strong.Partners, Is.EqualTo(new[] { 1, 3, 4, 0, 2 }));
        Tensor mixed = latents.MatMul(Rows(4, 5, 5)) + 3;
        Assert.That(MeanCorrelationCoefficient.AfterCanonicalCorrelation(latents, mixed, CorrelationKind.Pearson).Value, Is.EqualTo(1).Within(1e-9));
        Assert.That(MeanCorrelationCoefficient.Between(latents, mixed).Value, Is.LessThan(0.95));
    }

    [Test]
    public void TheCoefficientIsTheBestOfAllPermutations()
    {
        Tensor first = Rows(5, 30, 4), second = Rows(6, 30, 4);
        double[] magnitudes = Correlation.Between(first, second).Abs().Read<double>();
        double best = 0;
        for (int code = 0; code < 256; code++)
        {
            int[] columns = [code & 3, (code >> 2) & 3, (code >> 4) & 3, code >> 6];
            if (columns.Distinct().Count() == 4) best = Math.Max(best, columns.Select((column, row) => magnitudes[(row * 4) + column]).Average());
        }

        Assert.That(MeanCorrelationCoefficient.Between(first, second, CorrelationKind.Pearson).Value, Is.EqualTo(best).Within(1e-14));
    }

    [Test]
    public void EigenvaluesOfAGeneralMatrixAreThoseOfNumPy()
    {
        var values = Eigenvalues.Of(Fixture.Matrix("general"));
        Assert.That(values.Select(value => value.Real), Is.EqualTo(Fixture.Numbers("real")).Within(1e-11));
        Assert.That(values.Select(value => value.Imaginary), Is.EqualTo(Fixture.Numbers("imaginary")).Within(1e-11));
        var turn = Eigenvalues.Of(Tensor.From(new double[,] { { 0, -2 }, { 2, 0 } }));
        Assert.That((turn[0].Imaginary, turn[1].Imaginary), Is.EqualTo((2.0, -2.0)));
    }

    [Test]
    public void WhatCannotBeDecomposedIsATypedError()
    {
        Assert.Throws<ShapeException>(() => new PrincipalComponents(Tensor.Ones([1, 3])));
        Assert.Throws<SettingException>(() => new PrincipalComponents(Rows(1, 5, 3), 4));
        Assert.Throws<SettingException>(() => new CanonicalCorrelation(Tensor.Ones([4, 2]), Rows(1, 4, 2)));
        Assert.Throws<ShapeException>(() => Eigenvalues.Of(Tensor.Ones([2, 3])));
        Assert.Throws<ShapeException>(() => MeanCorrelationCoefficient.Between(Rows(1, 5, 3), Rows(2, 5, 2)));
    }
}
