using Adjoint.Kernels.Gpu;

namespace Adjoint.Gpu;

/// <summary>The GPU back ends of a process that carries the compiler: kernels are compiled as they are first launched, and kept on disk.</summary>
public static class GpuDevices
{
    static readonly Lazy<CompiledKernels> Kernels = new(static () => new CompiledKernels(new KernelCompiler(new KernelCache(Settings.KernelFolder))));

    /// <summary>
    /// Offers every device of this machine that runs kernels: <c>cuda:0</c> and so on where the driver has devices, <c>opencl:0</c> and so on where the system's OpenCL has, and the <c>simulator</c>, which runs
    /// them on the CPU, slowly, for tests. They are looked for when the first of a kind is asked for, and opened when they are used.
    /// </summary>
    public static void OfferAll()
    {
        Backends.OfferLater(DeviceKind.Cuda, FindCuda);
        Backends.OfferLater(DeviceKind.OpenCL, FindOpenCL);
        Backends.Offer(new Device(DeviceKind.Simulator), static () => new DeviceBackend(new Device(DeviceKind.Simulator), AcceleratorDevice.Simulator()));
    }

    static string? FindCuda()
    {
        DriverReport report = CudaDriver.Probe();
        foreach (DriverDevice device in report.Devices.Where(static device => device.IsSupported)) OfferCuda(device.Index);
        return report.Problem;
    }

    static string? FindOpenCL()
    {
        OpenClReport report = OpenClPlatform.Probe();
        foreach (OpenClDevice device in report.Devices.Where(static device => device.IsSupported)) OfferOpenCL(device.Index);
        return report.Problem;
    }

    static void OfferOpenCL(int index)
    {
        var name = new Device(DeviceKind.OpenCL, index);
        Backends.Offer(name, () => new DeviceBackend(name, AcceleratorDevice.OpenCL(index) ?? throw new DeviceException($"Device {name} was there before and is not now. Restart the program, or use cpu.")));
    }

    static void OfferCuda(int index)
    {
        var name = new Device(DeviceKind.Cuda, index);
        Backends.Offer(name, () =>
        {
            CudaDevice device = CudaDevice.Open(index, Kernels.Value);
            return new DeviceBackend(name, device) { Tuning = TuningFile.Read(TuningFile.PathOf(device.Description)) };
        });
    }
}
