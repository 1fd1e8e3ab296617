using System.Runtime.InteropServices;
using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>The choice of launches for a product: right for every shape on the simulator, and what the table of defaults says for shapes that count.</summary>
[NonParallelizable]
public sealed class MatMulLaunchTests
{
    const int Seed = 20261126;

    // Rows, columns, inner, items: on a device of 8 multiprocessors, so that small shapes meet cut sums.
    [TestCase(1, 1, 0, 1, "matmul_dots_f32_WarpTeam")]
    [TestCase(1, 1, 1, 3, "matmul_dots_f32_WarpTeam")]
    [TestCase(3, 1, 70, 1, "matmul_dots_f32_WarpTeam")]
    [TestCase(1, 35, 9, 2, "matmul_lines_f32")]
    [TestCase(1, 5, 600, 1, "matmul_lines_f32", "matmul_fold_f32")]
    [TestCase(2, 1, 6000, 1, "matmul_dots_f32_BlockTeam", "matmul_fold_f32")]
    [TestCase(2, 3, 0, 1, "matmul_4_slices_Slices16_Singles_Singles")]
    [TestCase(3, 5, 1, 2, "matmul_4_slices_Slices16_Singles_Singles")]
    [TestCase(4, 8, 12, 2, "matmul_4_slices_Slices16_AlongInner_AlongLines")]
    [TestCase(4, 8, 2304, 1, "matmul_4_slices_Slices16_AlongInner_AlongLines", "matmul_fold_f32")]
    [TestCase(3, 5, 2049, 1, "matmul_4_slices_Slices16_Singles_Singles", "matmul_fold_f32")]
    public void LaunchesOfSmallDevicesInF32(int rows, int columns, int inner, int batch, params string[] lines) =>
        Check<float>(MatrixProduct.Dense(rows, columns, inner), batch, MatMulPrecision.Exact, 8, 256, true, lines);

    [TestCase(1, 9, 600, 1, "matmul_lines_f64", "matmul_fold_f64")]
    [TestCase(9, 1, 30, 2, "matmul_dots_f64_WarpTeam")]
    [TestCase(5, 33, 9, 2, "matmul_3_double_Tile32")]
    [TestCase(65, 66, 17, 4, "matmul_3_double_Tile32")]
    [TestCase(60, 62, 17, 8, "matmul_3_double_Tile64")]
    [TestCase(3, 4, 1100, 1, "matmul_3_double_Tile32", "matmul_fold_f64")]
    public void LaunchesOfSmallDevicesInF64(int rows, int columns, int inner, int batch, params string[] lines) =>
        Check<double>(MatrixProduct.Dense(rows, columns, inner), batch, MatMulPrecision.Exact, 8, 256, true, lines);

    // A device of small blocks without warps, which cannot run the faster rungs.
    [TestCase(typeof(float), 3, 5, 7, "matmul_3_thread_tile_f32_Tile32")]
    [TestCase(typeof(float), 3, 1, 7, "matmul_lines_f32")]
    [TestCase(typeof(double), 3, 17, 7, "matmul_1_naive_f64")]
    public void LaunchesWithoutWarps(Type element, int rows, int columns, int inner, string line)
    {
        if (element == typeof(float)) Check<float>(MatrixProduct.Dense(rows, columns, inner), 2, MatMulPrecision.Tf32, 1, 32, false, line);
        else Check<double>(MatrixProduct.Dense(rows, columns, inner), 2, MatMulPrecision.Exact, 1, 32, false, line);
    }

    [Test]
    public void RoundedLaunches()
    {
        Check<float>(MatrixProduct.Dense(56, 52, 12), 1, MatMulPrecision.Tf32, 1, 64, true, "matmul_5_tf32_WarpTile64_AlongInner_AlongLines");
        Check<float>(MatrixProduct.Dense(56, 56, 24), 1, MatMulPrecision.Bf16, 1, 64, true, "matmul_to_bf16", "matmul_to_bf16", "matmul_6_bf16_WarpTile64_AlongInner_AlongLines");
        Check<float>(MatrixProduct.Dense(4, 8, 12), 1, MatMulPrecision.Bf16, 4, 256, true, "matmul_4_slices_Slices16_AlongInner_AlongLines");
    }

