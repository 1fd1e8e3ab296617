using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>Every rung of the ladder of matrix products on the simulator against sums in f64: ragged sizes, batches, bias and finish, transposes where a rung takes them.</summary>
[NonParallelizable]
public sealed class MatMulSimulatorTests
{
    Simulator simulator = null!;

    [OneTimeSetUp]
    public void Start() => simulator = new Simulator(warps: 8);

    [OneTimeTearDown]
    public void Stop() => simulator.Dispose();

    [TestCase("matmul_1_naive", null, 16, 256, 3, 5, 7)]
    [TestCase("matmul_1_naive", null, 16, 256, 17, 19, 1)]
    [TestCase("matmul_2_shared", null, 16, 256, 5, 18, 21)]
    [TestCase("matmul_3_thread_tile", typeof(Tile32), 32, 32, 35, 34, 9)]
    [TestCase("matmul_3_thread_tile", typeof(Tile32), 32, 32, 1, 3, 2)]
    [TestCase("matmul_3_thread_tile", typeof(Tile64), 64, 256, 7, 66, 17)]
    public void RungsOfAnyStrides(string name, Type? tile, int side, int threads, int rows, int columns, int inner)
    {
        const int Batch = 2;
        foreach (bool leftTransposed in new[] { false, true })
        {
            foreach (bool rightTransposed in new[] { false, true })
            {
                var product = MatrixProduct.Dense(rows, columns, inner);
                if (leftTransposed) (product.LeftRowStep, product.LeftInnerStep) = (1, rows);
                if (rightTransposed) (product.RightInnerStep, product.RightColumnStep) = (1, inner);
                product.HasBias = 1;
                product.RightBatchStep = 0;
                float[] left = Numbers(Batch * rows * inner, 1), right = Numbers(inner * columns, 2), bias = Numbers(columns, 3);
                Type[] types = tile is null ? [typeof(Scalar32), typeof(Relu)] : [typeof(Scalar32), tile, typeof(Relu)];
                using var a = simulator.Copy<float>(left);
                using var b = simulator.Copy<float>(right);
                using var c = simulator.Copy<float>(bias);
                using var y = simulator.Zeros<float>(Batch * rows * columns);
                simulator.Launch(KernelTable.Find(name).With(types), ((columns + side - 1) / side, (rows + side - 1) / side, Batch), threads,
                    a.As<Scalar32>(), b.As<Scalar32>(), c.As<Scalar32>(), y.As<Scalar32>(), product, default(Relu));
                AssertClose(y.Read(), Reference(left, right, bias, product, Batch, x => Math.Max(x, 0)), $"{name} {leftTransposed} {rightTransposed}");
            }
        }
    }

    [TestCase(4, 8, 4)]
    [TestCase(131, 136, 20)]
    public void VectorRung(int rows, int columns, int inner)
    {
        var product = MatrixProduct.Dense(rows, columns, inner);
        product.HasBias = 1;
        float[] left = Numbers(rows * inner, 1), right = Numbers(inner * columns, 2), bias = Numbers(columns, 3);
        using var a = simulator.Copy<float>(left);
        using var b = simulator.Copy<float>(right);
        using var c = simulator.Copy<float>(bias);
        using var y = simulator.Zeros<float>(rows * columns);
        simulator.Launch(KernelTable.Find("matmul_4_vector").With(typeof(Unchanged)), ((columns + 127) / 128, (rows + 127) / 128, 1), 256, a.View, b.View, c.View, y.View, product, default(Unchanged));
        AssertClose(y.Read(), Reference(left, right, bias, product, 1, x => x), "matmul_4_vector");
    }

