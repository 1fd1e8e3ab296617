using Adjoint.Kernels;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>Bits: the generator against published vectors, its vector forms against the scalar one, and pieces against the whole.</summary>
[TestFixture]
public sealed class RandomTests
{
    const int Whole = 517;

    static readonly Draw Sample = new(0x0123_4567_89AB_CDEF, 77, 5);

    // Vectors of the Random123 library's kat_vectors file.
    [TestCase(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [TestCase(~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [TestCase(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Block_agrees_with_published_vectors(
        uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint w0, uint w1, uint w2, uint w3)
    {
        Assert.That(Philox.Block(new PhiloxKey(k0, k1), new PhiloxBlock(c0, c1, c2, c3)), Is.EqualTo(new PhiloxBlock(w0, w1, w2, w3)));

        var draw = new Draw(((ulong)k1 << 32) | k0, ((ulong)c1 << 32) | c0, ((ulong)c3 << 32) | c2);
        var words = new uint[4];
        RandomKernels.Bits32(words, draw);
        Assert.That(words, Is.EqualTo(new[] { w0, w1, w2, w3 }));
    }

    // Counters that carry from word 0 into word 1, and that wrap.
    [TestCase(0UL)]
    [TestCase(0xFFFF_FFF9UL)]
    [TestCase(0xFFFF_FFFF_FFFF_FFF3UL)]
    public void Every_width_gives_the_scalar_blocks(ulong counter)
    {
        var draw = Sample with { Counter = counter };
        var expected = new uint[Whole];
        for (int i = 0; i < Whole; i++)
        {
            var block = Philox.Block(draw, (ulong)(i / 4));
            expected[i] = (i % 4) switch { 0 => block.W0, 1 => block.W1, 2 => block.W2, _ => block.W3 };
        }

        var pairs = new ulong[Whole / 2];
        for (int i = 0; i < pairs.Length; i++) pairs[i] = ((ulong)expected[2 * i + 1] << 32) | expected[2 * i];

        var (words, cells) = (new uint[Whole], new ulong[Whole / 2]);
        AssertWidth<Words128, Lane128<float>, Lane128<double>>();
        AssertWidth<Words256, Lane256<float>, Lane256<double>>();
        AssertWidth<Words512, Lane512<float>, Lane512<double>>();

        void AssertWidth<W, F, D>()
            where W : unmanaged, IWords<W, F, D>
            where F : struct, IRegister<F, float>
            where D : struct, IRegister<D, double>
        {
            FillLoop.Run<BitsDistribution, uint, W, F, D>(words, draw, 0, default);
            Assert.That(words, Is.EqualTo(expected), typeof(W).Name);
            FillLoop.Run<BitsDistribution, ulong, W, F, D>(cells, draw, 0, default);
            Assert.That(cells, Is.EqualTo(pairs), typeof(W).Name);
        }
    }

    [Test]
    public void Every_width_gives_the_same_elements_of_each_distribution()
    {
        AssertWidths<UniformDistribution, float>(default);
        AssertWidths<UniformDistribution, double>(default);
        AssertWidths<NormalDistribution, float>(default);
        AssertWidths<NormalDistribution, double>(default);
        AssertWidths<MiddleDistribution, float>(default);
        AssertWidths<MiddleDistribution, double>(default);
        AssertWidths<IntegerDistribution, int>(new IntegerDistribution(unchecked((uint)-5), 3_000_000_000));
        AssertWidths<IntegerDistribution, long>(new IntegerDistribution(unchecked((ulong)-5L), 0xF234_5678_9ABC_DEF1));
        AssertWidths<IntegerDistribution, long>(new IntegerDistribution(unchecked((ulong)-5L), 0xFFFF_FFFF));
        AssertWidths<BernoulliDistribution, byte>(new BernoulliDistribution(0xC000_0000));
    }

    static void AssertWidths<TDistribution, T>(TDistribution distribution)
        where TDistribution : struct, IDistribution<T>
        where T : unmanaged
    {
        var (narrow, middle, wide) = (new T[Whole], new T[Whole], new T[Whole]);
        FillLoop.Run<TDistribution, T, Words128, Lane128<float>, Lane128<double>>(narrow, Sample, 3, distribution);
        FillLoop.Run<TDistribution, T, Words256, Lane256<float>, Lane256<double>>(middle, Sample, 3, distribution);
        FillLoop.Run<TDistribution, T, Words512, Lane512<float>, Lane512<double>>(wide, Sample, 3, distribution);
        Assert.That(middle, Is.EqualTo(narrow), typeof(TDistribution).Name);
        Assert.That(wide, Is.EqualTo(narrow), typeof(TDistribution).Name);
    }

    [Test]
    public void Pieces_of_a_draw_equal_the_whole()
    {
        AssertPieces<uint>((span, start) => RandomKernels.Bits32(span, Sample, start));
        AssertPieces<ulong>((span, start) => RandomKernels.Bits64(span, Sample, start));
        AssertPieces<float>((span, start) => RandomKernels.Uniform(span, Sample, start));
        AssertPieces<double>((span, start) => RandomKernels.Uniform(span, Sample, start));
        AssertPieces<float>((span, start) => RandomKernels.Normal(span, Sample, start));
        AssertPieces<double>((span, start) => RandomKernels.Normal(span, Sample, start));
        AssertPieces<float>((span, start) => RandomKernels.Gumbel(span, Sample, start));
        AssertPieces<double>((span, start) => RandomKernels.Gumbel(span, Sample, start));
        AssertPieces<int>((span, start) => RandomKernels.Integers(span, -7, 1000, Sample, start));
        AssertPieces<long>((span, start) => RandomKernels.Integers(span, -7, 1L << 40, Sample, start));
        AssertPieces<bool>((span, start) => RandomKernels.Bernoulli(span, 0.4, Sample, start));
    }

    delegate void Filler<T>(Span<T> span, long start);

    static void AssertPieces<T>(Filler<T> fill) where T : unmanaged
    {
        const int Seed = 20240607;
        var cuts = new Random(Seed);
        var whole = new T[Whole];
        fill(whole, 0);
        for (int trial = 0; trial < 20; trial++)
        {
            var pieces = new T[Whole];
            for (int from = 0; from < Whole;)
            {
                int length = Math.Min(cuts.Next(trial % 2 == 0 ? 9 : 200), Whole - from);
                fill(pieces.AsSpan(from, length), from);
                from += length;
            }

            Assert.That(pieces, Is.EqualTo(whole), $"{typeof(T).Name}, seed {Seed}, trial {trial}");
        }
    }

    [Test]
    public void Elements_are_the_documented_functions_of_the_words()
    {
        var (words, singles, cells, doubles) = (new uint[Whole], new float[Whole], new ulong[Whole], new double[Whole]);
        var (integers, longs, mask) = (new int[Whole], new long[Whole], new byte[Whole]);
        RandomKernels.Bits32(words, Sample);
        RandomKernels.Bits64(cells, Sample);
        RandomKernels.Uniform(singles, Sample);
        RandomKernels.Uniform(doubles, Sample);
        RandomKernels.Integers(integers, int.MinValue, int.MaxValue, Sample);
        RandomKernels.Integers(longs, -3, long.MaxValue, Sample);
        var narrow = new long[Whole];
        RandomKernels.Integers(narrow, -3, 4_000_000_000, Sample);
        RandomKernels.Bernoulli(mask, 0.7, Sample);
        for (int i = 0; i < Whole; i++)
        {
            Assert.That(singles[i], Is.EqualTo((words[i] >> 8) / 16777216f));
            Assert.That(doubles[i], Is.EqualTo((cells[i] >> 11) / 9007199254740992.0));
            Assert.That(integers[i], Is.EqualTo((int)(int.MinValue + (long)(((ulong)words[i] * uint.MaxValue) >> 32))));
            Assert.That(longs[i], Is.EqualTo(unchecked(-3L + (long)Math.BigMul(cells[i], (ulong)long.MaxValue + 3, out _))));
            Assert.That(narrow[i], Is.EqualTo(-3L + (long)Math.BigMul(cells[i], 4_000_000_003, out _)));
            Assert.That(mask[i], Is.EqualTo(words[i] < Math.Round(0.7 * 4294967296.0) ? 1 : 0));
        }
    }

    [Test]
    public void Normals_pair_words_and_doubles_pair_cells_in_the_documented_order()
    {
        var (words, singles, cells, doubles) = (new uint[Whole + 3], new float[Whole], new ulong[Whole + 1], new double[Whole]);
        RandomKernels.Bits32(words, Sample);
        RandomKernels.Bits64(cells, Sample);
        RandomKernels.Normal(singles, Sample);
        RandomKernels.Normal(doubles, Sample);
        for (int i = 0; i < Whole; i++)
        {
            int pair = i & ~1;
            double radius = Math.Sqrt(-2 * Math.Log(((words[pair] >> 1) + 0.5) / 2147483648.0));
            double angle = Math.Tau * ((int)words[pair + 1] / 4294967296.0);
            Assert.That(singles[i], Is.EqualTo(radius * (i == pair ? Math.Cos(angle) : Math.Sin(angle))).Within(2e-5));

            radius = Math.Sqrt(-2 * Math.Log(((cells[pair] >> 11) + 1) / 9007199254740992.0));
            angle = Math.Tau * ((cells[pair + 1] >> 11) / 9007199254740992.0 - 0.5);
            Assert.That(doubles[i], Is.EqualTo(radius * (i == pair ? Math.Cos(angle) : Math.Sin(angle))).Within(1e-13));
        }
    }

    [Test]
    public void Extreme_words_give_finite_normals_and_Gumbels()
    {
        AssertExtremes<Lane128<float>>(1.0 / 4294967296.0, 1);
        AssertExtremes<Lane512<double>>(1.0 / 9007199254740992.0, 1);

        static void AssertExtremes<V>(double smallest, double largest) where V : struct, ILane<V>
        {
            foreach (double u1 in new[] { smallest, largest })
                foreach (double u2 in new[] { -0.5, 0, 0.5 })
                {
                    Transforms.BoxMuller(V.From(u1), V.From(u2), out V z0, out V z1);
                    Assert.That($"{Finite(z0)} {Finite(z1)}", Is.EqualTo("True True"));
                }
        }

        static bool Finite<V>(V x) where V : struct, ILane<V> => V.IfLess(V.Abs(x), V.From(10), V.From(1), V.From(0)).Equals(V.From(1));
    }

    [Test]
    public void Empty_spans_are_left_and_bad_arguments_named()
    {
        RandomKernels.Uniform(Span<float>.Empty, Sample);
        RandomKernels.Normal(Span<double>.Empty, Sample, 3);
        Permutation.Shuffle([], [], Sample);
        Categorical.FromLogits(ReadOnlySpan<float>.Empty, [], 4, Sample);
        Assert.That(() => RandomKernels.Uniform(new float[1], Sample, -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => RandomKernels.Bernoulli(new bool[1], double.NaN, Sample), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => RandomKernels.Integers(new int[1], 3, 3, Sample), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Categorical.FromWeights<float>(new float[7], new long[2], 4, Sample), Throws.ArgumentException);
        Assert.That(() => Permutation.Shuffle(new long[4], new ulong[7], Sample), Throws.ArgumentException);
    }

    [Test]
    public void Keys_split_and_folded_from_each_other_are_distinct()
    {
        var keys = new HashSet<ulong> { 0, 1 };
        for (ulong parent = 0; parent < 2; parent++)
            for (ulong index = 0; index < 20_000; index++)
            {
                ulong child = Philox.Split(parent, index);
                Assert.That(keys.Add(child), $"split {parent} {index}");
                Assert.That(keys.Add(Philox.Fold(parent, index)), $"fold {parent} {index}");
                Assert.That(keys.Add(Philox.Split(child, 0)), $"grandchild {parent} {index}");
            }
    }

    [Test]
    public void Nothing_is_allocated()
    {
        var (singles, indices, workspace) = (new float[1000], new long[1000], new ulong[2000]);
        Assert.That(Allocation.Of(Everything), Is.Zero);

        void Everything()
        {
            RandomKernels.Normal(singles, Sample, 1);
            Permutation.Shuffle(indices, workspace, Sample);
            Categorical.FromLogits(singles, indices.AsSpan(0, 100), 10, Sample);
            RandomKernels.Uniform(singles, Sample);
            Categorical.FromWeights<float>(singles, indices.AsSpan(0, 100), 10, Sample);
        }
    }
}