    [Test]
    public void OperandsThatLieOtherwise()
    {
        var transposed = MatrixProduct.Dense(8, 12, 20);
        (transposed.LeftRowStep, transposed.LeftInnerStep, transposed.RightInnerStep, transposed.RightColumnStep) = (1, 8, 1, 20);
        Check<float>(transposed, 2, MatMulPrecision.Exact, 8, 256, true, "matmul_4_slices_Slices16_AlongLines_AlongInner");

        // Weights that a batch shares: items become rows.
        var shared = MatrixProduct.Dense(3, 8, 4);
        shared.RightBatchStep = 0;
        Check<float>(shared, 4, MatMulPrecision.Exact, 8, 256, true, "matmul_4_slices_Slices16_AlongInner_AlongLines");
        Assert.That(MatMulLaunch.Choose(Request<float>(shared, 100_000, 132)).Grid(0).X, Is.EqualTo((300_000 + 15) / 16));

        // Every other number of every other row.
        var apart = MatrixProduct.Dense(3, 5, 6);
        (apart.LeftRowStep, apart.LeftInnerStep, apart.RightInnerStep, apart.RightColumnStep) = (24, 2, 20, 2);
        (apart.LeftBatchStep, apart.RightBatchStep) = (72, 120);
        Check<float>(apart, 2, MatMulPrecision.Exact, 8, 256, true, "matmul_4_slices_Slices16_Singles_Singles");
    }

    // 132 multiprocessors: rows, columns, inner.
    [TestCase(4096, 4096, 4096, 1, "matmul_4_vector_Tile128_AlongInner_AlongLines")]
    [TestCase(1024, 1024, 1024, 1, "matmul_4_vector_Tile64_AlongInner_AlongLines")]
    [TestCase(512, 512, 512, 1, "matmul_4_slices_Slices32_AlongInner_AlongLines")]
    [TestCase(16, 256, 256, 1, "matmul_4_slices_Slices16_AlongInner_AlongLines")]
    [TestCase(100, 128, 64, 1, "matmul_4_slices_Slices16_AlongInner_AlongLines")]
    [TestCase(256, 64, 64, 1, "matmul_4_slices_Slices16_AlongInner_AlongLines")]
    [TestCase(64, 64, 64, 1, "matmul_4_slices_Slices16_AlongInner_AlongLines")]
    [TestCase(64, 64, 16384, 1, "matmul_4_slices_Slices16_AlongInner_AlongLines", "matmul_fold_f32")]
    [TestCase(256, 256, 65536, 1, "matmul_4_vector_Tile128_AlongInner_AlongLines", "matmul_fold_f32")]
    [TestCase(1, 4096, 4096, 1, "matmul_lines_f32", "matmul_fold_f32")]
    [TestCase(64, 64, 64, 500, "matmul_4_vector_Tile64_AlongInner_AlongLines")]
    [TestCase(4095, 4097, 4095, 1, "matmul_4_vector_Tile64_Singles_Singles")]
    [TestCase(4096, 10, 128, 1, "matmul_4_slices_Slices16_Singles_Singles")]
    public void DefaultsOfALargeDevice(int rows, int columns, int inner, int batch, params string[] lines) =>
        Assert.That(Names(MatMulLaunch.Choose(Request<float>(MatrixProduct.Dense(rows, columns, inner), batch, 132))), Is.EqualTo(lines));

    // The fourth asks for bf16 with multiples of 4 only, the last is too small to gain.
    [TestCase(4096, 4096, 4096, MatMulPrecision.Tf32, "matmul_5_tf32_WarpTile128_AlongInner_AlongLines")]
    [TestCase(4096, 4096, 4096, MatMulPrecision.Bf16, "matmul_to_bf16", "matmul_to_bf16", "matmul_6_bf16_WarpTile128_AlongInner_AlongLines")]
    [TestCase(256, 256, 65536, MatMulPrecision.Bf16, "matmul_to_bf16", "matmul_to_bf16", "matmul_6_bf16_WarpTile128_AlongInner_AlongLines", "matmul_fold_f32")]
    [TestCase(4096, 4096, 4100, MatMulPrecision.Bf16, "matmul_5_tf32_WarpTile128_AlongInner_AlongLines")]
    [TestCase(64, 64, 64, MatMulPrecision.Tf32, "matmul_4_slices_Slices16_AlongInner_AlongLines")]
    public void DefaultsOfRoundedProducts(int rows, int columns, int inner, MatMulPrecision precision, params string[] lines) =>
        Assert.That(Names(MatMulLaunch.Choose(Request<float>(MatrixProduct.Dense(rows, columns, inner), 1, 132) with { Precision = precision })), Is.EqualTo(lines));

