using Adjoint.Kernels;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>gelu in f32, which has a formula of its own: against the one of f64, over all exponents.</summary>
public class GeluTests
{
    const int Seed = 20240229;

    static float Of(float x) => Elementary.Gelu(new Scalar32(x)).Value;

    [TestCase(0, double.PositiveInfinity, 5e-7)]
    [TestCase(-2, 0, 6e-7)]
    [TestCase(-4, -2, 3e-6)]
    [TestCase(-9.3, -4, 5e-5)]
    public void Relative_error_stays_within_its_bound(double low, double high, double bound)
    {
        double worst = 0, at = 0;
        IEnumerable<float> arguments = MathUlp.Sweep32(1 << 20, Seed).Concat(Enumerable.Range(0, 1 << 20).Select(i => (float)(low + ((Math.Min(high, 12) - low) * i / (1 << 20)))));
        foreach (float x in arguments.Where(x => x >= low && x < high && Math.Abs(x) > 1e-30))
        {
            double exact = Elementary.Gelu(new Scalar64(x)).Value, error = Math.Abs(Of(x) - exact) / Math.Abs(exact);
            if (error > worst) (worst, at) = (error, x);
        }

        TestContext.Out.WriteLine($"Gelu f32 in {low}..{high}: {worst:E2} at {at:R}, seed {Seed}");
        Assert.That(worst, Is.GreaterThan(0).And.LessThan(bound), $"at {at:R}, seed {Seed}");
    }

    [Test]
    public void Absolute_error_is_one_of_rounding_everywhere()
    {
        foreach (float x in MathUlp.Sweep32(1 << 18, Seed).Where(float.IsFinite))
        {
            double exact = Elementary.Gelu(new Scalar64(x)).Value;
            Assert.That(Math.Abs(Of(x) - exact), Is.LessThanOrEqualTo(1.2e-7 * Math.Max(1, Math.Abs(exact))), $"at {x:R}, seed {Seed}");
        }
    }

    [TestCase(float.PositiveInfinity, float.PositiveInfinity)]
    [TestCase(float.NegativeInfinity, float.NaN)]
    [TestCase(float.NaN, float.NaN)]
    [TestCase(0, 0)]
    [TestCase(-1e10f, 0)]
    [TestCase(50, 50)]
    public void Special_values_are_exact(float x, float value) => Assert.That(Of(x), Is.EqualTo(value));

    [Test]
    public void Every_register_gives_the_bits_of_the_scalar()
    {
        float[] x = [.. MathUlp.Sweep32(1 << 14, Seed)];
        new Random(Seed).Shuffle(x);
        float[] expected = Array.ConvertAll(x, Of);
        Assert.That(MathUlp.Run<Function, Lane128<float>, float>(x), Is.EqualTo(expected), $"128 bits, seed {Seed}");
        Assert.That(MathUlp.Run<Function, Lane256<float>, float>(x), Is.EqualTo(expected), $"256 bits, seed {Seed}");
        Assert.That(MathUlp.Run<Function, Lane512<float>, float>(x), Is.EqualTo(expected), $"512 bits, seed {Seed}");
    }

    readonly struct Function : IUnaryOperator
    {
        public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Gelu(x);
    }
}
