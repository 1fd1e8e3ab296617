using System.Diagnostics;
using Adjoint.Kernels;

namespace Adjoint.Gpu;

/// <summary>What a device does at best, in a few hundred milliseconds: copies within its memory, and a kernel of fused multiply-adds.</summary>
static class DevicePeaks
{
    // Far beyond a cache on a device; next to nothing on the simulator, where only the meaning counts.
    const int DeviceBytes = 256 << 20, SimulatedBytes = 1 << 12;
    const int Elements = 1 << 22, SimulatedElements = 64, PackElements = 4;
    const int Trials = 7, Repeats = 4;

    static readonly KernelReference Burst = new("dense_unary", typeof(FmaBurst), typeof(float));

    /// <summary>Measures; the rate of multiply-adds is not a number where the device's kernels lack the one for it.</summary>
    public static RoofPeaks Measure(ILaunchDevice device)
    {
        bool isReal = device is CudaDevice;
        return new RoofPeaks(CopyBandwidth(device, isReal ? DeviceBytes : SimulatedBytes), Arithmetic(device, isReal ? Elements : SimulatedElements));
    }

    /// <summary>Bytes read and written a second by copies within the device, the best of a few trials.</summary>
    public static double CopyBandwidth(ILaunchDevice device, long bytes)
    {
        ulong source = device.Allocate(bytes), target = device.Allocate(bytes);
        try
        {
            device.Fill(source, 1, bytes);
            return 2 * bytes / Fastest(device, () => device.Copy(source, target, bytes));
        }
        finally
        {
            device.Free(target);
            device.Free(source);
        }
    }

    static double Arithmetic(ILaunchDevice device, int elements)
    {
        ulong values = device.Allocate(elements * sizeof(float));
        try
        {
            device.Fill(values, 0, elements * sizeof(float));
            var arguments = new LaunchArguments(stackalloc byte[LaunchArguments.MaxBytes]);
            var view = new DeviceView(values, elements);
            arguments.Add(view);
            arguments.Add(view);
            arguments.Add((long)elements);
            arguments.Add(default(FmaBurst));
            byte[] bytes = arguments.Bytes.ToArray();
            LaunchGrid grid = LaunchGrid.Cover(elements / PackElements, device.BlockThreads);
            return 2.0 * elements * FmaBurst.Steps / Fastest(device, () => device.Launch(Burst, grid, bytes));
        }
        catch (KernelPackException)
        {
            return double.NaN;
        }
        finally
        {
            device.Free(values);
        }
    }

    // Seconds a call, of a few in a row so that the way there and back is a small part.
    static double Fastest(ILaunchDevice device, Action call)
    {
        double best = double.PositiveInfinity;
        for (int trial = 0; trial < Trials; trial++)
        {
            device.Synchronize();
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < Repeats; i++) call();
            device.Synchronize();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds / Repeats);
        }

        return best;
    }
}
