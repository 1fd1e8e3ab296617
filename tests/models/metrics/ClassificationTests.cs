using Adjoint.Models;
using NUnit.Framework;

namespace Adjoint.Tests;

sealed class ClassificationTests
{
    static readonly StatisticsFixture Fixture = StatisticsFixture.Of("classification");

    [Test]
    public void AreaAndAveragePrecisionAreThoseOfScikitLearn()
    {
        double[] scores = Fixture.Numbers("scores");
        bool[] labels = Fixture.Labels("labels");
        Assert.That(AreaUnderRoc.Of(scores, labels), Is.EqualTo(Fixture.Number("area")).Within(1e-14));
        Assert.That(AveragePrecision.Of(scores, labels), Is.EqualTo(Fixture.Number("average_precision")).Within(1e-14));
    }

    [Test]
    public void TheAreaCountsPairsWithTiesByHalf()
    {
        Assert.That(AreaUnderRoc.Of([0.2, 0.5, 0.5, 0.9], [false, true, false, true]), Is.EqualTo((1 + 0.5 + 1 + 1) / 4));
        Assert.That(AreaUnderRoc.Of([1, 1, 1], [true, false, false]), Is.EqualTo(0.5));
    }

    [Test]
    public void RatesOfTheConfusionMatrixAreThoseOfScikitLearn()
    {
        var matrix = new ConfusionMatrix(Fixture.Classes("truth"), Fixture.Classes("predicted"), 4);
        double[] counts = [.. Enumerable.Range(0, 16).Select(i => (double)matrix[i / 4, i % 4])];
        Assert.That(counts, Is.EqualTo(Fixture.Numbers("confusion")));
        Assert.That(matrix.Accuracy, Is.EqualTo(Fixture.Number("accuracy")).Within(1e-14));
        Assert.That(matrix.BalancedAccuracy, Is.EqualTo(Fixture.Number("balanced")).Within(1e-14));
        Assert.That(matrix.MacroF1, Is.EqualTo(Fixture.Number("macro_f1")).Within(1e-14));
    }

    [Test]
    public void ClassesWithoutSamplesLeaveTheMeanAlone()
    {
        var matrix = new ConfusionMatrix([0, 0, 1], [0, 1, 1], 5);
        Assert.That((matrix.BalancedAccuracy, matrix.Recall(4), matrix.Precision(1)), Is.EqualTo((0.75, 0.0, 0.5)));
    }

    [Test]
    public void BrierScoresAreMeanSquaresOfMisses()
    {
        Assert.That(Calibration.Brier(Fixture.Numbers("probabilities"), Fixture.Labels("labels")), Is.EqualTo(Fixture.Number("brier")).Within(1e-14));
        Tensor rows = Tensor.From(new double[,] { { 0.7, 0.3 }, { 0.4, 0.6 } });
        Assert.That(Calibration.Brier(rows, [0, 0]), Is.EqualTo(2 * Calibration.Brier([0.3, 0.6], [false, false])).Within(1e-14));
    }

    [Test]
    public void TheCalibrationErrorWeighsGapsOfBins()
    {
        // Bins (0, ½] and (½, 1]: gaps |1/2 - 0.3| with 2 of 4 samples, |1/2 - 0.85| with the others.
        Assert.That(Calibration.Error([0.1, 0.5, 0.8, 0.9], [false, true, true, false], bins: 2), Is.EqualTo((0.5 * 0.2) + (0.5 * 0.35)).Within(1e-14));
        Assert.That(Calibration.Error([0, 1, 1], [false, true, true]), Is.Zero);
        double[] p = new Generator(Key.FromSeed(5)).Uniform([50000], DType.F64).Read<double>(), u = new Generator(Key.FromSeed(6)).Uniform([50000], DType.F64).Read<double>();
        Assert.That(Calibration.Error(p, [.. p.Zip(u, (probability, draw) => draw < probability)]), Is.LessThan(0.015));
    }

    [Test]
    public void RanksOfAnswersGiveRecallAndReciprocalRank()
    {
        Tensor scores = Tensor.From(new double[,] { { 3, 1, 2, 0 }, { 0, 1, 2, 3 }, { 5, 5, 1, 5 } });
        Assert.That(Retrieval.RanksOfTargets(scores, [0, 1, 3]), Is.EqualTo(new[] { 1, 3, 2.0 }));
        Assert.That(Retrieval.RecallAt(1, scores, [0, 1, 3]), Is.EqualTo(1.0 / 3));
        Assert.That(Retrieval.RecallAt(2, scores, [0, 1, 3]), Is.EqualTo(2.0 / 3));
        Assert.That(Retrieval.MeanReciprocalRank(scores, [0, 1, 3]), Is.EqualTo((1 + (1.0 / 3) + 0.5) / 3).Within(1e-15));
    }

    [Test]
    public void NormalizedRetrievalIsBestForTheTruthAndAtChanceForOneAnswerToAll()
    {
        Assert.That(Retrieval.Normalized(Tensor.Eye(8), [0, 1, 2, 3, 4, 5, 6, 7]), Is.EqualTo(7.0 / 8));
        Tensor same = Tensor.Range(8, dtype: DType.F64).Expand([8, 8]);
        Assert.That(Retrieval.Normalized(same, [0, 1, 2, 3, 4, 5, 6, 7]), Is.EqualTo(7.0 / 16).Within(1e-15));
    }

    [Test]
    public void WhatHasNoMeaningIsATypedError()
    {
        Assert.Throws<ShapeException>(() => AreaUnderRoc.Of([1, 2], [true, true]));
        Assert.Throws<ShapeException>(() => AveragePrecision.Of([1, 2], [false, false]));
        Assert.Throws<SettingException>(() => AreaUnderRoc.Of([1, double.NaN], [true, false]));
        Assert.Throws<SettingException>(() => Calibration.Brier([1.2], [true]));
        Assert.Throws<SettingException>(() => new ConfusionMatrix([0, 2], [0, 1], 2));
        Assert.Throws<SettingException>(() => Retrieval.RecallAt(0, Tensor.Eye(2), [0, 1]));
    }
}
