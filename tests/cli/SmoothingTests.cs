using Adjoint.Commands;
using NUnit.Framework;

namespace Adjoint.Tests;

sealed class SmoothingTests
{
    static double[] Noise(int count) => new Generator(Key.FromSeed(4)).Normal([count], DType.F64).Read<double>();

    [Test]
    public void ALineIsItsOwnTrendUpToTheEndsAndAcrossGaps()
    {
        double[] line = [.. Enumerable.Range(0, 200).Select(static i => 3 - (0.25 * i))];
        Assert.That(Smoothing.Trend([.. line.Select((value, i) => i is 50 or 199 ? double.NaN : value)]), Is.EqualTo(line).Within(1e-9));
    }

    [Test]
    public void NoiseAroundATrendIsRemovedAtTheEndsToo()
    {
        double[] trend = Smoothing.Trend(Noise(400));
        Assert.That(trend, Is.All.InRange(-1.5, 1.5));

        // A mean of 21 values has a deviation of 0.22, a line at the end of 11 one of 0.56.
        Assert.That(Math.Sqrt(trend.Average(static value => value * value)), Is.InRange(0.1, 0.35));
    }

    [Test]
    public void OnlyLongNoisySeriesGetATrend()
    {
        Assert.That(Smoothing.IsWorthwhile(Noise(400)), Is.True);
        Assert.That(Smoothing.IsWorthwhile(Noise(20)), Is.False);
        Assert.That(Smoothing.IsWorthwhile([.. Enumerable.Range(0, 400).Select(static i => Math.Exp(-0.01 * i))]), Is.False);
    }
}
