using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>Every rung of the ladder of matrix products on the simulator against sums in f64: ragged sizes, batches, bias and finish, transposes where a rung takes them.</summary>
[NonParallelizable]
public sealed class MatMulSimulatorTests
{
    static AcceleratorDevice Simulator => SimulatedDevice.Simulator;

    // Every rung by itself, in each of the four ways in which its operands may lie, for two products that share the right operand.
    [TestCase("matmul_1_naive_f32", 16, 16, 256, 3, 5, 7)]
    [TestCase("matmul_1_naive_f32", 2, 16, 32, 5, 17, 3)]
    [TestCase("matmul_2_shared_f32", 16, 16, 256, 5, 18, 21)]
    [TestCase("matmul_3_thread_tile_f32_Tile32", 32, 32, 32, 35, 34, 9)]
    [TestCase("matmul_3_thread_tile_f32_Tile64", 64, 64, 256, 7, 66, 17)]
    [TestCase("matmul_4_vector_Tile128", 128, 128, 256, 8, 12, 20)]
    [TestCase("matmul_4_vector_Tile64", 64, 64, 256, 68, 8, 20)]
    [TestCase("matmul_4_slices_Slices32", 32, 32, 256, 12, 36, 68)]
    [TestCase("matmul_4_slices_Slices16", 16, 16, 256, 12, 20, 132)]
    public void RungsAndWaysToLie(string name, int tileRows, int tileColumns, int threads, int rows, int columns, int inner)
    {
        const int Batch = 2;
        foreach (var (leftTransposed, rightTransposed) in Ways)
        {
            MatrixProduct product = Product(rows, columns, inner, leftTransposed, rightTransposed);
            product.HasBias = 1;
            product.RightBatchStep = 0;
            string accesses = name.Contains("matmul_4", StringComparison.Ordinal) ? $"_{(leftTransposed ? "AlongLines" : "AlongInner")}_{(rightTransposed ? "AlongInner" : "AlongLines")}" : "";
            Check(name + accesses, tileRows, tileColumns, threads, product, Batch);
        }
    }

    // Sizes and strides that allow no access of four numbers.
    [TestCase("matmul_4_vector_Tile64", 64, 64, 67, 69, 17)]
    [TestCase("matmul_4_slices_Slices16", 16, 16, 3, 17, 1)]
    public void SingleNumbers(string name, int tileRows, int tileColumns, int rows, int columns, int inner)
    {
        MatrixProduct product = Product(rows, columns, inner, true, false);
        product.HasBias = 1;
        product.Accumulates = 1;
        Check(name + "_Singles_Singles", tileRows, tileColumns, 256, product, 1);
    }

    // Operands are tf32 or bf16 numbers, so that only the order of the sums differs.
    [TestCase(false, false, 66, 40, 20, 1)]
    [TestCase(true, false, 8, 36, 12, 2)]
    [TestCase(false, true, 5, 34, 12, 1)]
    [TestCase(true, true, 68, 7, 12, 1)]
    public void Tf32Rung(bool leftTransposed, bool rightTransposed, int rows, int columns, int inner, int batch)
    {
        MatrixProduct product = Product(rows, columns, inner, leftTransposed, rightTransposed);
        product.HasBias = 1;
        product.Accumulates = leftTransposed ? 1 : 0;
        Check($"matmul_5_tf32_WarpTile64_{(leftTransposed ? "AlongLines" : "AlongInner")}_{(rightTransposed ? "AlongInner" : "AlongLines")}", 64, 64, 64, product, batch, 0xFFFF_E000);
    }

    [TestCase(false, false, 66, 40, 40)]
    [TestCase(true, false, 8, 40, 17)]
    [TestCase(false, true, 5, 34, 24)]
    [TestCase(true, true, 72, 7, 8)]
    public void Bf16Rung(bool leftTransposed, bool rightTransposed, int rows, int columns, int inner) =>
        CheckBf16("matmul_6_bf16_WarpTile64", 64, 64, leftTransposed, rightTransposed, rows, columns, inner);

    // Whole tiles of one and of two steps along the sum, then ragged ones of more steps than shared memory holds; two warpgroups last.
    [TestCase("GroupTile64", 128, false, false, 64, 128, 32)]
    [TestCase("GroupTile64", 128, true, true, 64, 128, 64)]
    [TestCase("GroupTile64", 128, true, false, 40, 120, 113)]
    [TestCase("GroupTile64", 128, false, true, 57, 131, 152)]
    [TestCase("GroupTile128", 256, false, false, 101, 72, 40)]
    public void WarpgroupRung(string tile, int threads, bool leftTransposed, bool rightTransposed, int rows, int columns, int inner) =>
        CheckBf16($"matmul_7_wgmma_{tile}", 128, threads, leftTransposed, rightTransposed, rows, columns, inner);

