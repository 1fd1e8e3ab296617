using System.Diagnostics;
using Adjoint.Kernels;

namespace Adjoint.Gpu;

/// <summary>Finds the fastest tile for shapes of matrix products by running each of them on the device.</summary>
public static class MatMulTuner
{
    /// <summary>Names of the tiles that are measured for a shape, at most.</summary>
    /// <exception cref="SettingException">A size is below 1, or the operands do not fit a tensor.</exception>
    public static IReadOnlyList<string> Tiles(DeviceBackend backend, MatMulShapeKey shape) => [.. MatMulLaunch.Tiles(Request(backend, shape))];

    /// <summary>Measures every tile that can compute a shape, on dense operands.</summary>
    /// <param name="backend">The device.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="seconds">Time for each tile, about.</param>
    /// <param name="passed">Called after each tile; what it throws ends the measurement.</param>
    /// <exception cref="SettingException">A size is below 1, or the operands do not fit a tensor.</exception>
    public static MatMulTrial Measure(DeviceBackend backend, MatMulShapeKey shape, double seconds = 0.05, Action? passed = null)
    {
        MatMulRequest request = Request(backend, shape);
        Check.InRange(seconds, 1e-6, 3600, "Seconds for each tile");
        ILaunchDevice device = backend.Launcher;
        long[] counts = Counts(shape);
        var memory = new List<ulong>();
        try
        {
            foreach (long count in counts)
            {
                memory.Add(backend.AllocateRaw(count * Bytes(shape)));
                device.Fill(memory[^1], 0, count * Bytes(shape));
            }

            var operands = new MatMulOperands(new(memory[0], counts[0]), new(memory[1], counts[1]), default, new(memory[2], counts[2]), 0);
            string[] tiles = [.. MatMulLaunch.Tiles(request)];
            var measured = new List<MatMulMeasurement>();
            foreach (string tile in tiles)
            {
                MatMulLaunch launch = MatMulLaunch.Choose(request with { Tile = tile });
                if (TileOf(launch, [tile]) is not null) measured.Add(new MatMulMeasurement(shape, tile, Time(backend, launch, operands, seconds)));
                passed?.Invoke();
            }

            MatMulLaunch standard = MatMulLaunch.Choose(request);
            return new MatMulTrial(shape, [.. measured.OrderBy(static one => one.Seconds)], TileOf(standard, tiles) ?? standard.Kernel(0).Name);
        }
        finally
        {
            foreach (ulong address in memory) device.Free(address);
        }
    }

    static MatMulRequest Request(DeviceBackend backend, MatMulShapeKey shape)
    {
        ArgumentNullException.ThrowIfNull(backend);
        foreach (int size in (int[])[shape.Batch, shape.Rows, shape.Columns, shape.Inner]) Check.AtLeast(size, 1, "Size of a product");
        if (Counts(shape).Max() > Storage.MaxBytes / Bytes(shape))
            throw new SettingException($"{shape.Batch} x {shape.Rows} x {shape.Columns} x {shape.Inner} is above 2 GiB an operand. Choose a smaller shape.");
        return new MatMulRequest(MatrixProduct.Dense(shape.Rows, shape.Columns, shape.Inner), shape.Batch)
        {
            Element = IsDouble(shape) ? typeof(double) : typeof(float), Precision = shape.Precision,
        }.On(backend.Launcher);
    }

    static bool IsDouble(MatMulShapeKey shape) => shape.Element == KernelReference.Label(typeof(double));

    static int Bytes(MatMulShapeKey shape) => IsDouble(shape) ? sizeof(double) : sizeof(float);

    // Of left operands, right operands and targets; where they do not fit a number, the largest number.
    static long[] Counts(MatMulShapeKey shape)
    {
        static long Count(int batch, int rows, int columns) => (long)Int128.Min((Int128)batch * rows * columns, long.MaxValue);
        return [Count(shape.Batch, shape.Rows, shape.Inner), Count(shape.Batch, shape.Inner, shape.Columns), Count(shape.Batch, shape.Rows, shape.Columns)];
    }

    // The tile among some whose kernel a launch runs.
    static string? TileOf(MatMulLaunch launch, string[] tiles) =>
        Array.Find(tiles, tile => Enumerable.Range(0, launch.Count).Any(i => launch.Kernel(i).Name.StartsWith($"{tile}_", StringComparison.Ordinal)));

    static double Time(DeviceBackend backend, MatMulLaunch launch, MatMulOperands operands, double seconds)
    {
        ulong scratch = backend.AllocateRaw(launch.ScratchBytes);
        try
        {
            return Time(backend.Launcher, launch, operands with { Scratch = scratch }, seconds);
        }
        finally
        {
            backend.Launcher.Free(scratch);
        }
    }

    static double Time(ILaunchDevice device, MatMulLaunch launch, MatMulOperands operands, double seconds)
    {
        var buffer = new byte[LaunchArguments.MaxBytes];
        var launches = new KernelLaunch[launch.Count];
        for (int i = 0; i < launches.Length; i++)
        {
            var arguments = new LaunchArguments(buffer);
            launch.AddArguments(i, operands, default(Unchanged), ref arguments);
            launches[i] = new KernelLaunch(launch.Kernel(i), launch.Grid(i), arguments.Bytes.ToArray());
        }

        using ILaunchSequence sequence = device.Prepare(launches);
        double Runs(int count)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < count; i++) sequence.Run();
            device.Synchronize();
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        // The first run loads the kernel, the second tells how many make up the time.
        Runs(1);
        int count = (int)Math.Clamp(seconds / 3 / Math.Max(Runs(1), 1e-9), 1, 100_000);
        double[] times = [Runs(count), Runs(count), Runs(count)];
        Array.Sort(times);
        return times[1] / count;
    }
}
