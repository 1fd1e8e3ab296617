using Adjoint.Kernels;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>Flat updates: the same bits at every register width, an average moved along as in a pass of its own, and sums of squares.</summary>
[TestFixture]
public sealed unsafe class UpdateTests
{
    // Several blocks, whole registers of every width and a tail.
    const int Count = 3 * 256 + 64 + 13;

    [Test]
    public void Every_width_gives_the_same_bits([Values(0, 0.01, 0.75)] double weight)
    {
        int seed = Seeds.Fresh();
        AssertWidths<AdamRule, float>(seed, new AdamRule(0.7, 0, 1, 0.9, 0.999, 0.01, 1.3, 1e-8), weight);
        AssertWidths<AdamRule, double>(seed, new AdamRule(0.7, 0, 1, 0.9, 0.999, 0.01, 1.3, 1e-8), weight);
        AssertWidths<AdamRule, float>(seed, new AdamRule(0.7, 0.1, 0.99, 0.9, 0.999, 0.01, 1.3, 1e-8), weight);
        AssertWidths<SgdRule, float>(seed, new SgdRule(0.7, 0.1, 0.01), weight);
        AssertWidths<MomentumRule, float>(seed, new MomentumRule(0.7, 0.1, 0.01, 0.9), weight);
        AssertWidths<NesterovRule, double>(seed, new NesterovRule(0.7, 0.1, 0.01, 0.9), weight);
        AssertWidths<AverageRule, float>(seed, new AverageRule(0.2), weight);
        AssertWidths<AverageRule, float>(seed, new AverageRule(0.8), weight);
    }

    [Test]
    public void States_without_a_gradient_end_at_zero_and_not_among_subnormal_numbers()
    {
        AssertEnds<AdamRule, float>(new AdamRule(1, 0, 1, 0.9, 0.99, 0.01, 1.3, 1e-8), 1e-36);
        AssertEnds<AdamRule, double>(new AdamRule(1, 0, 0.99, 0.9, 0.99, 0.01, 1.3, 1e-8), 1e-306);
        AssertEnds<MomentumRule, float>(new MomentumRule(1, 0, 0.01, 0.9), 1e-36);
        AssertEnds<NesterovRule, float>(new NesterovRule(1, 0, 0.01, 0.9), 1e-36);
        AssertEnds<LionRule, float>(new LionRule(1, 1, 0.9, 0.99, 0), 1e-36);
        AssertEnds<RmsPropRule, float>(new RmsPropRule(1, 0, 0.01, 0.99, 1e-8), 1e-36);
        AssertEnds<RmsPropMomentumRule, float>(new RmsPropMomentumRule(1, 0, 0.01, 0.99, 1e-8, 0.9), 1e-36);
        AssertEnds<RmsPropCentredRule, double>(new RmsPropCentredRule(1, 0, 0.01, 0.99, 1e-8), 1e-306);
    }

    static void AssertEnds<TRule, T>(TRule rule, double start)
        where TRule : struct, IUpdateRule
        where T : unmanaged, System.Numerics.INumber<T>
    {
        var numbers = new T[4 * Count];
        for (int i = 0; i < Count; i++) numbers[(2 * Count) + i] = numbers[(3 * Count) + i] = T.CreateTruncating(start * (1 + i));
        fixed (T* x = numbers)
        {
            for (int step = 0; step < 1200; step++)
            {
                UpdateKernel.Run(rule, new UpdateBuffers<T>(x, x + Count, x + (2 * Count), x + (3 * Count)), Count);
                for (int i = 2 * Count; i < numbers.Length; i++)
                {
                    if (T.IsSubnormal(numbers[i])) Assert.Fail($"{typeof(TRule).Name}, step {step}: {numbers[i]}");
                }
            }
        }

        // A rule without a second state leaves that as it was.
        Assert.That(numbers[(2 * Count)..(3 * Count)], Is.All.EqualTo(T.Zero), typeof(TRule).Name);
        Assert.That(numbers[3 * Count], Is.EqualTo(T.Zero).Or.EqualTo(T.CreateTruncating(start)));
        Assert.That(numbers[..Count], Is.All.Matches<T>(static one => T.Abs(one) < T.One));
    }