    static void CheckBf16(string line, int tileColumns, int threads, bool leftTransposed, bool rightTransposed, int rows, int columns, int inner)
    {
        MatrixProduct product = Product(rows, columns, inner, leftTransposed, rightTransposed);
        product.HasBias = 1;
        product.Accumulates = leftTransposed ? 1 : 0;
        float[] left = Cut(Numbers(rows * inner, 1), 0xFFFF_0000), right = Cut(Numbers(inner * columns, 2), 0xFFFF_0000), bias = Numbers(columns, 3), before = Numbers(rows * columns, 4);
        using var a = Simulator.Memory<ushort>([.. left.Select(Upper)]);
        using var b = Simulator.Memory<ushort>([.. right.Select(Upper)]);
        using var c = Simulator.Memory<float>(bias);
        using var y = Simulator.Memory<float>(before);
        string name = $"{line}_{(leftTransposed ? "AlongLines" : "AlongInner")}_{(rightTransposed ? "AlongInner" : "AlongLines")}";
        int tileRows = threads == 256 ? 128 : 64, blocks = (columns + tileColumns - 1) / tileColumns * ((rows + tileRows - 1) / tileRows);
        Simulator.Launch(new KernelReference(name, typeof(Relu)), new LaunchGrid(blocks, 1, 1, threads), a.View, b.View, c.View, y.View, product, default(Relu));
        MatMulCases.AssertClose(y.Read(), MatMulCases.Reference(left, right, bias, before, product, 1, x => Math.Max(x, 0)), 1e-5, name);
    }

    // Each piece is a product of its own: their sum is the whole.
    [Test]
    public void PiecesOnMatrixUnits()
    {
        const int Rows = 5, Columns = 8, Inner = 40;
        MatrixProduct product = Product(Rows, Columns, Inner, false, false);
        (product.Pieces, product.PieceInner) = (2, 32);
        float[] left = Cut(Numbers(Rows * Inner, 1), 0xFFFF_0000), right = Cut(Numbers(Inner * Columns, 2), 0xFFFF_0000);
        double[] expected = MatMulCases.Reference(left, right, [], [], product, 1, x => x);
        using var a = Simulator.Memory<float>(left);
        using var b = Simulator.Memory<float>(right);
        using var halves = Simulator.Memory<ushort>([.. left.Select(Upper)]);
        using var rightHalves = Simulator.Memory<ushort>([.. right.Select(Upper)]);
        using var none = Simulator.Zeros<float>(1);
        using var y = Simulator.Zeros<float>(2 * Rows * Columns);
        Simulator.Launch(new KernelReference("matmul_5_tf32_WarpTile64_AlongInner_AlongLines", typeof(Unchanged)), new LaunchGrid(2, 1, 1, 64), a.View, b.View, none.View, y.View, product, default(Unchanged));
        MatMulCases.AssertClose(Folded(y.Read()), expected, 1e-5, "tf32");
        Simulator.Launch(new KernelReference("matmul_6_bf16_WarpTile64_AlongInner_AlongLines", typeof(Unchanged)), new LaunchGrid(2, 1, 1, 64), halves.View, rightHalves.View, none.View, y.View, product, default(Unchanged));
        MatMulCases.AssertClose(Folded(y.Read()), expected, 1e-5, "bf16");

        static float[] Folded(float[] pieces) => [.. Enumerable.Range(0, Rows * Columns).Select(i => pieces[i] + pieces[(Rows * Columns) + i])];
    }

    static readonly (bool Left, bool Right)[] Ways = [(false, false), (true, false), (false, true), (true, true)];

    static MatrixProduct Product(int rows, int columns, int inner, bool leftTransposed, bool rightTransposed)
    {
        var product = MatrixProduct.Dense(rows, columns, inner);
        if (leftTransposed) (product.LeftRowStep, product.LeftInnerStep) = (1, rows);
        if (rightTransposed) (product.RightInnerStep, product.RightColumnStep) = (1, inner);
        return product;
    }

    static void Check(string name, int tileRows, int tileColumns, int threads, MatrixProduct product, int batch, uint mask = uint.MaxValue)
    {
        int rows = product.Rows, columns = product.Columns, inner = product.Inner;
        float[] left = Cut(Numbers(batch * rows * inner, 1), mask), right = Cut(Numbers(batch * inner * columns, 2), mask), bias = Numbers(columns, 3), before = Numbers(batch * rows * columns, 4);
        using var a = Simulator.Memory<float>(left);
        using var b = Simulator.Memory<float>(right);
        using var c = Simulator.Memory<float>(bias);
        using var y = Simulator.Memory<float>(before);
        int blocks = (columns + tileColumns - 1) / tileColumns * ((rows + tileRows - 1) / tileRows) * batch;
        Simulator.Launch(new KernelReference(name, typeof(Relu)), new LaunchGrid(blocks, 1, 1, threads), a.View, b.View, c.View, y.View, product, default(Relu));
        MatMulCases.AssertClose(y.Read(), MatMulCases.Reference(left, right, bias, before, product, batch, x => Math.Max(x, 0)), 1e-5, $"{name} {rows}x{columns}x{inner}");
    }

    [Test]
    public void RoundingToBf16()
    {
        float[] numbers = [1, 1.00390625f, 1.01171875f, -3.1415927f, float.MaxValue, float.NegativeInfinity, float.NaN, 1e-40f, 0.1f];
        ushort[] expected = [0x3F80, 0x3F80, 0x3F82, 0xC049, 0x7F80, 0xFF80, 0x7FFF, 0x0001, 0x3DCD];
        using var x = Simulator.Memory<float>(numbers);
        using var y = Simulator.Zeros<ushort>(numbers.Length);
        Simulator.Launch(new KernelReference("matmul_to_bf16"), new LaunchGrid(1, 1, 1, 32), x.View, y.View, (long)numbers.Length);
        Assert.That(y.Read(), Is.EqualTo(expected));
    }

    static float[] Numbers(int count, int seed) => SimulatedDevice.Singles(SimulatedDevice.Numbers(count, seed, -1, 1));

    static float[] Cut(float[] numbers, uint mask) => [.. numbers.Select(x => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(x) & mask))];

    static ushort Upper(float x) => (ushort)(BitConverter.SingleToUInt32Bits(x) >> 16);
}
