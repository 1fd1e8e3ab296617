using System.Runtime.CompilerServices;
using Adjoint.Kernels;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>An epilogue gives the bits of the ops that it stands for, on every path, variant and number of threads.</summary>
[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
[NonParallelizable]
public unsafe class MatMulEpilogueTests<T> : MatMulFixture where T : unmanaged
{
    /// <summary>Every path: matrix times vector both ways, small, transposed, ragged and narrow panels, several blocks of k, nothing to sum.</summary>
    static readonly (int M, int N, int K)[] sizes =
    [
        (1, 300, 33), (300, 1, 33), (1, 1, 5), (7, 1, 515), (1, 19, 40), (2, 2, 1), (13, 33, 8), (16, 256, 64), (5, 64, 64), (100, 10, 3), (23, 65, 129), (40, 4, 9),
        (97, 257, 300), (13, 700, 515), (250, 34, 600), (5, 7, 0),
    ];

    static readonly double[] specials = [0.0, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e-320, -1e-42];

    static readonly bool[] both = [false, true];

    [Test]
    public void Bias_and_relu_give_the_bits_of_add_and_relu([ValueSource(nameof(Variants))] object variant, [Values(1, 3)] int threadCount,
        [Values] bool hasBias, [Values] bool rectifies)
    {
        foreach (var (m, n, k, accumulate, turned) in Cases())
        {
            Prepare(variant, threadCount);
            var bias = Numbers(n, seed: 3);
            fixed (T* b = bias)
            {
                var epilogue = MatMulEpilogue<T>.Affine(hasBias ? b : null, rectifies);
                Check(m, n, k, accumulate, turned, epilogue, (sum, _, j) =>
                {
                    var x = hasBias ? Add(sum, bias[j]) : sum;
                    return rectifies ? Relu(x) : x;
                });
            }
        }
    }

    [Test]
    public void A_gate_gives_the_bits_of_times_heaviside([ValueSource(nameof(Variants))] object variant, [Values(1, 3)] int threadCount)
    {
        foreach (var (m, n, k, accumulate, turned) in Cases())
        {
            Prepare(variant, threadCount);
            var row = n + 3;
            var gate = Numbers(m * row, seed: 4);
            fixed (T* g = gate)
                Check(m, n, k, accumulate, turned, MatMulEpilogue<T>.Gated(g, row), (sum, i, j) => TimesHeaviside(sum, gate[(i * row) + j]));
        }
    }

    static IEnumerable<(int M, int N, int K, bool Accumulate, bool Turned)> Cases() =>
        from size in sizes from accumulate in both from turned in both select (size.M, size.N, size.K, accumulate, turned);

    static void Prepare(object variant, int threadCount)
    {
        MatMulKernel.Variant = (MatMulVariant)variant;
        Workers.Threads = threadCount;
    }

    // The product without an epilogue is checked elsewhere: here it is the input of the reference.
    static void Check(int m, int n, int k, bool accumulate, bool turned, in MatMulEpilogue<T> epilogue, Func<T, int, int, T> reference)
    {
        int cRow = n + 2;
        T[] a = Numbers(m * k, 1, special: k < 10), b = Numbers(k * n, 2, special: false), start = Numbers(m * cRow, 5), sums = (T[])start.Clone(), result = (T[])start.Clone();
        var shape = new MatMulShape(m, n, k, k, 1, turned ? 1 : n, turned ? k : 1, cRow);
        fixed (T* left = a, right = b, plain = sums, target = result)
        {
            MatMulKernel.Run(shape, left, right, plain, accumulate);
            MatMulKernel.Run(shape, left, right, target, accumulate, epilogue);
        }
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < n; j++) sums[(i * cRow) + j] = reference(sums[(i * cRow) + j], i, j);
        }
        for (var at = 0; at < result.Length; at++)
        {
            if (!Same(result[at], sums[at]))
                Assert.Fail($"{m}x{n}x{k} accumulate {accumulate} turned {turned}, element {at / cRow},{at % cRow}: {result[at]}, not {sums[at]}");
        }
    }

    // Every NaN counts as the same: which of two NaN operands an instruction returns is up to the order that the compiler gives them.
    static bool Same(T x, T y) =>
        (double.IsNaN(Wide(x)) && double.IsNaN(Wide(y))) || BitConverter.DoubleToInt64Bits(Wide(x)) == BitConverter.DoubleToInt64Bits(Wide(y));

    static T Add(T x, T y) => typeof(T) == typeof(float) ? Narrow((float)Wide(x) + (float)Wide(y)) : Narrow(Wide(x) + Wide(y));

    static T Relu(T x) => typeof(T) == typeof(float)
        ? Narrow(new Relu().Apply(new Scalar32((float)Wide(x))).Value)
        : Narrow(new Relu().Apply(new Scalar64(Wide(x))).Value);

    static T TimesHeaviside(T x, T gate) => typeof(T) == typeof(float)
        ? Narrow((new Scalar32((float)Wide(x)) * new Heaviside().Apply(new Scalar32((float)Wide(gate)))).Value)
        : Narrow((new Scalar64(Wide(x)) * new Heaviside().Apply(new Scalar64(Wide(gate)))).Value);

    static double Wide(T x) => typeof(T) == typeof(float) ? Unsafe.As<T, float>(ref x) : Unsafe.As<T, double>(ref x);

    static T Narrow(double x)
    {
        var single = (float)x;
        return typeof(T) == typeof(float) ? Unsafe.As<float, T>(ref single) : Unsafe.As<double, T>(ref x);
    }

    static T[] Numbers(int count, int seed, bool special = true)
    {
        var random = new Random(seed);
        var numbers = new T[count];
        for (var i = 0; i < count; i++)
            numbers[i] = Narrow(special && random.Next(9) == 0 ? specials[random.Next(specials.Length)] : (random.NextDouble() * 2) - 1);
        return numbers;
    }
}
