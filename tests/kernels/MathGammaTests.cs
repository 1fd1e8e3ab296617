using Adjoint.Kernels;
using NUnit.Framework;

namespace Adjoint.Tests;

public class MathGammaTests
{
    const double Infinity = double.PositiveInfinity, NaN = double.NaN;

    static double LogGamma(double x) => Elementary.LogGamma(new Scalar64(x)).Value;

    static double Polygamma(int order, double x) => Elementary.Polygamma(order, new Scalar64(x)).Value;

    [TestCase("LogGamma", -1)]
    [TestCase("Polygamma0", 0)]
    [TestCase("Polygamma1", 1)]
    [TestCase("Polygamma2", 2)]
    [TestCase("Polygamma5", 5)]
    [TestCase("Polygamma20", 20)]
    public void Values_agree_to_1e13_in_f64_and_1e6_in_f32_relative_or_near_zeros_absolute(string name, int order)
    {
        var rows = MathUlp.Reference(name);
        Assert.That(rows, Has.Count.GreaterThan(50));
        double worst = 0, worst32 = 0;
        foreach ((double x, _, double value) in rows)
        {
            double actual = order < 0 ? LogGamma(x) : Polygamma(order, x);
            worst = Math.Max(worst, Math.Abs(actual - value) / Math.Max(1, Math.Abs(value)));
            float rounded = (float)x;
            double wide = order < 0 ? LogGamma(rounded) : Polygamma(order, rounded);
            if (double.IsInfinity((float)wide)) continue;
            var narrow = new Scalar32(rounded);
            float single = (order < 0 ? Elementary.LogGamma(narrow) : Elementary.Polygamma(order, narrow)).Value;
            worst32 = Math.Max(worst32, Math.Abs(single - wide) / Math.Max(1, Math.Abs(wide)));
        }

        TestContext.Out.WriteLine($"{name}: f64 {worst:G3}, f32 {worst32:G3}");
        Assert.That(worst, Is.LessThan(1e-13));
        Assert.That(worst32, Is.LessThan(1e-6));
    }

    [TestCase(1.0, 0.0)]
    [TestCase(2.0, 0.0)]
    [TestCase(0.0, Infinity)]
    [TestCase(-0.0, Infinity)]
    [TestCase(-3.0, Infinity)]
    [TestCase(-1e300, Infinity)]
    [TestCase(Infinity, Infinity)]
    [TestCase(-Infinity, Infinity)]
    [TestCase(1e306, Infinity)]
    [TestCase(NaN, NaN)]
    public void Log_gamma_has_poles_and_zeros_where_they_belong(double x, double expected)
    {
        Assert.That(LogGamma(x), Is.EqualTo(expected));
        Assert.That(Elementary.LogGamma(new Scalar32((float)x)).Value, Is.EqualTo((float)expected));
    }

    [Test]
    public void Log_gamma_keeps_its_relative_accuracy_around_one_and_two()
    {
        foreach (double e in new[] { 1e-3, -1e-3, 1e-8, -1e-8, 1e-15 })
        {
            double atOne = (1 + e) - 1, atTwo = (2 + e) - 2;
            double one = Taylor(atOne, -0.5772156649015329, 0.8224670334241132, -0.40068563438653143, 0.27058080842778454);
            double two = Taylor(atTwo, 0.42278433509846714, 0.3224670334241132, -0.06735230105319809, 0.020580808427784546);
            Assert.That(LogGamma(1 + e), Is.EqualTo(one).Within(2e-12 * Math.Abs(one)), $"1 + {e}");
            Assert.That(LogGamma(2 + e), Is.EqualTo(two).Within(2e-12 * Math.Abs(two)), $"2 + {e}");
        }
    }

    [TestCase(0, 0.0, -Infinity)]
    [TestCase(0, -0.0, Infinity)]
    [TestCase(0, -2.0, NaN)]
    [TestCase(0, Infinity, Infinity)]
    [TestCase(0, -Infinity, NaN)]
    [TestCase(0, 1.0, -0.5772156649015329)]
    [TestCase(1, 0.0, Infinity)]
    [TestCase(1, -2.0, Infinity)]
    [TestCase(1, Infinity, 0.0)]
    [TestCase(1, 1.0, 1.6449340668482264)]
    [TestCase(2, 0.0, -Infinity)]
    [TestCase(2, -2.0, NaN)]
    [TestCase(2, 1.0, -2.4041138063191886)]
    [TestCase(1, 1e160, 1e-160)]
    [TestCase(3, NaN, NaN)]
    [TestCase(-1, 1.0, NaN)]
    public void Polygamma_has_its_limits_and_known_constants(int order, double x, double expected)
    {
        double tolerance = double.IsFinite(expected) ? 1e-15 * Math.Max(1e-160, Math.Abs(expected)) : 0;
        Assert.That(Polygamma(order, x), double.IsFinite(expected) ? Is.EqualTo(expected).Within(tolerance) : Is.EqualTo(expected));
    }

    [Test]
    public void Each_order_is_the_derivative_of_the_one_before()
    {
        foreach (double x in new[] { 0.3, 1.7, 6.0, -0.4, -7.3 })
        {
            for (int order = 0; order < 8; order++)
            {
                const double step = 1e-5;
                double slope = (Polygamma(order, x + step) - Polygamma(order, x - step)) / (2 * step);
                double expected = Polygamma(order + 1, x);
                Assert.That(slope, Is.EqualTo(expected).Within(1e-6 * Math.Max(1, Math.Abs(expected))), $"order {order} at {x}");
            }
        }
    }

    [Test]
    public void Registers_give_the_bits_of_the_scalar()
    {
        float[] x = [.. Enumerable.Range(0, 64).Select(i => (i * 0.37f) - 9.1f)];
        float[] logGamma = MathUlp.Run<LogGammaFunction, Lane512<float>, float>(x);
        float[] trigamma = MathUlp.Run<TrigammaFunction, Lane256<float>, float>(x);
        for (int i = 0; i < x.Length; i++)
        {
            Assert.That(logGamma[i], Is.EqualTo(Elementary.LogGamma(new Scalar32(x[i])).Value));
            Assert.That(trigamma[i], Is.EqualTo(Elementary.Polygamma(1, new Scalar32(x[i])).Value));
        }
    }

    static double Taylor(double e, double first, double second, double third, double fourth) =>
        e * (first + (e * (second + (e * (third + (e * fourth))))));

    readonly struct LogGammaFunction : IUnaryOperator
    {
        public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.LogGamma(x);
    }

    readonly struct TrigammaFunction : IUnaryOperator
    {
        public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Polygamma(1, x);
    }
}
