using Adjoint.Kernels;
using NUnit.Framework;

namespace Adjoint.Tests.Ops;

/// <summary>Random ops: which numbers a generator gives, and how its counter moves.</summary>
[TestFixture]
public sealed class RandomTests
{
    static readonly Key key = Key.FromSeed(42);

    [Test]
    public void Fills_have_the_numbers_that_the_stream_defines()
    {
        var generator = new Generator(key);
        float[] first = generator.Uniform([7]).Read<float>();
        double[] second = generator.Uniform([5], DType.F64).Read<double>();
        long[] third = generator.Integers([6], -5, 12).Read<long>();
        bool[] fourth = generator.Bernoulli([9], 0.3).Read<bool>();
        ulong block = 0;

        // The definition, block by block: 24 bits of each word, 53 of each pair, the product's upper half, and comparison of each word.
        Assert.That(first, Is.EqualTo(Words(ref block, 7, 4).Select(word => (float)((word >> 8) / 16777216.0))));
        Assert.That(second, Is.EqualTo(Words(ref block, 5, 2).Select(word => (word >> 11) / 9007199254740992.0)));
        Assert.That(third, Is.EqualTo(Words(ref block, 6, 2).Select(word => -5 + (long)Math.BigMul(word, 17, out _))));
        Assert.That(fourth, Is.EqualTo(Words(ref block, 9, 4).Select(word => word < Math.Round(0.3 * 4294967296.0))));
        Assert.That(generator.State.Read<long>()[1], Is.EqualTo((long)block));
    }

    static List<ulong> Words(ref ulong block, int count, int perBlock)
    {
        var words = new List<ulong>();
        while (words.Count < count)
        {
            PhiloxBlock b = Philox.Block(new Draw(key.Value), block++);
            if (perBlock == 4) words.AddRange([b.W0, b.W1, b.W2, b.W3]);
            else words.AddRange([((ulong)b.W1 << 32) | b.W0, ((ulong)b.W3 << 32) | b.W2]);
        }

        return words[..count];
    }

    static IEnumerable<TestCaseData> Draws
    {
        get
        {
            yield return new TestCaseData((Func<Generator, Tensor>)(g => g.Uniform([9])), 3L).SetArgDisplayNames("uniform f32");
            yield return new TestCaseData((Func<Generator, Tensor>)(g => g.Uniform([9], DType.F64)), 5L).SetArgDisplayNames("uniform f64");
            yield return new TestCaseData((Func<Generator, Tensor>)(g => g.Normal([8])), 2L).SetArgDisplayNames("normal f32");
            yield return new TestCaseData((Func<Generator, Tensor>)(g => g.Normal([3, 3], DType.F64)), 5L).SetArgDisplayNames("normal f64");
            yield return new TestCaseData((Func<Generator, Tensor>)(g => g.Gumbel([])), 1L).SetArgDisplayNames("gumbel scalar");
            yield return new TestCaseData((Func<Generator, Tensor>)(g => g.Integers([5], 0, 3, DType.I32)), 2L).SetArgDisplayNames("integers i32");
            yield return new TestCaseData((Func<Generator, Tensor>)(g => g.Bernoulli([0], 0.5)), 0L).SetArgDisplayNames("bernoulli of nothing");
            yield return new TestCaseData((Func<Generator, Tensor>)(g => g.Permutation(7)), 4L).SetArgDisplayNames("permutation");
            yield return new TestCaseData((Func<Generator, Tensor>)(g => g.Gamma([3], 0.5)), 3L * GammaLaw.Blocks).SetArgDisplayNames("gamma");
            yield return new TestCaseData((Func<Generator, Tensor>)(g => g.Poisson(Tensor.Full([2], 20, DType.F64))), 2L * PoissonLaw.Blocks).SetArgDisplayNames("poisson");
            yield return new TestCaseData((Func<Generator, Tensor>)(g => g.Categorical(Tensor.Zeros([3, 5]))), 4L).SetArgDisplayNames("categorical f32");
        }
    }

    [TestCaseSource(nameof(Draws))]
    public void Each_draw_moves_the_counter_on_by_the_blocks_it_used(Func<Generator, Tensor> draw, long blocks)
    {
        var generator = new Generator(key);
        draw(generator);
        Assert.That(generator.State.Read<long>()[1], Is.EqualTo(blocks));
    }