    // Devices of compute capability 9.0: the last one is not more than a third zeros in 64 x 64 only.
    [TestCase(4096, 4096, 4096, MatMulPrecision.Bf16, "matmul_to_bf16", "matmul_to_bf16", "matmul_7_wgmma_GroupTile128_AlongInner_AlongLines")]
    [TestCase(1000, 1024, 1024, MatMulPrecision.Bf16, "matmul_to_bf16", "matmul_to_bf16", "matmul_6_bf16_WarpTile64_AlongInner_AlongLines")]
    [TestCase(1088, 1152, 1024, MatMulPrecision.Bf16, "matmul_to_bf16", "matmul_to_bf16", "matmul_7_wgmma_GroupTile64_AlongInner_AlongLines")]
    [TestCase(4096, 4096, 4096, MatMulPrecision.Tf32, "matmul_5_tf32_WarpTile128_AlongInner_AlongLines")]
    [TestCase(65536, 64, 4096, MatMulPrecision.Bf16, "matmul_to_bf16", "matmul_to_bf16", "matmul_6_bf16_WarpTile64_AlongInner_AlongLines")]
    public void DefaultsOfWarpgroups(int rows, int columns, int inner, MatMulPrecision precision, params string[] lines) =>
        Assert.That(Names(MatMulLaunch.Choose(Request<float>(MatrixProduct.Dense(rows, columns, inner), 1, 132) with { Precision = precision, HasWarpGroups = true })), Is.EqualTo(lines));

    // What a pack lacks, by beginnings of names: the next best is taken, and the best of all where nothing is there.
    [TestCase("matmul_7", "matmul_to_bf16", "matmul_to_bf16", "matmul_6_bf16_WarpTile128_AlongInner_AlongLines")]
    [TestCase("matmul_7_wgmma_GroupTile128", "matmul_to_bf16", "matmul_to_bf16", "matmul_6_bf16_WarpTile128_AlongInner_AlongLines")]
    [TestCase("matmul_7 matmul_6_bf16_WarpTile128", "matmul_to_bf16", "matmul_to_bf16", "matmul_6_bf16_WarpTile64_AlongInner_AlongLines")]
    [TestCase("matmul_7 matmul_6", "matmul_5_tf32_WarpTile128_AlongInner_AlongLines")]
    [TestCase("matmul_to_bf16", "matmul_5_tf32_WarpTile128_AlongInner_AlongLines")]
    [TestCase("matmul_7 matmul_6 matmul_5", "matmul_4_vector_Tile128_AlongInner_AlongLines")]
    [TestCase("matmul_7 matmul_6 matmul_5 matmul_4_vector", "matmul_4_slices_Slices32_AlongInner_AlongLines")]
    [TestCase("matmul_7 matmul_6 matmul_5 matmul_4", "matmul_1_naive_f32")]
    [TestCase("matmul", "matmul_to_bf16", "matmul_to_bf16", "matmul_7_wgmma_GroupTile128_AlongInner_AlongLines")]
    public void TheNextBestIsTakenWhereAPackLacksTheBest(string lacks, params string[] lines) =>
        Assert.That(Names(MatMulLaunch.Choose(Request<float>(MatrixProduct.Dense(4096, 4096, 4096), 1, 132) with
        {
            Precision = MatMulPrecision.Bf16, HasWarpGroups = true, HasKernel = Without(lacks),
        })), Is.EqualTo(lines));

    [TestCase("matmul_fold", 3, 5, 2049, 1, "matmul_4_slices_Slices16_Singles_Singles")]
    [TestCase("matmul_4", 5, 18, 9, 2, "matmul_1_naive_f32")]
    [TestCase("matmul_4", 4, 8, 2304, 1, "matmul_1_naive_f32", "matmul_fold_f32")]
    [TestCase("matmul_dots", 3, 1, 70, 1, "matmul_lines_f32")]
    [TestCase("matmul_lines", 1, 35, 9, 2, "matmul_4_slices_Slices16_Singles_Singles")]
    [TestCase("matmul_lines matmul_4", 1, 5, 600, 1, "matmul_1_naive_f32")]
    [TestCase("matmul_dots matmul_lines matmul_4_slices", 7, 1, 33, 3, "matmul_4_vector_Tile64_Singles_Singles")]
    public void TheNextBestComputesTheSame(string lacks, int rows, int columns, int inner, int batch, params string[] lines) =>
        Check<float>(MatrixProduct.Dense(rows, columns, inner), batch, MatMulPrecision.Exact, 8, 256, true, Without(lacks), lines);

