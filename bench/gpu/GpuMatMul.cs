using Adjoint.Kernels;

namespace Adjoint.Bench;

/// <summary>The ladder of matrix products, each rung by itself, in TFLOP/s; before it is timed, a rung's product is compared with the CPU's.</summary>
static class GpuMatMul
{
    // tf32 keeps 10 bits of each operand, bf16 8; sums run over the size.
    const double ToleranceF32 = 1e-4, ToleranceTf32 = 1e-2, ToleranceBf16 = 5e-2;

    // Beyond, a slow rung tells nothing that smaller sizes did not.
    const double MostSecondsPerCall = 0.4;

    // Right operands lie along the columns of the product, left ones along the sum.
    static readonly object[] dense = ["AlongInner", "AlongLines", "Unchanged"];

    /// <summary>A rung with its launch.</summary>
    /// <param name="Name">Its line in the kernel table.</param>
    /// <param name="Numbers">What it multiplies: f32, tf32 or bf16.</param>
    /// <param name="Arguments">Its type arguments.</param>
    /// <param name="Side">Rows and columns of a block.</param>
    /// <param name="Threads">Threads of a block.</param>
    sealed record Rung(string Name, string Numbers, object[] Arguments, int Side, int Threads)
    {
        /// <summary>A form for the simulator, whose blocks have few threads.</summary>
        public Rung? Small { get; init; }

        /// <summary>Whether it runs on devices of compute capability 9.0 alone.</summary>
        public bool NeedsWarpGroups { get; init; }

        public Rung ForSimulator() => Small ?? this;

        public KernelReference Reference() => new(Name, Arguments);
    }

    static readonly Rung[] rungs =
    [
        new("matmul_1_naive", "f32", [typeof(float), "Unchanged"], 16, 256),
        new("matmul_2_shared", "f32", [typeof(float), "Unchanged"], 16, 256),
        new("matmul_3_thread_tile", "f32", [typeof(float), "Tile128", "Unchanged"], 128, 256)
        {
            Small = new("matmul_3_thread_tile", "f32", [typeof(float), "Tile32", "Unchanged"], 32, 32),
        },
        new("matmul_4_vector", "f32", ["Tile128", .. dense], 128, 256) { Small = new("matmul_4_vector", "f32", ["Tile64", .. dense], 64, 256) },
        new("matmul_5_tf32", "tf32", ["WarpTile128", .. dense], 128, 256) { Small = new("matmul_5_tf32", "tf32", ["WarpTile64", .. dense], 64, 64) },
        new("matmul_6_bf16", "bf16", ["WarpTile128", .. dense], 128, 256) { Small = new("matmul_6_bf16", "bf16", ["WarpTile64", .. dense], 64, 64) },
        new("matmul_7_wgmma", "bf16", ["GroupTile128", .. dense], 128, 256) { NeedsWarpGroups = true },
    ];

    static readonly KernelReference ToBf16 = new("matmul_to_bf16");

    /// <summary>Names of the rungs.</summary>
    public static IEnumerable<string> Names => rungs.Select(static rung => rung.Name);

    public static bool Run(GpuRun run)
    {
        bool agree = true;
        var rates = new Dictionary<string, double>();
        foreach (int size in run.IsSimulated ? (int[])[32] : [256, 1024, 4096, 8192])
        {
            foreach (Rung rung in rungs)
            {
                if (rung.NeedsWarpGroups && !run.Backend.Launcher.HasWarpGroups) continue;
                double flops = 2.0 * size * size * size;
                if (rates.TryGetValue(rung.Name, out double rate) && flops / rate > MostSecondsPerCall) continue;
                agree &= run.Try($"matmul/{size} {rung.Name}", () => rates[rung.Name] = Measure(run, run.IsSimulated ? rung.ForSimulator() : rung, size, size == 256 || run.IsSimulated));
            }
        }

        return agree;
    }

    // Operations a second.
    static double Measure(GpuRun run, Rung rung, int size, bool compares)
    {
        Tensor left = Operand(run, size, 1, compares), right = Operand(run, size, 2, compares), target = Tensor.Zeros([size, size]);
        Tensor a = left, b = right;
        ILaunchDevice device = run.Backend.Launcher;
        if (rung.Numbers == "bf16") (a, b) = (Rounded(device, left), Rounded(device, right));
        long elements = (long)size * size;
        var arguments = new LaunchArguments(stackalloc byte[LaunchArguments.MaxBytes]);
        arguments.Add(new DeviceView(a.DeviceAddress, elements));
        arguments.Add(new DeviceView(b.DeviceAddress, elements));
        arguments.Add(default(DeviceView));
        arguments.Add(new DeviceView(target.DeviceAddress, elements));
        arguments.Add(MatrixProduct.Dense(size, size, size));
        arguments.Add((byte)0);
        byte[] bytes = arguments.Bytes.ToArray();
        KernelReference kernel = rung.Reference();
        int blocks = (size + rung.Side - 1) / rung.Side;
        var grid = new LaunchGrid(blocks * blocks, 1, 1, rung.Threads);
        double seconds = run.Median(() => device.Launch(kernel, grid, bytes)), flops = 2.0 * size * size * size;
        if (compares) Compare(run, rung, size, left, right, target);
        run.Line($"matmul/{size}/{rung.Numbers}", rung.Name, ("us", seconds * 1e6), ("tflops", flops / seconds / 1e12));
        GC.KeepAlive((a, b, target));
        return flops / seconds;
    }

    // What is compared is drawn on the CPU, so that it does not depend on the device.
    static Tensor Operand(GpuRun run, int size, int number, bool compares) => compares
        ? GpuChecks.OnCpu(size + number, [size, size], -1, 1).To(run.Backend.Device)
        : new Generator(Key.FromSeed(size + number)).Uniform([size, size], -1, 1);

    static void Compare(GpuRun run, Rung rung, int size, Tensor left, Tensor right, Tensor target)
    {
        float[] found = target.Read<float>(), expected = left.To(Device.Cpu).MatMul(right.To(Device.Cpu)).Read<float>();
        double error = 0;
        for (int i = 0; i < found.Length; i++) error = Math.Max(error, float.IsFinite(found[i]) ? Math.Abs(found[i] - expected[i]) : double.PositiveInfinity);
        error /= Math.Sqrt(size);
        run.Line($"check/{rung.Name}", "ours", ("max_error", error));
        double tolerance = rung.Numbers switch { "f32" => ToleranceF32, "tf32" => ToleranceTf32, _ => ToleranceBf16 };
        if (!(error <= tolerance)) throw new DeviceException($"its largest error is {error:G3}, above {tolerance}. Report it with the driver's version.");
    }

    // bf16 numbers lie in the first half of an f32 tensor's memory.
    static Tensor Rounded(ILaunchDevice device, Tensor x)
    {
        Tensor rounded = Tensor.Zeros(x.Shape);
        var arguments = new LaunchArguments(stackalloc byte[LaunchArguments.MaxBytes]);
        arguments.Add(new DeviceView(x.DeviceAddress, x.Count));
        arguments.Add(new DeviceView(rounded.DeviceAddress, x.Count));
        arguments.Add((long)x.Count);
        device.Launch(ToBf16, LaunchGrid.Cover((x.Count + 3) / 4, device.BlockThreads), arguments.Bytes);
        return rounded;
    }
}
