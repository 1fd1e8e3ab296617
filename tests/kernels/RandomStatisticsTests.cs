using Adjoint.Kernels;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>
/// Distributions at fixed keys. Bounds are five standard deviations, or quantiles that a right sampler exceeds once in a million keys.
/// </summary>
[TestFixture]
public sealed class RandomStatisticsTests
{
    const int Count = 200_000;

    // Kolmogorov's limit law: P(√n·D > x) ≈ 2·exp(-2x²), a millionth at 2.69.
    const double KolmogorovBound = 2.69;

    static readonly ulong[] Keys = [1, 42, 0xDEAD_BEEF_0000_0001];

    [TestCaseSource(nameof(Keys))]
    public void Uniforms_fill_the_unit_interval_evenly(ulong key)
    {
        var (singles, doubles) = (new float[Count], new double[Count]);
        RandomKernels.Uniform(singles, new Draw(key));
        RandomKernels.Uniform(doubles, new Draw(key));
        Assert.That(Array.ConvertAll(singles, x => (double)x), Is.All.InRange(0, 1 - 1.0 / (1 << 24)));
        Assert.That(Kolmogorov(Array.ConvertAll(singles, x => (double)x), x => x), Is.LessThan(KolmogorovBound), $"key {key}");
        Assert.That(Kolmogorov(doubles, x => x), Is.LessThan(KolmogorovBound), $"key {key}");
        Assert.That(doubles.Average(), Is.EqualTo(0.5).Within(5 / Math.Sqrt(12.0 * Count)));
    }

    [TestCaseSource(nameof(Keys))]
    public void Normals_follow_the_normal_law(ulong key)
    {
        var (singles, doubles) = (new float[Count], new double[Count]);
        RandomKernels.Normal(singles, new Draw(key));
        RandomKernels.Normal(doubles, new Draw(key));
        AssertNormal(Array.ConvertAll(singles, x => (double)x));
        AssertNormal(doubles);

        void AssertNormal(double[] z)
        {
            double deviation = 1 / Math.Sqrt(z.Length), products = 0;
            for (int i = 0; i < z.Length; i += 2) products += z[i] * z[i + 1];
            Assert.Multiple(() =>
            {
                Assert.That(z.Average(), Is.EqualTo(0).Within(5 * deviation), $"mean, key {key}");
                Assert.That(z.Average(x => x * x), Is.EqualTo(1).Within(5 * Math.Sqrt(2) * deviation), $"variance, key {key}");
                Assert.That(z.Average(x => x * x * x), Is.EqualTo(0).Within(5 * Math.Sqrt(15) * deviation), $"third moment, key {key}");
                Assert.That(z.Average(x => x * x * x * x), Is.EqualTo(3).Within(5 * Math.Sqrt(96) * deviation), $"fourth moment, key {key}");
                Assert.That(products / (z.Length / 2), Is.EqualTo(0).Within(5 * Math.Sqrt(2) * deviation), $"correlation in pairs, key {key}");
                Assert.That(Kolmogorov(z, NormalCdf), Is.LessThan(KolmogorovBound), $"key {key}");
            });
        }
    }

    [TestCaseSource(nameof(Keys))]
    public void Gumbels_follow_the_Gumbel_law(ulong key)
    {
        var (singles, doubles) = (new float[Count], new double[Count]);
        RandomKernels.Gumbel(singles, new Draw(key));
        RandomKernels.Gumbel(doubles, new Draw(key));
        Assert.That(Kolmogorov(Array.ConvertAll(singles, x => (double)x), x => Math.Exp(-Math.Exp(-x))), Is.LessThan(KolmogorovBound), $"key {key}");
        Assert.That(Kolmogorov(doubles, x => Math.Exp(-Math.Exp(-x))), Is.LessThan(KolmogorovBound), $"key {key}");
    }

    [TestCaseSource(nameof(Keys))]
    public void Integers_are_equally_likely(ulong key)
    {
        var (integers, longs) = (new int[Count], new long[Count]);
        RandomKernels.Integers(integers, -3, 14, new Draw(key));
        RandomKernels.Integers(longs, -3, 14, new Draw(key));
        var equal = Enumerable.Repeat(1.0 / 17, 17).ToArray();
        Assert.That(ChiSquare(integers.Select(x => (long)x + 3), equal), Is.LessThan(ChiSquareBound(16)), $"key {key}");
        Assert.That(ChiSquare(longs.Select(x => x + 3), equal), Is.LessThan(ChiSquareBound(16)), $"key {key}");
    }

    [TestCase(0.0)]
    [TestCase(0.001)]
    [TestCase(0.3)]
    [TestCase(1.0)]
    public void Bernoulli_has_its_share_of_ones(double probability)
    {
        var mask = new bool[Count];
        RandomKernels.Bernoulli(mask, probability, new Draw(7));
        double share = mask.Count(x => x) / (double)Count;
        Assert.That(share, Is.EqualTo(probability).Within(5 * Math.Sqrt(probability * (1 - probability) / Count)));
    }