    [Test]
    public void EveryChoiceIsAKernelOfTheTableWithinTheDevice()
    {
        TestContext.Out.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        int[] sizes = [0, 1, 2, 3, 4, 8, 31, 64, 100, 128, 1000, 4096, 70_000];
        byte[] buffer = new byte[LaunchArguments.MaxBytes];
        var lines = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < 5000; i++)
        {
            int Size() => sizes[random.Next(sizes.Length)];
            var product = MatrixProduct.Dense(Size(), Size(), Size());
            if (random.Next(2) == 0) (product.LeftRowStep, product.LeftInnerStep) = (1, product.Rows);
            if (random.Next(2) == 0) (product.RightInnerStep, product.RightColumnStep) = (1, product.Inner);
            if (random.Next(3) == 0) product.RightBatchStep = 0;
            product.HasBias = random.Next(2);
            bool isDouble = random.Next(4) == 0;
            int batch = random.Next(4) == 0 ? 70_000 : random.Next(1, 4);
            if ((long)product.Rows * product.Columns * batch > 1L << 31) continue;
            var request = new MatMulRequest(product, batch)
            {
                Element = isDouble ? typeof(double) : typeof(float),
                Finish = typeof(Relu),
                Precision = (MatMulPrecision)random.Next(3),
                LeftAlignment = random.Next(4) == 0 ? 4 : 16,
                TargetAlignment = random.Next(4) == 0 ? 8 : 16,
                Multiprocessors = random.Next(3) == 0 ? 8 : 132,
                BlockThreads = random.Next(3) == 0 ? 32 : 256,
                HasWarps = random.Next(3) > 0,
            };
            request = request with { HasWarpGroups = request.HasWarps && random.Next(2) == 0 };
            if (random.Next(4) == 0)
            {
                string[] lacks = [.. KernelTable.All.Where(static line => line.Family == "matmul" && line.Name != "matmul_1_naive").Select(static line => line.Name).Where(_ => random.Next(3) == 0)];
                request = request with { HasKernel = kernel => !Array.Exists(lacks, one => kernel.Name.StartsWith(one, StringComparison.Ordinal)) };
            }

            MatMulLaunch launch = MatMulLaunch.Choose(request);
            Assert.That(launch.Count > 0, Is.EqualTo(product.Rows > 0 && product.Columns > 0), $"{request}");
            for (int n = 0; n < launch.Count; n++)
            {
                Kernel kernel = KernelTable.Find(launch.Kernel(n));
                lines.Add(launch.Kernel(n).Pattern);
                if (request.HasKernel is { } has) Assert.That(has(launch.Kernel(n)), Is.True, $"{launch.Kernel(n)} is lacking, and rung 1 would do");
                Assert.That(launch.Kernel(n), Is.SameAs(MatMulLaunch.Choose(request).Kernel(n)), "references are kept");
                LaunchGrid grid = launch.Grid(n);
                Assert.That(grid.IsEmpty, Is.False, $"{request}");
                Assert.That((grid.Y, grid.Z), Is.EqualTo((1, 1)));
                Assert.That(grid.Threads, Is.InRange(32, Math.Min(request.BlockThreads, kernel.Description.Threads)), $"{kernel} {request}");
                if (!request.HasWarps) Assert.That(kernel.Description.Traits & (KernelTraits.Warps | KernelTraits.MatrixUnits), Is.EqualTo(KernelTraits.None), $"{kernel}");
                if (!request.HasWarpGroups) Assert.That(kernel.Description.OnlyTarget, Is.Null, $"{kernel}");
                if (request.LeftAlignment < 16) Assert.That(kernel.Name, Does.Not.Contain("Along"), $"{request}");
                if (request.Precision == MatMulPrecision.Exact || isDouble) Assert.That(kernel.Name, Does.Not.Contain("tf32").And.Not.Contain("bf16"), $"{request}");
                var arguments = new LaunchArguments(buffer);
                launch.AddArguments(n, default, default(Relu), ref arguments);
                int most = kernel.Method.GetParameters().Sum(parameter => parameter.ParameterType.IsGenericType ? 16 : Math.Max(8, Marshal.SizeOf(parameter.ParameterType)));
                Assert.That(arguments.Bytes.Length, Is.InRange(most - 14, most), kernel.Name);
            }
        }

