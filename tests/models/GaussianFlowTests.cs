using Adjoint.Models;
using Adjoint.Models.FlowMatching;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>From N(0, 1) to N(m, s²) on the linear path, the optimal velocity is m + (t s² - (1 - t)) / (t² s² + (1 - t)²) (x - t m).</summary>
sealed class GaussianFlowTests
{
    [TestCase(1.5, 0.4)]
    [TestCase(-2, 3)]
    public void TheExactVelocityCarriesNoiseToTheTarget(double mean, double deviation)
    {
        Tensor x0 = Tensor.From<double>([-2, -0.5, 0, 1, 2.5], [5]);
        OdeSolver solver = OdeSolver.Parse("dopri5", 1, 1e-9);
        Tensor x1 = solver.Integrate((t, x) => (x - (t * mean)) * Slope(t, deviation) + mean, x0);
        Assert.That(x1.Read<double>(), Is.EqualTo(((x0 * deviation) + mean).Read<double>()).Within(1e-6));
        Assert.That(solver.Integrate((t, x) => (x - (t * mean)) * Slope(t, deviation) + mean, x1, 1, 0).Read<double>(), Is.EqualTo(x0.Read<double>()).Within(1e-6));
    }

    [TestCase(0, 1)]
    [TestCase(2, 0.5)]
    public void TheLossOfTheExactVelocityIsHalfPiTimesTheDeviation(double mean, double deviation)
    {
        const int Count = 1 << 18;
        Tensor images = (new Generator(Key.FromSeed(8)).Normal([Count, 1]) * deviation) + mean;
        Tensor labels = Tensor.Zeros([Count], DType.I64);
        double Loss(double factor) => FlowMatchingLoss.Of(
            (x, t, _) =>
            {
                Tensor time = t.Unsqueeze(1), rest = 1 - time;
                Tensor slope = ((time * (deviation * deviation)) - rest) / ((time.Square() * (deviation * deviation)) + rest.Square());
                return ((slope * (x - (time * mean))) + mean) * factor;
            },
            images, labels, 0, new Generator(Key.FromSeed(9)), 0, 0).Item();

        // The squared error has a deviation of about √2 times its mean, so the mean of 2^18 has one of 0.3 percent.
        double least = Math.PI * deviation / 2;
        Assert.That(Loss(1), Is.EqualTo(least).Within(0.01 * least));
        Assert.That(Loss(1.3), Is.GreaterThan(least * 1.01), "another velocity is worse");
    }

    static double Slope(double t, double deviation) =>
        ((t * deviation * deviation) - (1 - t)) / ((t * t * deviation * deviation) + ((1 - t) * (1 - t)));
}