    [TestCaseSource(nameof(Draws))]
    public void A_replayed_plan_goes_on_with_the_stream(Func<Generator, Tensor> draw, long blocks)
    {
        var eager = new Generator(key);
        double[][] expected = [OpCase.Read(draw(eager)), OpCase.Read(draw(eager)), OpCase.Read(draw(eager))];
        var recorded = new Generator(key);
        Tensor Draw() => draw(recorded);
        Plan plan = Plan.Record((Func<Tensor>)Draw);
        Assert.That(OpCase.Read(plan.Output), Is.EqualTo(expected[0]));
        plan.Run();
        Assert.That(OpCase.Read(plan.Output), Is.EqualTo(expected[1]));
        plan.Run();
        Assert.That(OpCase.Read(plan.Output), Is.EqualTo(expected[2]));
        Assert.That(recorded.State.Read<long>()[1], Is.EqualTo(3 * blocks));
    }

    [Test]
    public void Normal_and_gumbel_numbers_have_their_moments()
    {
        const int count = 200_000;
        foreach (DType type in (DType[])[DType.F32, DType.F64])
        {
            double[] normal = OpCase.Read(new Generator(key).Normal([count], type)), gumbel = OpCase.Read(new Generator(key).Gumbel([count], type));

            // Four standard errors of each estimate.
            Assert.That(normal.Average(), Is.EqualTo(0).Within(4 / Math.Sqrt(count)));
            Assert.That(normal.Average(x => x * x), Is.EqualTo(1).Within(4 * Math.Sqrt(2.0 / count)));
            Assert.That(normal.Average(x => x * x * x * x), Is.EqualTo(3).Within(4 * Math.Sqrt(96.0 / count)));
            Assert.That(gumbel.Average(), Is.EqualTo(0.5772156649).Within(4 * 1.2825 / Math.Sqrt(count)));
        }
    }

    [TestCase(0.3)]
    [TestCase(1)]
    [TestCase(2.5)]
    [TestCase(400)]
    public void Gamma_numbers_have_their_moments(double shape)
    {
        const int count = 60_000;
        foreach (DType type in (DType[])[DType.F32, DType.F64])
        {
            double[] x = OpCase.Read(new Generator(key).Gamma([count], shape, type));
            double mean = x.Average(), variance = x.Average(v => (v - mean) * (v - mean)), logs = x.Average(Math.Log);

            // Variance of the estimates: shape, of the variance from the fourth moment 3α² + 6α, and of log x, ψ'(α).
            Assert.That(x, Is.All.GreaterThan(0));
            Assert.That(mean, Is.EqualTo(shape).Within(4 * Math.Sqrt(shape / count)));
            Assert.That(variance, Is.EqualTo(shape).Within(5 * Math.Sqrt(((2 * shape * shape) + (6 * shape)) / count)));
            Assert.That(logs, Is.EqualTo(SpecialFunctions.Polygamma(0, shape)).Within(4 * Math.Sqrt(SpecialFunctions.Polygamma(1, shape) / count)));
        }
    }

    [TestCase(0)]
    [TestCase(0.4)]
    [TestCase(9.9)]
    [TestCase(10)]
    [TestCase(130)]
    [TestCase(1e7)]
    public void Poisson_counts_have_the_law_of_their_mean(double rate)
    {
        const int count = 60_000;
        double[] x = OpCase.Read(new Generator(key).Poisson(Tensor.Full([count], rate, DType.F64)));
        double mean = x.Average(), variance = x.Average(v => (v - mean) * (v - mean));
        Assert.That(x, Is.EqualTo(Array.ConvertAll(x, Math.Floor)));
        Assert.That(x, Is.All.GreaterThanOrEqualTo(0));
        Assert.That(mean, Is.EqualTo(rate).Within(4 * Math.Sqrt(rate / count)));
        Assert.That(variance, Is.EqualTo(rate).Within(5 * Math.Sqrt(((2 * rate * rate) + rate) / count)));
        if (rate is 0 or > 200) return;

        // Kolmogorov's distance to the sum of e^-λ λ^k/k!; a millionth at 2.69.
        double sum = 0, worst = 0;
        for (int k = 0; k < rate + (12 * Math.Sqrt(rate)) + 12; k++)
        {
            sum += Math.Exp((k * Math.Log(rate)) - rate - SpecialFunctions.LogGamma(k + 1));
            worst = Math.Max(worst, Math.Abs((x.Count(v => v <= k) / (double)count) - sum));
        }

        Assert.That(worst * Math.Sqrt(count), Is.LessThan(2.69));
    }

