using System.Numerics;
using System.Runtime.Intrinsics;
using Adjoint.Kernels;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>Products that skip zeros of A or of B have the bits of a chain of fused multiply-adds over all of k, and leave alone what infinities and NaN would change.</summary>
[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
[NonParallelizable]
public unsafe class SparseMatMulTests<T> : MatMulFixture where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Rows in groups and their rests, one and several bands, narrow ones that overlap, several blocks of k and their rests, several strips of copied columns.</summary>
    static readonly (int M, int N, int K)[] sizes =
    [
        (16, 256, 256), (38, 256, 256), (256, 256, 38), (70, 130, 100), (33, 300, 75), (9, 321, 200), (65, 64, 513), (64, 64, 64), (300, 65, 40), (9, 64, 4200),
        (30, 540, 64), (26, 1090, 40),
    ];

    [Test]
    public void Product_has_the_bits_of_the_whole_chain([ValueSource(nameof(Variants))] object variant, [Values(1, 3)] int threadCount, [Values(0.05, 0.3)] double density, [Values] bool ofRight)
    {
        MatMulKernel.Variant = (MatMulVariant)variant;
        Workers.Threads = threadCount;
        int seed = Seed();
        foreach ((int m, int n, int k) in sizes)
        {
            foreach ((bool turnedA, bool turnedB) in Forms())
            {
                var product = new Product(m, n, k, turnedA, turnedB, seed, ofRight ? 1 : density, ofRight ? density : 1);
                product.Run(default);
                AssertSame(product.C, product.Chain(), $"{m}x{k}x{n} turned {turnedA} {turnedB}");
            }
        }
    }

    [Test]
    public void Rows_that_are_zero_in_nearly_the_same_places_share_lists([ValueSource(nameof(Variants))] object variant, [Values(0.1, 0.4)] double density, [Values] bool ofRight)
    {
        MatMulKernel.Variant = (MatMulVariant)variant;
        int seed = Seed();
        foreach ((int m, int n, int k) in sizes)
        {
            var product = new Product(m, n, k, false, ofRight, seed, 1, 1);

            // Of each number only its row in four patterns decides whether it is zero, or, one in twenty, chance.
            var random = new Random(seed);
            T[] skipped = ofRight ? product.B : product.A;
            bool[] patterns = [.. Enumerable.Range(0, 4 * k).Select(_ => random.NextDouble() < density)];
            for (int i = 0; i < skipped.Length; i++)
            {
                bool stays = random.Next(20) == 0 ? random.NextDouble() < density : patterns[(i / k % 4 * k) + (i % k)];
                if (!stays) skipped[i] = T.Zero;
            }

            bool isSkipped = product.TryRun((MatMulVariant)variant);
            if ((m, n, k) == (38, 256, 256) && !ofRight) Assert.That(isSkipped, Is.True, "zeros of A, 38x256x256");
            if (isSkipped) AssertSame(product.C, product.Chain(), $"{m}x{k}x{n}");
        }
    }

    [Test]
    public void Lists_name_what_is_not_zero_in_one_of_their_rows([Values(1, 16, 75, 513)] int length)
    {
        const int Rows = 61;
        T[] numbers = Numbers(Rows * length, 0.4, Seed());
        for (int row = 1; row < Rows; row += 3) numbers.AsSpan((row - 1) * length, length).CopyTo(numbers.AsSpan(row * length));
        var lists = new SparseLists(length, 32);
        var isListed = new bool[Rows];
        var isSeen = new bool[length];
        fixed (T* first = numbers) lists.Make(first, length, Rows);
        for (int list = 0; list < lists.Count; list++)
        {
            lists.Rows(list, out int one, out int two);
            int[] rows = two < 0 ? [one] : [one, two];
            foreach (int row in rows)
            {
                Assert.That(isListed[row], Is.False, "one list a row");
                isListed[row] = true;
            }

            for (int block = 0; block * 32 < length; block++)
            {
                int* start = lists.Block(list, block, out int* end);
                int[] expected = [.. Enumerable.Range(block * 32, Math.Min(32, length - (block * 32))).Where(k => rows.Any(row => numbers[(row * length) + k] != T.Zero))];
                Assert.That(new Span<int>(start, (int)(end - start)).ToArray(), Is.EqualTo(expected), $"rows {string.Join(" and ", rows)}, block {block}");
                foreach (int k in expected) isSeen[k] = true;
            }
        }

        Assert.That(isListed, Has.All.True);
        Assert.That(lists.Count, Is.LessThan(Rows), "equal rows share a list");
        int* unseen = lists.Unseen(out int count);
        Assert.That(new Span<int>(unseen, count).ToArray(), Is.EqualTo(Enumerable.Range(0, length).Where(k => !isSeen[k])));
    }

    [Test]
    public void Zeros_are_skipped_where_they_are_many([ValueSource(nameof(Variants))] object variant)
    {
        foreach ((bool turnedA, bool turnedB) in Forms())
        {
            Assert.That(IsSkipped(0.1, 1), Is.True, "zeros of A");
            Assert.That(IsSkipped(1, 0.1), Is.True, "zeros of B");
            Assert.That(IsSkipped(0.95, 0.95), Is.False, "hardly any zeros");

            bool IsSkipped(double ofA, double ofB) => new Product(96, 256, 256, turnedA, turnedB, 3, ofA, ofB).TryRun((MatMulVariant)variant);
        }
    }

    [Test]
    public void Epilogues_follow([ValueSource(nameof(Variants))] object variant, [Values] bool ofRight)
    {
        MatMulKernel.Variant = (MatMulVariant)variant;
        int seed = Seed();
        foreach ((int m, int n, int k) in sizes)
        {
            var product = new Product(m, n, k, false, false, seed, ofRight ? 1 : 0.1, ofRight ? 0.1 : 1);
            T[] sums = product.Chain(), bias = Numbers(n, 1, seed + 2), gate = Numbers(m * n, 1, seed + 3);
            fixed (T* b = bias, g = gate)
            {
                product.Run(MatMulEpilogue<T>.Affine(b, true));
                AssertSame(product.C, [.. sums.Select((sum, i) => T.Max(sum + bias[i % n], T.Zero))], $"bias and relu, {m}x{k}x{n}");
                product.Run(MatMulEpilogue<T>.Gated(g, n));
                AssertSame(product.C, [.. sums.Select((sum, i) => sum * (gate[i] > T.Zero ? T.One : T.Zero))], $"gate, {m}x{k}x{n}");
            }
        }
    }

    [Test]
    public void Zero_times_infinity_and_NaN_stays_NaN([ValueSource(nameof(Variants))] object variant, [Values] bool ofRight, [Values(double.NaN, double.PositiveInfinity, double.NegativeInfinity)] double special)
    {
        // Where no factor for the special number is other than zero, where some are, and everywhere.
        MatMulKernel.Variant = (MatMulVariant)variant;
        int seed = Seed();
        foreach (double part in new[] { 0, 0.3, 1 })
        {
            const int M = 64, N = 256, K = 100, At = 37;
            var product = new Product(M, N, K, false, false, seed, ofRight ? 1 : 0.1, ofRight ? 0.1 : 1);
            if (ofRight)
            {
                for (int j = 0; j < N; j++) product.B[(At * N) + j] = j < part * N ? T.One : T.Zero;
                product.A[(5 * K) + At] = T.CreateSaturating(special);
            }
            else
            {
                for (int i = 0; i < M; i++) product.A[(i * K) + At] = i < part * M ? T.One : T.Zero;
                product.B[(At * N) + 201] = T.CreateSaturating(special);
            }

            product.Run(default);
            AssertSame(product.C, product.Chain(), $"{special} with {part} of the factors");
        }
    }

    static int Seed()
    {
        int seed = Environment.TickCount;
        TestContext.Out.WriteLine($"seed {seed}");
        return seed;
    }

    static (bool, bool)[] Forms() => [(false, false), (true, false), (false, true), (true, true)];

    static T[] Numbers(int count, double density, int seed)
    {
        var random = new Random(seed);
        var numbers = new T[count];
        for (int i = 0; i < count; i++)
        {
            // Zeros of both signs.
            double zero = random.Next(2) == 0 ? 0.0 : -0.0;
            numbers[i] = T.CreateSaturating(random.NextDouble() < density ? (2 * random.NextDouble()) - 1 : zero);
        }

        return numbers;
    }

    static void AssertSame(T[] actual, T[] expected, string what)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            bool isSame = T.IsNaN(expected[i]) ? T.IsNaN(actual[i]) : actual[i] == expected[i];
            if (!isSame) Assert.Fail($"{what}: element {i} is {actual[i]}, the chain gives {expected[i]}");
        }
    }

    sealed class Product
    {
        readonly MatMulShape shape;

        public Product(int m, int n, int k, bool turnedA, bool turnedB, int seed, double ofA, double ofB)
        {
            shape = new(m, n, k, turnedA ? 1 : k, turnedA ? m : 1, turnedB ? 1 : n, turnedB ? k : 1, n);
            A = Numbers(m * k, ofA, seed);
            B = Numbers(k * n, ofB, seed + 1);
            C = new T[m * n];
        }

        public T[] A { get; }

        public T[] B { get; }

        public T[] C { get; }

        // As the kernel does with 512 bits: it leaves narrower registers to the full product, since it does not pay there.
        public void Run(in MatMulEpilogue<T> epilogue)
        {
            if (TryRun(MatMulKernel.Variant, epilogue)) return;
            fixed (T* a = A, b = B, c = C) MatMulKernel.Run(shape, a, b, c, false, epilogue);
        }

        public bool TryRun(MatMulVariant variant, in MatMulEpilogue<T> epilogue = default)
        {
            fixed (T* a = A, b = B, c = C)
            {
                return variant switch
                {
                    MatMulVariant.Vector512 => SparseMatMul<Simd512<T>, Vector512<T>, T>.TryRun(shape, a, b, c, epilogue),
                    MatMulVariant.Vector256 => SparseMatMul<Simd256<T>, Vector256<T>, T>.TryRun(shape, a, b, c, epilogue),
                    _ => SparseMatMul<Simd128<T>, Vector128<T>, T>.TryRun(shape, a, b, c, epilogue),
                };
            }
        }

        public T[] Chain()
        {
            var sums = new T[C.Length];
            for (int i = 0; i < shape.M; i++)
            {
                for (int j = 0; j < shape.N; j++)
                {
                    T sum = T.Zero;
                    for (int k = 0; k < shape.K; k++) sum = T.FusedMultiplyAdd(A[(i * shape.ARow) + (k * shape.AColumn)], B[(k * shape.BRow) + (j * shape.BColumn)], sum);
                    sums[(i * shape.N) + j] = sum;
                }
            }

            return sums;
        }
    }
}
