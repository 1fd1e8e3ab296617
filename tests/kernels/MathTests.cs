using Adjoint.Kernels;
using NUnit.Framework;

namespace Adjoint.Tests;

[TestFixture(typeof(ExpFunction))]
[TestFixture(typeof(Expm1Function))]
[TestFixture(typeof(LogFunction))]
[TestFixture(typeof(Log1PFunction))]
[TestFixture(typeof(SinFunction))]
[TestFixture(typeof(CosFunction))]
[TestFixture(typeof(TanhFunction))]
[TestFixture(typeof(SigmoidFunction))]
[TestFixture(typeof(SoftplusFunction))]
[TestFixture(typeof(ErfFunction))]
[TestFixture(typeof(NormalCdfFunction))]
[TestFixture(typeof(LogNormalCdfFunction))]
[TestFixture(typeof(AsinFunction))]
[TestFixture(typeof(AcosFunction))]
[TestFixture(typeof(AtanFunction))]
[TestFixture(typeof(SinhFunction))]
[TestFixture(typeof(CoshFunction))]
[TestFixture(typeof(ErfcFunction))]
[TestFixture(typeof(ErfcxFunction))]
public class MathTests<TFunction> where TFunction : struct, ITestedFunction
{
    const int Seed = 20240229;

    static double Of(double x) => default(TFunction).Apply(new Scalar64(x)).Value;

    static float Of(float x) => default(TFunction).Apply(new Scalar32(x)).Value;

    [Test]
    public void Special_values_are_exact_in_both_precisions()
    {
        foreach ((double x, double value) in TFunction.Exact)
        {
            Assert.That(Sign(Of(x)), Is.EqualTo(Sign(value)), $"f64 at {x:R}");
            Assert.That(Sign(Of((float)x)), Is.EqualTo(Sign((float)value)), $"f32 at {x:R}");
        }
    }

    [Test]
    public void F64_stays_within_its_bound_of_correctly_rounded_values()
    {
        var rows = MathUlp.Reference(TFunction.Name);
        Assert.That(rows, Has.Count.GreaterThan(100));
        double worst = 0, at = 0;
        foreach ((double x, _, double value) in rows)
        {
            double ulp = MathUlp.Of64(Of(x), value);
            if (ulp > worst) (worst, at) = (ulp, x);
        }

        TestContext.Out.WriteLine($"{TFunction.Name} f64: {worst:F2} ulp at {at:R}");
        Assert.That(worst, Is.LessThanOrEqualTo(TFunction.Ulp64), $"at {at:R}");
    }

    [Test]
    public void F32_stays_within_its_bound_of_f64_over_all_exponents()
    {
        double worst = 0;
        float at = 0;
        foreach (float x in MathUlp.Sweep32(1 << 22, Seed))
        {
            double ulp = MathUlp.Of32(Of(x), Of((double)x));
            if (ulp > worst) (worst, at) = (ulp, x);
        }

        TestContext.Out.WriteLine($"{TFunction.Name} f32: {worst:F2} ulp at {at:R}, seed {Seed}");
        Assert.That(worst, Is.LessThanOrEqualTo(TFunction.Ulp32), $"at {at:R}, seed {Seed}");
    }

    [Test]
    public void Every_f32_register_gives_the_bits_of_the_scalar()
    {
        // Shuffled, so that one register holds ordinary numbers beside those which take a slow path.
        float[] x = [.. MathUlp.Sweep32(1 << 14, Seed), .. TFunction.Exact.SelectMany(e => Enumerable.Repeat((float)e.X, 16))];
        new Random(Seed).Shuffle(x);
        float[] expected = [.. x.Select(Of)];
        Assert.Multiple(() =>
        {
            Assert.That(Differing(x, expected, MathUlp.Run<TFunction, Lane128<float>, float>(x)), Is.Empty, $"128 bits, seed {Seed}");
            Assert.That(Differing(x, expected, MathUlp.Run<TFunction, Lane256<float>, float>(x)), Is.Empty, $"256 bits, seed {Seed}");
            Assert.That(Differing(x, expected, MathUlp.Run<TFunction, Lane512<float>, float>(x)), Is.Empty, $"512 bits, seed {Seed}");
        });
    }

    [Test]
    public void Every_f64_register_gives_the_bits_of_the_scalar()
    {
        var random = new Random(Seed);
        double[] x =
        [
            .. Enumerable.Range(0, 1 << 13).Select(_ => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue))),
            .. Enumerable.Range(0, 1 << 13).Select(_ => (random.NextDouble() * 1600) - 800),
            .. TFunction.Exact.SelectMany(e => Enumerable.Repeat(e.X, 8)),
        ];
        random.Shuffle(x);
        double[] expected = [.. x.Select(Of)];
        Assert.Multiple(() =>
        {
            Assert.That(Differing(x, expected, MathUlp.Run<TFunction, Lane128<double>, double>(x)), Is.Empty, $"128 bits, seed {Seed}");
            Assert.That(Differing(x, expected, MathUlp.Run<TFunction, Lane256<double>, double>(x)), Is.Empty, $"256 bits, seed {Seed}");
            Assert.That(Differing(x, expected, MathUlp.Run<TFunction, Lane512<double>, double>(x)), Is.Empty, $"512 bits, seed {Seed}");
        });
    }

    [Test]
    public void A_pair_of_registers_gives_the_bits_of_each()
    {
        float[] x = [.. MathUlp.Sweep32(1 << 13, Seed), .. TFunction.Exact.SelectMany(e => Enumerable.Repeat((float)e.X, 16))];
        new Random(Seed).Shuffle(x);
        var pairs = new float[x.Length];
        for (int i = 0; i + (2 * Lane256<float>.Count) <= x.Length; i += 2 * Lane256<float>.Count)
        {
            var y = default(TFunction).Apply(new Pair<Lane256<float>>(Lane256<float>.Load(ref x[i]), Lane256<float>.Load(ref x[i + Lane256<float>.Count])));
            Lane256<float>.Store(y.First, ref pairs[i]);
            Lane256<float>.Store(y.Second, ref pairs[i + Lane256<float>.Count]);
        }

        int whole = x.Length / (2 * Lane256<float>.Count) * 2 * Lane256<float>.Count;
        Assert.That(Differing(x[..whole], [.. x[..whole].Select(Of)], pairs[..whole]), Is.Empty, $"seed {Seed}");
    }

    /// <summary>The arguments at which two arrays differ in a bit; all NaN count as the same.</summary>
    static List<T> Differing<T>(T[] x, T[] expected, T[] actual) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        var different = new List<T>();
        for (int i = 0; i < x.Length; i++)
        {
            bool same = expected[i] == actual[i] && T.IsNegative(expected[i]) == T.IsNegative(actual[i]);
            if (!same && !(T.IsNaN(expected[i]) && T.IsNaN(actual[i]))) different.Add(x[i]);
        }

        return different;
    }

    /// <summary>A form of a number that tells -0 from 0 and finds all NaN equal.</summary>
    static (double, bool) Sign(double x) => (x, !double.IsNaN(x) && double.IsNegative(x));
}