        Assert.That(lines, Has.Count.GreaterThan(30), string.Join('\n', lines));
    }

    [Test]
    public void RequestsThatMakeNoSense()
    {
        MatMulRequest right = Request<float>(MatrixProduct.Dense(2, 3, 4), 1, 8);
        Assert.That(() => MatMulLaunch.Choose(right with { Element = typeof(int) }), Throws.ArgumentException.With.Message.Contains("Int32"));
        Assert.That(() => MatMulLaunch.Choose(right with { Finish = typeof(float) }), Throws.ArgumentException.With.Message.Contains("unary"));
        Assert.That(() => MatMulLaunch.Choose(right with { Batch = -1 }), Throws.ArgumentException.With.Message.Contains("-1 x [2,4] · [4,3]"));
        Assert.That(() => MatMulLaunch.Choose(right with { Multiprocessors = 0 }), Throws.ArgumentException.With.Message.Contains("On(device)"));
    }

    [TestCase(0UL, 16)]
    [TestCase(4UL, 4)]
    [TestCase(24UL, 8)]
    [TestCase(48UL, 16)]
    [TestCase(256UL, 16)]
    [TestCase(0x7F00_0000_0004UL, 4)]
    public void AlignmentOfAddresses(ulong address, int alignment) => Assert.That(MatMulRequest.AlignmentOf(address), Is.EqualTo(alignment));

    static MatMulRequest Request<T>(MatrixProduct product, int batch, int multiprocessors) =>
        new(product, batch) { Element = typeof(T), Finish = typeof(Relu), Multiprocessors = multiprocessors, BlockThreads = 256, HasWarps = true };

    static string[] Names(MatMulLaunch launch) =>
        [.. Enumerable.Range(0, launch.Count).Select(i => launch.Kernel(i).Name.Replace("_Relu", "", StringComparison.Ordinal).Replace("_Unchanged", "", StringComparison.Ordinal))];

    static Func<KernelReference, bool> Without(string lacks) => kernel => !Array.Exists(lacks.Split(' '), one => kernel.Name.StartsWith(one, StringComparison.Ordinal));

    static void Check<T>(MatrixProduct product, int batch, MatMulPrecision precision, int multiprocessors, int blockThreads, bool hasWarps, params string[] lines)
        where T : unmanaged, System.Numerics.INumber<T> => Check<T>(product, batch, precision, multiprocessors, blockThreads, hasWarps, null, lines);

    // With bias and finish, once onto nothing and once onto what is there.
    static void Check<T>(MatrixProduct product, int batch, MatMulPrecision precision, int multiprocessors, int blockThreads, bool hasWarps, Func<KernelReference, bool>? has, string[] lines)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        product.HasBias = 1;
        product.Accumulates = product.Rows % 2;
        MatMulRequest request = Request<T>(product, batch, multiprocessors) with { Precision = precision, BlockThreads = blockThreads, HasWarps = hasWarps, HasKernel = has };
        MatMulLaunch launch = MatMulLaunch.Choose(request);
        Assert.That(Names(launch), Is.EqualTo(lines));
        T[] left = Numbers<T>(Extent(product.LeftBatchStep, batch, product.Rows, product.LeftRowStep, product.Inner, product.LeftInnerStep), 1);
        T[] right = Numbers<T>(Extent(product.RightBatchStep, batch, product.Columns, product.RightColumnStep, product.Inner, product.RightInnerStep), 2);
        T[] bias = Numbers<T>(product.Columns, 3), before = Numbers<T>(batch * product.Rows * product.Columns, 4);
        T[] result = MatMulRunner.Run(launch, left, right, bias, before, default(Relu));
        double tolerance = typeof(T) == typeof(double) ? 1e-13 : precision == MatMulPrecision.Exact ? 1e-5 : 0;

        // Rounded operands are checked by an error that grows with the root of the sum's length.
        if (tolerance == 0) tolerance = Math.Sqrt(product.Inner) * (precision == MatMulPrecision.Tf32 ? 1e-3 : 8e-3);
        MatMulCases.AssertClose(result, MatMulCases.Reference(left, right, bias, before, product, batch, x => Math.Max(x, 0)), tolerance, string.Join(' ', lines));
    }

    static int Extent(long batchStep, int batch, int lines, int lineStep, int inner, int innerStep) =>
        inner == 0 ? 1 : (int)((batchStep * (batch - 1)) + ((lines - 1L) * lineStep) + ((inner - 1L) * innerStep) + 1);

    static T[] Numbers<T>(int count, int seed) where T : System.Numerics.INumber<T> => [.. SimulatedDevice.Numbers(count, seed, -1, 1).Select(T.CreateChecked)];
}
