using System.Diagnostics;
using Adjoint.Kernels;

namespace Adjoint.Gpu;

/// <summary>One tile measured for one shape.</summary>
/// <param name="Shape">The shape.</param>
/// <param name="Tile">Name of the tile.</param>
/// <param name="Seconds">Time of one product.</param>
public readonly record struct MatMulMeasurement(MatMulShapeKey Shape, string Tile, double Seconds)
{
    /// <summary>Floating-point operations a second.</summary>
    public double Rate => 2.0 * Shape.Batch * Shape.Rows * Shape.Columns * Shape.Inner / Seconds;
}

/// <summary>Finds the fastest tile for shapes of matrix products by running each of them on the device.</summary>
public static class MatMulTuner
{
    /// <summary>Measures every tile that can compute a shape, on dense operands.</summary>
    /// <param name="backend">The device.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="seconds">Time for each tile, about.</param>
    /// <returns>The tiles, the fastest first.</returns>
    /// <exception cref="SettingException">A size is below 1, or the operands do not fit a tensor.</exception>
    public static IReadOnlyList<MatMulMeasurement> Measure(DeviceBackend backend, MatMulShapeKey shape, double seconds = 0.05)
    {
        ArgumentNullException.ThrowIfNull(backend);
        foreach (int size in (int[])[shape.Batch, shape.Rows, shape.Columns, shape.Inner]) Check.AtLeast(size, 1, "Size of a product");
        Check.InRange(seconds, 1e-6, 3600, "Seconds for each tile");
        ILaunchDevice device = backend.Launcher;
        bool isDouble = shape.Element == KernelReference.Label(typeof(double));
        long size64 = isDouble ? sizeof(double) : sizeof(float);
        long left = (long)shape.Batch * shape.Rows * shape.Inner, right = (long)shape.Batch * shape.Inner * shape.Columns, target = (long)shape.Batch * shape.Rows * shape.Columns;
        if (Math.Max(left, Math.Max(right, target)) * size64 > Storage.MaxBytes)
            throw new SettingException($"{shape.Batch} x {shape.Rows} x {shape.Columns} x {shape.Inner} is above 2 GiB an operand. Choose a smaller shape.");
        MatMulRequest request = new MatMulRequest(MatrixProduct.Dense(shape.Rows, shape.Columns, shape.Inner), shape.Batch)
        {
            Element = isDouble ? typeof(double) : typeof(float), Precision = shape.Precision,
        }.On(device);
        DeviceMemory[] memory = [backend.AllocateMemory(left * size64), backend.AllocateMemory(right * size64), backend.AllocateMemory(target * size64)];
        device.Fill(memory[0].Address, 0, left * size64);
        device.Fill(memory[1].Address, 0, right * size64);
        var measured = new List<MatMulMeasurement>();
        foreach (string tile in MatMulLaunch.Tiles(request))
        {
            MatMulLaunch launch = MatMulLaunch.Choose(request with { Tile = tile });
            if (!Enumerable.Range(0, launch.Count).Any(i => launch.Kernel(i).Name.StartsWith(tile, StringComparison.Ordinal))) continue;
            measured.Add(new MatMulMeasurement(shape, tile, Time(backend, launch, memory, (left, right, target), seconds)));
        }

        GC.KeepAlive(memory);
        return [.. measured.OrderBy(static one => one.Seconds)];
    }

    static double Time(DeviceBackend backend, MatMulLaunch launch, DeviceMemory[] memory, (long Left, long Right, long Target) counts, double seconds)
    {
        ILaunchDevice device = backend.Launcher;
        DeviceMemory scratch = backend.AllocateMemory(launch.ScratchBytes);
        var operands = new MatMulOperands(
            new(memory[0].Address, counts.Left), new(memory[1].Address, counts.Right), default, new(memory[2].Address, counts.Target), scratch.Address);
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
        GC.KeepAlive(scratch);
        return times[1] / count;
    }
}