    [Test]
    public void Parameters_outside_the_law_give_nan()
    {
        Assert.That(new Generator(key).Gamma(Tensor.From<double>([-1, 0, double.NaN])).Read<double>(), Is.All.NaN);
        Assert.That(new Generator(key).Poisson(Tensor.From<float>([-1, float.NaN])).Read<float>(), Is.All.NaN);
        Assert.Throws<SettingException>(() => new Generator(key).Gamma([2], 0));
        Assert.Throws<DTypeException>(() => new Generator(key).Poisson(Tensor.From<long>([1])));
    }

    [Test]
    public void Composed_laws_have_their_moments()
    {
        const int count = 100_000;
        double[] signs = OpCase.Read(new Generator(key).Rademacher([count])), exponential = OpCase.Read(new Generator(key).Exponential([count], DType.F64));
        double[] laplace = OpCase.Read(new Generator(key).Laplace([count], DType.F64)), quartic = OpCase.Read(new Generator(key).GeneralizedLaplace([count], 4, DType.F64));
        Assert.That(signs.Distinct().Order(), Is.EqualTo(new double[] { -1, 1 }));
        Assert.That(signs.Average(), Is.EqualTo(0).Within(4 / Math.Sqrt(count)));
        Assert.That(exponential, Is.All.GreaterThanOrEqualTo(0));
        Assert.That(exponential.Average(), Is.EqualTo(1).Within(4 / Math.Sqrt(count)));
        Assert.That(laplace.Average(x => x * x), Is.EqualTo(2).Within(4 * Math.Sqrt(20.0 / count)));

        // E|v|⁴ is 1/4 and its variance 1/4, as |v|⁴ is a gamma number of shape ¼.
        Assert.That(quartic.Average(x => x * x * x * x), Is.EqualTo(0.25).Within(4 * Math.Sqrt(0.25 / count)));
        Assert.That(quartic.Average(), Is.EqualTo(0).Within(4 / Math.Sqrt(count)));
    }

    [Test]
    public void A_permutation_holds_each_number_once_and_follows_the_key()
    {
        long[] order = new Generator(key).Permutation(1000).Read<long>(), again = new Generator(key).Permutation(1000).Read<long>();
        Assert.That(order.Order(), Is.EqualTo(Enumerable.Range(0, 1000).Select(i => (long)i)));
        Assert.That(order, Is.EqualTo(again));
        Assert.That(order, Is.Not.EqualTo(new Generator(key.Split(1)).Permutation(1000).Read<long>()));
        Assert.That(new Generator(key).Permutation(0).Count, Is.Zero);
    }

    [Test]
    public void Categorical_frequencies_follow_the_softmax()
    {
        const int draws = 40_000;
        Tensor logits = Tensor.From([0.0, 1, double.NegativeInfinity, -1]).Expand([draws, 4]);
        long[] classes = new Generator(key).Categorical(logits).Read<long>();
        double sum = 1 + Math.E + (1 / Math.E);
        double[] expected = [1 / sum, Math.E / sum, 0, 1 / Math.E / sum];
        for (int c = 0; c < 4; c++)
            Assert.That(classes.Count(x => x == c) / (double)draws, Is.EqualTo(expected[c]).Within(4 * Math.Sqrt(0.25 / draws)));
        Assert.That(new Generator(key).Categorical(Tensor.Full([2, 3], double.NegativeInfinity)).Read<long>(), Is.EqualTo(new long[] { -1, -1 }));
    }

    [Test]
    public void The_same_key_gives_the_same_bits_on_any_number_of_threads()
    {
        int threads = Settings.Threads;
        try
        {
            var all = new List<float[]>();
            foreach (int count in (int[])[1, 2, 3])
            {
                Settings.Threads = count;
                all.Add(new Generator(key).Normal([50_001]).Read<float>());
            }

            Assert.That(all[1], Is.EqualTo(all[0]));
            Assert.That(all[2], Is.EqualTo(all[0]));
        }
        finally
        {
            Settings.Threads = threads;
        }
    }

    [Test]
    public void Split_keys_give_unrelated_numbers()
    {
        double[] a = new Generator(key.Split(0)).Normal([20_000], DType.F64).Read<double>(), b = new Generator(key.Split("noise")).Normal([20_000], DType.F64).Read<double>();
        Assert.That(a.Zip(b, (x, y) => x * y).Average(), Is.EqualTo(0).Within(4 / Math.Sqrt(20_000)));
    }
}
