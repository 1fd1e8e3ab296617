using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Adjoint.Kernels;
using NUnit.Framework;

namespace Adjoint.Tests;

[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
[NonParallelizable]
public unsafe class MatMulTests<T> : MatMulFixture where T : unmanaged
{
    const int Guard = 64;

    /// <summary>Sizes around every edge: tile heights, one and two vectors, panels, KC, the small path and the blocked one.</summary>
    static readonly (int M, int N, int K)[] sizes =
    [
        (1, 1, 1), (2, 2, 1), (3, 5, 7), (1, 17, 9), (17, 1, 9), (1, 300, 33), (300, 1, 33), (7, 1, 515), (1, 7, 515), (1, 1, 1000),
        (12, 32, 8), (13, 33, 8), (11, 31, 3), (24, 16, 5), (25, 48, 17), (6, 15, 64), (64, 10, 40), (23, 65, 129),
        (16, 256, 64), (5, 64, 64), (40, 4, 9), (100, 30, 2), (130, 140, 150), (97, 257, 300), (13, 700, 515), (601, 37, 400), (290, 100, 385), (900, 12, 256), (700, 6, 600),
    ];

    static IEnumerable<TestCaseData> SizesOnVariants() =>
        from variant in Variants() from size in sizes select new TestCaseData(variant, size.M, size.N, size.K);

    [TestCaseSource(nameof(SizesOnVariants))]
    public void Product_agrees_with_the_f64_reference_for_all_transposes(object variant, int m, int n, int k)
    {
        MatMulKernel.Variant = (MatMulVariant)variant;
        foreach (var (leftTransposed, rightTransposed) in Transposes())
        {
            foreach (var accumulate in new[] { false, true })
            {
                var product = new Product(m, n, k, Layout(m, k, leftTransposed), Layout(k, n, rightTransposed), n, seed: (m * 31) + (n * 7) + k);
                product.Run(accumulate);
                product.AssertCloseToReference(accumulate, $"{m}x{n}x{k} transposed: {leftTransposed} {rightTransposed}, accumulate {accumulate}");
            }
        }
    }

    [Test]
    public void Product_agrees_with_the_f64_reference_for_random_sizes_and_strides()
    {
        var seed = Environment.TickCount;
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var trial = 0; trial < 120; trial++)
        {
            MatMulKernel.Variant = Variants().ElementAt(random.Next(Variants().Count()));
            Workers.Threads = 1 + random.Next(3);
            var (m, n, k) = (Size(random), Size(random), random.Next(40) == 0 ? 0 : Size(random));
            var product = new Product(m, n, k, Stretched(random, m, k), Stretched(random, k, n), n + random.Next(3) * random.Next(9), random.Next());
            var accumulate = random.Next(2) == 0;
            product.Run(accumulate);
            product.AssertCloseToReference(accumulate, $"seed {seed} trial {trial} on {MatMulKernel.Variant}: {product}");
        }
    }

    [TestCaseSource(nameof(Variants))]
    public void Empty_inner_size_gives_zeros_or_leaves_C(object variant)
    {
        MatMulKernel.Variant = (MatMulVariant)variant;
        foreach (var (m, n) in new[] { (5, 7), (1, 7), (5, 1), (40, 50) })
        {
            foreach (var accumulate in new[] { false, true })
            {
                var product = new Product(m, n, 0, (1, 1), (1, 1), n + 2, seed: 3);
                product.Run(accumulate);
                product.AssertCloseToReference(accumulate, $"{m}x{n}x0 accumulate {accumulate}");
            }
        }
    }

    [Test]
    public void Empty_outer_sizes_touch_nothing([Values(0, 4)] int m)
    {
        var shape = new MatMulShape(m, 4 - m, 3, 3, 1, 4, 1, 4);
        Assert.DoesNotThrow(() => Multiply(shape, null, null, null, accumulate: false));
    }

    [Test]
    public void Bits_are_equal_for_any_number_of_threads()
    {
        foreach (var (m, n, k) in sizes.Concat([(128, 512, 100), (512, 128, 400)]))
        {
            foreach (var (leftTransposed, rightTransposed) in Transposes())
            {
                var results = new List<T[]>();
                foreach (var count in new[] { 1, 2, 5 })
                {
                    Workers.Threads = count;
                    var product = new Product(m, n, k, Layout(m, k, leftTransposed), Layout(k, n, rightTransposed), n, seed: 11);
                    product.Run(accumulate: true);
                    results.Add(product.C);
                }
                Assert.That(Same(results[0], results[1]) && Same(results[0], results[2]), Is.True, $"{m}x{n}x{k} {leftTransposed} {rightTransposed}");
            }
        }
    }

    [TestCaseSource(nameof(Variants))]
    public void Bits_do_not_depend_on_where_an_element_stands(object variant)
    {
        // All rows of A and all columns of B are the same, so all elements of C must be.
        MatMulKernel.Variant = (MatMulVariant)variant;
        foreach (var (m, n, k) in sizes)
        {
            foreach (var unit in new[] { true, false })
            {
                var product = new Product(m, n, k, unit ? (0, 1) : (0, 2), unit ? (1, 0) : (2, 0), n, seed: 5);
                product.Run(accumulate: false);
                AssertAllSame(product.C, $"{m}x{n}x{k}, one row and column repeated by stride 0");
            }
            var dense = new Product(m, n, k, (k, 1), (n, 1), n, seed: 5);
            dense.RepeatFirstRowOfAAndFirstColumnOfB();
            dense.Run(accumulate: false);
            AssertAllSame(dense.C, $"{m}x{n}x{k}, one row and column repeated in memory");
        }
    }

    [Test]
    public void Tiled_products_give_the_bits_of_one_chain_of_fused_multiply_adds_on_every_variant()
    {
        foreach (var variant in Variants())
        {
            MatMulKernel.Variant = variant;
            foreach (var (m, n, k) in sizes.Where(size => size.M > 1 && size.N > 1))
            {
                var product = new Product(m, n, k, (k, 1), (1, k), n, seed: 21);
                product.Run(accumulate: true);
                Assert.That(Same(product.C, product.Chain()), Is.True, $"{variant} {m}x{n}x{k}");
            }
        }
    }

    [TestCaseSource(nameof(SizesOnVariants))]
    public void NaN_and_infinity_reach_exactly_their_row_and_column(object variant, int m, int n, int k)
    {
        MatMulKernel.Variant = (MatMulVariant)variant;
        foreach (var (leftTransposed, rightTransposed) in Transposes())
        {
            var product = new Product(m, n, k, Layout(m, k, leftTransposed), Layout(k, n, rightTransposed), n, seed: 9);
            // Zeros against the infinity: a kernel that skipped them would lose the NaN.
            product.ZeroRowOfB(k - 1);
            product.SetA(m - 1, k - 1, double.PositiveInfinity);
            product.SetB(0, n - 1, double.NaN);
            product.Run(accumulate: false);
            for (var i = 0; i < m; i++)
            {
                for (var j = 0; j < n; j++)
                {
                    var expected = i == m - 1 || j == n - 1;
                    if (double.IsNaN(product.At(i, j)) != expected) Assert.Fail($"C[{i},{j}] = {product.At(i, j)}, NaN expected: {expected}");
                }
            }
        }
    }

    [Test]
    public void A_product_allocates_nothing()
    {
        Workers.Threads = 2;
        foreach (var (m, n, k) in new[] { (32, 40, 50), (300, 300, 300), (1, 500, 500), (500, 1, 500) })
        {
            var product = new Product(m, n, k, (1, m), (1, k), n, seed: 1);
            product.Run(accumulate: false, times: 50);

            // The least over a few laps: a worker makes its scratch memory when it first takes part, which may be late.
            long least = long.MaxValue;
            for (int lap = 0; lap < 5; lap++)
            {
                long before = GC.GetTotalAllocatedBytes(precise: true);
                product.Run(accumulate: false, times: 50);
                least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
            }

            Assert.That(least, Is.LessThan(1000), $"{m}x{n}x{k}");
        }
    }

    static void AssertAllSame(T[] values, string what) => Assert.That(Same(values.AsSpan(1), values.AsSpan(..^1)), Is.True, what);

    static IEnumerable<(bool Left, bool Right)> Transposes() => [(false, false), (true, false), (false, true), (true, true)];

    static (int Row, int Column) Layout(int rows, int columns, bool transposed) => transposed ? (1, rows) : (columns, 1);

    static int Size(Random random) => 1 + random.Next(random.Next(4) switch { 0 => 4, 1 => 40, 2 => 140, _ => 300 });

    static (int Row, int Column) Stretched(Random random, int rows, int columns) => random.Next(8) switch
    {
        0 => (0, 1),
        1 => (1, 0),
        2 => (0, 0),
        3 => ((columns * 3) + random.Next(5), 3),
        4 => (2, (rows * 2) + random.Next(5)),
        5 => (1, rows + random.Next(5)),
        6 => (-(columns + random.Next(5)), 1),
        _ => (columns + random.Next(5), 1),
    };

    static bool Same(ReadOnlySpan<T> a, ReadOnlySpan<T> b) => MemoryMarshal.AsBytes(a).SequenceEqual(MemoryMarshal.AsBytes(b));

    static double Number(T x) => typeof(T) == typeof(float) ? Unsafe.As<T, float>(ref x) : Unsafe.As<T, double>(ref x);

    static T From(double x)
    {
        var narrow = (float)x;
        return typeof(T) == typeof(float) ? Unsafe.As<float, T>(ref narrow) : Unsafe.As<double, T>(ref x);
    }

    static void Multiply(MatMulShape shape, T* a, T* b, T* c, bool accumulate)
    {
        if (typeof(T) == typeof(float)) MatMulKernel.Run(shape, (float*)a, (float*)b, (float*)c, accumulate);
        else MatMulKernel.Run(shape, (double*)a, (double*)b, (double*)c, accumulate);
    }

    /// <summary>Operands in buffers that end where the last element does, guards of NaN around C, and the exact answer.</summary>
    sealed class Product
    {
        readonly int m, n, k, cRow, aOffset, bOffset;
        readonly (int Row, int Column) a, b;
        readonly T[] left, right, whole, before;

        public Product(int m, int n, int k, (int Row, int Column) a, (int Row, int Column) b, int cRow, int seed)
        {
            (this.m, this.n, this.k, this.a, this.b, this.cRow) = (m, n, k, a, b, cRow);
            var random = new Random(seed);
            (left, aOffset) = Fill(random, m, k, a);
            (right, bOffset) = Fill(random, k, n, b);
            whole = Enumerable.Repeat(From(double.NaN), ((m - 1) * cRow) + n + (2 * Guard)).ToArray();
            for (var i = 0; i < m; i++)
                for (var j = 0; j < n; j++) whole[Guard + (i * cRow) + j] = From((random.NextDouble() * 2) - 1);
            before = (T[])whole.Clone();
        }

        public T[] C => whole[Guard..^Guard];

        public double At(int i, int j) => Number(whole[Guard + (i * cRow) + j]);

        public void SetA(int i, int p, double value) => left[aOffset + (i * a.Row) + (p * a.Column)] = From(value);

        public void SetB(int p, int j, double value) => right[bOffset + (p * b.Row) + (j * b.Column)] = From(value);

        public void ZeroRowOfB(int p)
        {
            for (var j = 0; j < n; j++) SetB(p, j, 0);
        }

        public void RepeatFirstRowOfAAndFirstColumnOfB()
        {
            for (var p = 0; p < k; p++)
            {
                for (var i = 1; i < m; i++) SetA(i, p, A(0, p));
                for (var j = 1; j < n; j++) SetB(p, j, B(p, 0));
            }
        }

        public void Run(bool accumulate, int times = 1)
        {
            fixed (T* pa = left, pb = right, pc = whole)
                for (var time = 0; time < times; time++)
                    Multiply(new MatMulShape(m, n, k, a.Row, a.Column, b.Row, b.Column, cRow), pa + aOffset, pb + bOffset, pc + Guard, accumulate);
        }

        public T[] Chain()
        {
            var chain = (T[])before.Clone();
            for (var i = 0; i < m; i++)
            {
                for (var j = 0; j < n; j++)
                {
                    ref var sum = ref chain[Guard + (i * cRow) + j];
                    for (var p = 0; p < k; p++)
                    {
                        sum = typeof(T) == typeof(float)
                            ? From(MathF.FusedMultiplyAdd((float)A(i, p), (float)B(p, j), (float)Number(sum)))
                            : From(Math.FusedMultiplyAdd(A(i, p), B(p, j), Number(sum)));
                    }
                }
            }
            return chain[Guard..^Guard];
        }

        /// <summary>Bound of a sum of k rounded products: (k + 2)·u·Σ|a·b| (Higham, Accuracy and Stability, 3.1).</summary>
        public void AssertCloseToReference(bool accumulate, string what)
        {
            var unit = typeof(T) == typeof(float) ? Math.ScaleB(1, -24) : Math.ScaleB(1, -53);
            for (var index = 0; index < whole.Length; index++)
            {
                var at = index - Guard;
                var (i, j) = at >= 0 ? (at / cRow, at % cRow) : (-1, -1);
                if (i < 0 || i >= m || j >= n)
                {
                    if (!double.IsNaN(Number(whole[index]))) Assert.Fail($"{what}: wrote outside C, at {at}");
                    continue;
                }
                var (sum, size) = (accumulate ? Number(before[index]) : 0, accumulate ? Math.Abs(Number(before[index])) : 0);
                for (var p = 0; p < k; p++)
                {
                    var product = A(i, p) * B(p, j);
                    sum += product;
                    size += Math.Abs(product);
                }
                var error = Math.Abs(Number(whole[index]) - sum);
                // The reference itself rounds in f64: twice the bound covers both.
                if (!(error <= 2 * (k + 2) * unit * size)) Assert.Fail($"{what}: C[{i},{j}] = {At(i, j)}, not {sum}");
            }
        }

        public override string ToString() => $"{m}x{n}x{k} a {a} b {b} c {cRow}";

        double A(int i, int p) => Number(left[aOffset + (i * a.Row) + (p * a.Column)]);

        double B(int p, int j) => Number(right[bOffset + (p * b.Row) + (j * b.Column)]);

        static (T[] Data, int Offset) Fill(Random random, int rows, int columns, (int Row, int Column) stride)
        {
            int[] corners = [0, Math.Max(0, rows - 1) * stride.Row, Math.Max(0, columns - 1) * stride.Column];
            var low = Math.Min(0, corners[1]) + Math.Min(0, corners[2]);
            var high = Math.Max(0, corners[1]) + Math.Max(0, corners[2]);
            var data = new T[high - low + 1];
            for (var i = 0; i < data.Length; i++) data[i] = From((random.NextDouble() * 2) - 1);
            return (data, -low);
        }
    }
}