    [TestCaseSource(nameof(Keys))]
    public void Categorical_follows_weights_and_logits(ulong key)
    {
        double[] weights = [0, 3, 0.5, 0, 1, 2.5, 0];
        double total = weights.Sum();
        double[] shares = [.. weights.Where(w => w > 0).Select(w => w / total)];
        int rows = Count / 4;
        double[] table = [.. Enumerable.Repeat(weights, rows).SelectMany(w => w)];
        double[] logits = [.. table.Select(w => Math.Log(w) - 1.5)];

        long[] places = [-1, 0, 1, -1, 2, 3, -1];
        AssertShares(Drawn(indices => Categorical.FromWeights<double>(table, indices, 7, new Draw(key))), "f64 weights");
        AssertShares(Drawn(indices => Categorical.FromWeights<float>(Singles(table), indices, 7, new Draw(key))), "f32 weights");
        AssertShares(Drawn(indices => Categorical.FromLogits(logits, indices, 7, new Draw(key))), "f64 logits");
        AssertShares(Drawn(indices => Categorical.FromLogits(Singles(logits), indices, 7, new Draw(key))), "f32 logits");

        long[] Drawn(Action<long[]> draw)
        {
            var indices = new long[rows];
            draw(indices);
            return indices;
        }

        void AssertShares(long[] indices, string what)
        {
            Assert.That(indices.Select(i => places[i]), Has.None.EqualTo(-1), $"columns without weight, {what}, key {key}");
            Assert.That(ChiSquare(indices.Select(i => places[i]), shares), Is.LessThan(ChiSquareBound(3)), $"{what}, key {key}");
        }
    }

    [Test]
    public void Categorical_rows_do_not_depend_on_how_they_are_split_over_threads()
    {
        const int Rows = 301, Columns = 7;
        var (table, whole, pieces) = (new float[Rows * Columns], new long[Rows], new long[Rows]);
        RandomKernels.Uniform(table, new Draw(3));
        foreach (bool logits in new[] { false, true })
        {
            Sample(0, Rows, whole);
            for (int from = 0, step = 1; from < Rows; from += step++) Sample(from, Math.Min(step, Rows - from), pieces);
            Assert.That(pieces, Is.EqualTo(whole));

            void Sample(int from, int count, long[] target)
            {
                var part = table.AsSpan(from * Columns, count * Columns);
                if (logits) Categorical.FromLogits(part, target.AsSpan(from, count), Columns, new Draw(4), from);
                else Categorical.FromWeights<float>(part, target.AsSpan(from, count), Columns, new Draw(4), from);
            }
        }
    }

    [Test]
    public void Categorical_answers_none_for_rows_that_offer_nothing()
    {
        var indices = new long[4];
        Categorical.FromWeights<float>([0, 0, 0, 2, float.NaN, 1, float.PositiveInfinity, 1], indices, 2, new Draw(9));
        Assert.That(indices, Is.EqualTo(new[] { Categorical.None, 1, Categorical.None, Categorical.None }));

        const float Impossible = float.NegativeInfinity;
        Categorical.FromLogits([Impossible, Impossible, Impossible, -80, float.NaN, 1, float.PositiveInfinity, 1], indices, 2, new Draw(9));
        Assert.That(indices, Is.EqualTo(new[] { Categorical.None, 1L, 1, 0 }));

        Categorical.FromLogits(ReadOnlySpan<float>.Empty, indices, 0, new Draw(9));
        Assert.That(indices, Is.All.EqualTo(Categorical.None));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(1000)]
    [TestCase(65537)]
    public void Permutation_sorts_indices_by_the_elements_of_the_draw(int n)
    {
        var (order, keys) = (new long[n], new ulong[n]);
        Permutation.Shuffle(order, new ulong[Permutation.WorkspaceLength(n)], new Draw(11));
        RandomKernels.Bits64(keys, new Draw(11));
        Assert.That(order, Is.EqualTo(Enumerable.Range(0, n).Select(i => (long)i).OrderBy(i => keys[i])));
    }

    [TestCaseSource(nameof(Keys))]
    public void Every_permutation_of_four_is_equally_likely(ulong key)
    {
        var (order, workspace) = (new long[4], new ulong[8]);
        var ranks = new List<long>();
        for (int trial = 0; trial < Count / 4; trial++)
        {
            Permutation.Shuffle(order, workspace, new Draw(key).Skip((ulong)trial * Draw.BlocksOf64(4)));
            long rank = 0;
            for (int i = 0; i < 4; i++) rank = rank * (4 - i) + order.AsSpan(i + 1).ToArray().Count(x => x < order[i]);
            ranks.Add(rank);
        }

        Assert.That(ChiSquare(ranks, [.. Enumerable.Repeat(1.0 / 24, 24)]), Is.LessThan(ChiSquareBound(23)), $"key {key}");
    }

    static float[] Singles(double[] x) => Array.ConvertAll(x, v => (float)v);

    /// <summary>√n times the greatest distance between the sample's distribution function and the law's.</summary>
    static double Kolmogorov(double[] sample, Func<double, double> cdf)
    {
        var sorted = sample.Order().ToArray();
        double distance = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            double p = cdf(sorted[i]);
            distance = Math.Max(distance, Math.Max(p - (double)i / sorted.Length, (i + 1.0) / sorted.Length - p));
        }

        return Math.Sqrt(sorted.Length) * distance;
    }

    static double ChiSquare(IEnumerable<long> values, double[] shares)
    {
        var counts = new double[shares.Length];
        double total = 0;
        foreach (long value in values)
        {
            counts[value]++;
            total++;
        }

        return counts.Zip(shares, (count, share) => (count - total * share) * (count - total * share) / (total * share)).Sum();
    }

    /// <summary>The one-in-a-million quantile by the cube-root approximation of Wilson and Hilferty (1931).</summary>
    static double ChiSquareBound(int freedom)
    {
        double spread = 2.0 / (9 * freedom);
        return freedom * Math.Pow(1 - spread + 4.753 * Math.Sqrt(spread), 3);
    }

    /// <summary>By Simpson's rule on the density: to 1e-9, far below what the samples resolve.</summary>
    static double NormalCdf(double x)
    {
        const int Steps = 64;
        double width = x / Steps, sum = 0;
        for (int i = 0; i <= Steps; i++)
        {
            double weight = i is 0 or Steps ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * Math.Exp(-0.5 * (i * width) * (i * width));
        }

        return 0.5 + sum * width / 3 / Math.Sqrt(Math.Tau);
    }
}
