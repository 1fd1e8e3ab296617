using Adjoint.Kernels;
using NUnit.Framework;

namespace Adjoint.Tests;

public class MathPowTests
{
    const double Infinity = double.PositiveInfinity, NaN = double.NaN;
    const int Seed = 5;

    static readonly double[] Corners =
        [0, -0.0, 1, -1, 0.5, -0.5, 2, -2, 3, -3, 2.5, -2.5, 1e30, -1e30, 1e-30, -1e-30, Infinity, -Infinity, NaN, 1048577, 16777217];

    static double Pow(double x, double y) => Elementary.Pow(new Scalar64(x), new(y)).Value;

    static float Pow(float x, float y) => Elementary.Pow(new Scalar32(x), new(y)).Value;

    [Test]
    public void Every_pair_of_special_operands_follows_the_standard_as_the_platform_does()
    {
        foreach (double x in Corners)
        {
            foreach (double y in Corners)
            {
                double expected = Math.Pow(x, y);
                double actual = Pow(x, y);
                if (!double.IsNaN(expected)) Assert.That(double.IsNegative(actual), Is.EqualTo(double.IsNegative(expected)), $"{x:R}^{y:R}");
                Assert.That(MathUlp.Of64(actual, expected), Is.LessThanOrEqualTo(1.0), $"{x:R}^{y:R}");
                float single = MathF.Pow((float)x, (float)y);
                Assert.That(MathUlp.Of32(Pow((float)x, (float)y), single), Is.LessThanOrEqualTo(1.0), $"f32 {x:R}^{y:R}");
            }
        }
    }

    [TestCase(0.0, -3.0, Infinity)]
    [TestCase(-0.0, -3.0, -Infinity)]
    [TestCase(-0.0, -2.0, Infinity)]
    [TestCase(-0.0, 3.0, -0.0)]
    [TestCase(-0.0, 0.5, 0.0)]
    [TestCase(-Infinity, 3.0, -Infinity)]
    [TestCase(-Infinity, 0.5, Infinity)]
    [TestCase(-Infinity, -3.0, -0.0)]
    [TestCase(-1.0, Infinity, 1.0)]
    [TestCase(NaN, 0.0, 1.0)]
    [TestCase(1.0, NaN, 1.0)]
    [TestCase(-8.0, 1.0 / 3.0, NaN)]
    [TestCase(-3.0, 3.0, -27.0)]
    [TestCase(2.0, -1074.0, double.Epsilon)]
    [TestCase(0.5, Infinity, 0.0)]
    [TestCase(0.5, -Infinity, Infinity)]
    public void Special_cases_have_the_values_of_the_standard(double x, double y, double expected)
    {
        double actual = Pow(x, y);
        Assert.That(actual, Is.EqualTo(expected));
        if (!double.IsNaN(expected)) Assert.That(double.IsNegative(actual), Is.EqualTo(double.IsNegative(expected)));
    }

    [Test]
    public void F64_stays_within_one_ulp_of_correctly_rounded_values()
    {
        var rows = MathUlp.Reference("Pow");
        Assert.That(rows, Has.Count.GreaterThan(300));
        double worst = rows.Max(row => MathUlp.Of64(Pow(row.X, row.Y), row.Value));
        TestContext.Out.WriteLine($"Pow f64: {worst:F2} ulp");
        Assert.That(worst, Is.LessThanOrEqualTo(1.0));
    }

    [Test]
    public void F32_stays_within_its_bound_of_f64_from_underflow_to_overflow()
    {
        var random = new Random(Seed);
        double worst = 0;
        (float, float) at = default;
        foreach (float pattern in MathUlp.Sweep32(1 << 22, Seed))
        {
            float x = random.Next(2) == 0 ? 0.5f + (1.5f * random.NextSingle()) : MathF.Abs(pattern);
            float y = (float)(((random.NextDouble() * 280) - 150) / Math.Log2(x));
            double ulp = MathUlp.Of32(Pow(x, y), Pow((double)x, y));
            if (ulp > worst) (worst, at) = (ulp, (x, y));
        }

        TestContext.Out.WriteLine($"Pow f32: {worst:F2} ulp at {at}, seed {Seed}");
        Assert.That(worst, Is.LessThanOrEqualTo(1.3), $"at {at}, seed {Seed}");
    }

    [Test]
    public void Every_register_gives_the_bits_of_the_scalar()
    {
        var random = new Random(Seed);
        var pairs = Corners.SelectMany(x => Corners.Select(y => (X: x, Y: y)))
            .Concat(Enumerable.Range(0, 20000).Select(_ =>
                (X: Math.Exp((random.NextDouble() * 60) - 30) * (random.Next(4) - 1),
                 Y: Math.Round((random.NextDouble() * 40) - 20, random.Next(3)))))
            .ToArray();
        random.Shuffle(pairs);
        pairs = pairs[..(pairs.Length / 16 * 16)];
        double[] x = [.. pairs.Select(p => p.X)], y = [.. pairs.Select(p => p.Y)];
        float[] x32 = [.. x.Select(v => (float)v)], y32 = [.. y.Select(v => (float)v)];
        long[] expected = [.. x.Zip(y, (a, b) => Bits(Pow(a, b)))];
        long[] expected32 = [.. x32.Zip(y32, (a, b) => Bits(Pow(a, b)))];
        Assert.Multiple(() =>
        {
            Assert.That(Run<Lane128<double>, double>(x, y).Select(Bits), Is.EqualTo(expected), $"seed {Seed}");
            Assert.That(Run<Lane256<double>, double>(x, y).Select(Bits), Is.EqualTo(expected), $"seed {Seed}");
            Assert.That(Run<Lane512<double>, double>(x, y).Select(Bits), Is.EqualTo(expected), $"seed {Seed}");
            Assert.That(Run<Lane128<float>, float>(x32, y32).Select(v => Bits(v)), Is.EqualTo(expected32), $"seed {Seed}");
            Assert.That(Run<Lane256<float>, float>(x32, y32).Select(v => Bits(v)), Is.EqualTo(expected32), $"seed {Seed}");
            Assert.That(Run<Lane512<float>, float>(x32, y32).Select(v => Bits(v)), Is.EqualTo(expected32), $"seed {Seed}");
        });
    }

    /// <summary>The bits of a number, the same for all NaN; f32 go through f64 without loss.</summary>
    static long Bits(double x) => double.IsNaN(x) ? long.MinValue + 1 : BitConverter.DoubleToInt64Bits(x);

    static T[] Run<V, T>(T[] x, T[] y)
        where V : struct, IRegister<V, T>
        where T : unmanaged
    {
        var result = new T[x.Length];
        for (int i = 0; i < x.Length; i += V.Count) V.Store(Elementary.Pow(V.Load(in x[i]), V.Load(in y[i])), ref result[i]);
        return result;
    }
}
