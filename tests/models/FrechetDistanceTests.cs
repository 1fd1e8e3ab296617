using Adjoint.Models;
using NUnit.Framework;

namespace Adjoint.Tests;

sealed class FrechetDistanceTests
{
    static Tensor Rows(long seed, int count, int width) => new Generator(Key.FromSeed(seed)).Normal([count, width], DType.F64);

    [Test]
    public void EqualSetsAreAtDistanceZero() => Assert.That(FrechetDistance.Between(Rows(1, 50, 6), Rows(1, 50, 6)), Is.EqualTo(0).Within(1e-10));

    [Test]
    public void AShiftCountsItsSquaredLength()
    {
        Tensor rows = Rows(2, 60, 3);
        Assert.That(FrechetDistance.Between(rows, rows + Tensor.From<double>([3, 0, -4], [3])), Is.EqualTo(25).Within(1e-9));
    }

    [Test]
    public void AScaledAxisCountsTheSquaredDifferenceOfDeviations()
    {
        Tensor rows = Rows(3, 80, 2);
        rows -= rows.Mean(0);

        // Scaling both axes by a scales the root of the covariance by a: the distance is (a - 1)² times its trace.
        double trace = rows.Square().Sum().Item() / 79;
        Assert.That(FrechetDistance.Between(rows, rows * 3), Is.EqualTo(4 * trace).Within(1e-9));
    }

    [Test]
    public void CovariancesThatDoNotCommuteFollowTheClosedFormInTwoDimensions()
    {
        Tensor first = Rows(4, 40, 2).MatMul(Tensor.From<double>([1, 2, 0, 1], [2, 2])), second = Rows(5, 40, 2).MatMul(Tensor.From<double>([3, 0, -1, 0.5], [2, 2]));
        var (mean1, s1) = Moments(first);
        var (mean2, s2) = Moments(second);

        // tr (S1 S2)^½ = (tr S1 S2 + 2 (det S1 det S2)^½)^½ for two eigenvalues.
        double product = (s1[0] * s2[0]) + (s1[1] * s2[2]) + (s1[2] * s2[1]) + (s1[3] * s2[3]);
        double determinants = ((s1[0] * s1[3]) - (s1[1] * s1[2])) * ((s2[0] * s2[3]) - (s2[1] * s2[2]));
        double expected = Math.Pow(mean1[0] - mean2[0], 2) + Math.Pow(mean1[1] - mean2[1], 2) + s1[0] + s1[3] + s2[0] + s2[3]
            - (2 * Math.Sqrt(product + (2 * Math.Sqrt(determinants))));
        Assert.That(FrechetDistance.Between(first, second), Is.EqualTo(expected).Within(1e-9));
        Assert.That(FrechetDistance.Between(second, first), Is.EqualTo(expected).Within(1e-9));
    }

    [Test]
    public void SetsThatDoNotCompareAreTypedErrors()
    {
        Assert.Throws<ShapeException>(() => FrechetDistance.Between(Rows(1, 5, 2), Rows(1, 5, 3)));
        Assert.Throws<ShapeException>(() => FrechetDistance.Between(Rows(1, 1, 2), Rows(1, 5, 2)));
    }

    static (double[] Mean, double[] Covariance) Moments(Tensor rows)
    {
        Tensor centred = rows - rows.Mean(0);
        return (rows.Mean(0).Read<double>(), (centred.Transpose().MatMul(centred) / (rows.Shape[0] - 1)).Read<double>());
    }
}
