using Adjoint.Models;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>The dilogarithm at points with a closed form, and against its integral.</summary>
[TestFixture]
public sealed class SpecialFunctionTests
{
    [Test]
    public void The_dilogarithm_has_its_known_values()
    {
        double golden = (Math.Sqrt(5) - 1) / 2, log = Math.Log(golden);
        Assert.Multiple(() =>
        {
            Assert.That(SpecialFunctions.Dilogarithm(0), Is.Zero);
            Assert.That(SpecialFunctions.Dilogarithm(1), Is.EqualTo(Math.PI * Math.PI / 6).Within(1e-15));
            Assert.That(SpecialFunctions.Dilogarithm(-1), Is.EqualTo(-Math.PI * Math.PI / 12).Within(1e-15));
            Assert.That(SpecialFunctions.Dilogarithm(0.5), Is.EqualTo((Math.PI * Math.PI / 12) - (0.5 * Math.Log(2) * Math.Log(2))).Within(1e-15));
            Assert.That(SpecialFunctions.Dilogarithm(golden), Is.EqualTo((Math.PI * Math.PI / 10) - (log * log)).Within(1e-14));
            Assert.That(SpecialFunctions.Dilogarithm(-golden), Is.EqualTo((-Math.PI * Math.PI / 15) + (0.5 * log * log)).Within(1e-14));
            Assert.That(SpecialFunctions.Dilogarithm(1.01), Is.NaN);
        });
    }

    [TestCase(-40)]
    [TestCase(-0.3)]
    [TestCase(0.2)]
    [TestCase(0.93)]
    public void The_dilogarithm_is_its_integral(double x)
    {
        const int steps = 20_000;
        double sum = 0, h = x / steps;
        for (int i = 0; i < steps; i++)
        {
            double t = (i + 0.5) * h;
            sum -= Math.Log(1 - t) / t * h;
        }

        Assert.That(SpecialFunctions.Dilogarithm(x), Is.EqualTo(sum).Within(1e-6 * Math.Max(1, Math.Abs(sum))));
    }
}