    // Operands are tf32 or bf16 numbers, so that only the order of the sums differs.
    [TestCase(5, 8, 4)]
    [TestCase(66, 40, 20)]
    public void Tf32Rung(int rows, int columns, int inner)
    {
        var product = MatrixProduct.Dense(rows, columns, inner);
        product.HasBias = 1;
        float[] left = Cut(Numbers(2 * rows * inner, 1), 0xFFFF_E000), right = Cut(Numbers(2 * inner * columns, 2), 0xFFFF_E000), bias = Numbers(columns, 3);
        using var a = simulator.Copy<float>(left);
        using var b = simulator.Copy<float>(right);
        using var c = simulator.Copy<float>(bias);
        using var y = simulator.Zeros<float>(2 * rows * columns);
        simulator.Launch(KernelTable.Find("matmul_5_tf32").With(typeof(WarpTile64), typeof(Unchanged)), ((columns + 63) / 64, (rows + 63) / 64, 2), 64, a.View, b.View, c.View, y.View, product, default(Unchanged));
        AssertClose(y.Read(), Reference(left, right, bias, product, 2, x => x), "matmul_5_tf32");
    }

    [TestCase(3, 8, 8)]
    [TestCase(66, 40, 72)]
    public void Bf16Rung(int rows, int columns, int inner)
    {
        var product = MatrixProduct.Dense(rows, columns, inner);
        product.HasBias = 1;
        float[] left = Cut(Numbers(rows * inner, 1), 0xFFFF_0000), right = Cut(Numbers(inner * columns, 2), 0xFFFF_0000), bias = Numbers(columns, 3);
        using var a = simulator.Copy<ushort>([.. left.Select(Upper)]);
        using var b = simulator.Copy<ushort>([.. right.Select(Upper)]);
        using var c = simulator.Copy<float>(bias);
        using var y = simulator.Zeros<float>(rows * columns);
        simulator.Launch(KernelTable.Find("matmul_6_bf16").With(typeof(WarpTile64), typeof(Relu)), ((columns + 63) / 64, (rows + 63) / 64, 1), 64, a.View, b.View, c.View, y.View, product, default(Relu));
        AssertClose(y.Read(), Reference(left, right, bias, product, 1, x => Math.Max(x, 0)), "matmul_6_bf16");
    }

    [Test]
    public void RoundingToBf16()
    {
        float[] numbers = [1, 1.00390625f, 1.01171875f, -3.1415927f, float.MaxValue, float.NegativeInfinity, float.NaN, 1e-40f, 0.1f];
        ushort[] expected = [0x3F80, 0x3F80, 0x3F82, 0xC049, 0x7F80, 0xFF80, 0x7FFF, 0x0001, 0x3DCD];
        using var x = simulator.Copy<float>(numbers);
        using var y = simulator.Zeros<ushort>(numbers.Length);
        simulator.Launch(KernelTable.Find("matmul_to_bf16").With(), (1, 1, 1), 32, x.View, y.View, (long)numbers.Length);
        Assert.That(y.Read(), Is.EqualTo(expected));
    }

    static float[] Numbers(int count, int seed) => SimulatedDevice.Singles(SimulatedDevice.Numbers(count, seed, -1, 1));

    static float[] Cut(float[] numbers, uint mask) => [.. numbers.Select(x => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(x) & mask))];

    static ushort Upper(float x) => (ushort)(BitConverter.SingleToUInt32Bits(x) >> 16);

    static void AssertClose(float[] result, double[] expected, string name)
    {
        for (int i = 0; i < expected.Length; i++) Assert.That(result[i], Is.EqualTo(expected[i]).Within(1e-5 * Math.Max(1, Math.Abs(expected[i]))), $"{name} {i}");
    }

    static double[] Reference(float[] left, float[] right, float[] bias, MatrixProduct product, int batch, Func<double, double> finish)
    {
        var target = new double[batch * product.Rows * product.Columns];
        for (int i = 0; i < target.Length; i++)
        {
            int column = i % product.Columns, row = i / product.Columns % product.Rows;
            long item = i / product.Columns / product.Rows;
            double sum = product.HasBias != 0 ? bias[column] : 0;
            for (int k = 0; k < product.Inner; k++)
            {
                sum += (double)left[(item * product.LeftBatchStep) + (row * product.LeftRowStep) + (k * product.LeftInnerStep)]
                    * right[(item * product.RightBatchStep) + (k * product.RightInnerStep) + (column * product.RightColumnStep)];
            }

            target[i] = finish(sum);
        }

        return target;
    }
}