    static void AssertWidths<TRule, T>(int seed, TRule rule, double weight)
        where TRule : struct, IUpdateRule
        where T : unmanaged, System.Numerics.INumber<T>
    {
        T[] narrow = Run<TRule, T, Lane128<T>>(seed, rule, weight);
        Assert.That(Run<TRule, T, Lane256<T>>(seed, rule, weight), Is.EqualTo(narrow), typeof(TRule).Name);
        Assert.That(Run<TRule, T, Lane512<T>>(seed, rule, weight), Is.EqualTo(narrow), typeof(TRule).Name);

        // A source in two parts is their sum, and lines that are claimed keep what they hold.
        Assert.That(Run<TRule, T, Lane256<T>>(seed, rule, weight, isSum: true), Is.EqualTo(narrow), $"{typeof(TRule).Name}, sum");

        // What the pass leaves in the average is what a second pass would.
        T[] apart = Run<TRule, T, Lane256<T>>(seed, rule, 0);
        Assert.That(narrow[..(4 * Count)], Is.EqualTo(apart[..(4 * Count)]));
        if (weight == 0) return;
        fixed (T* x = apart)
            new AverageRule(weight).Run<T, Lane256<T>>(new UpdateBuffers<T>(x + (4 * Count), x, null, null), 0, Count);
        Assert.That(narrow, Is.EqualTo(apart), $"{typeof(TRule).Name}, average");
    }

    // Target, source, first, second and average, one behind the other; without a weight the average is left.
    static T[] Run<TRule, T, V>(int seed, TRule rule, double weight, bool isSum = false)
        where TRule : struct, IUpdateRule
        where T : unmanaged, System.Numerics.INumber<T>
        where V : struct, IRegister<V, T>
    {
        var random = new Random(seed);
        var numbers = new T[5 * Count];
        for (int i = 0; i < numbers.Length; i++) numbers[i] = T.CreateTruncating(random.NextDouble());
        T[] summands = new T[2 * Count];
        for (int i = 0; i < Count; i++)
        {
            // A multiple of a power of two close to the whole, so that the rest and the sum are exact.
            summands[i] = T.CreateTruncating(Math.Floor(double.CreateChecked(numbers[Count + i]) * 256) / 256);
            summands[Count + i] = numbers[Count + i] - summands[i];
        }

        fixed (T* x = numbers, parts = summands)
        {
            var buffers = new UpdateBuffers<T>(x, isSum ? parts : x + Count, x + (2 * Count), x + (3 * Count)) { Addend = isSum ? parts + Count : null, Average = weight == 0 ? null : x + (4 * Count), AverageWeight = weight };

            // Ends that fall inside of registers.
            rule.Run<T, V>(in buffers, 0, 21);
            rule.Run<T, V>(in buffers, 21, Count);
        }

        return numbers;
    }

    [TestCase(0)]
    [TestCase(31)]
    [TestCase(16384)]
    [TestCase(100_001)]
    public void A_sum_of_squares_is_that_of_f64_for_any_number_of_threads(int count)
    {
        int seed = Seeds.Fresh();
        var random = new Random(seed);
        var (singles, doubles) = (new float[count + 1], new double[count + 1]);
        double expected = 0;
        for (int i = 0; i < count; i++)
        {
            singles[i] = random.NextSingle() - 0.5f;
            doubles[i] = singles[i];
            expected += doubles[i] * doubles[i];
        }

        int threads = Workers.Threads;
        try
        {
            var sums = new HashSet<double>();
            for (int i = 1; i <= 3; i++)
            {
                Workers.Threads = i;
                fixed (float* x = singles) sums.Add(SquareSum.Run(x, count));
                fixed (double* x = doubles) Assert.That(SquareSum.Run(x, count), Is.EqualTo(expected).Within(1e-11 * expected));
            }

            Assert.That(sums, Has.Count.EqualTo(1));
            Assert.That(sums.Single(), Is.EqualTo(expected).Within(1e-5 * expected));
        }
        finally
        {
            Workers.Threads = threads;
        }
    }
}
