using Adjoint.Gpu;

namespace Adjoint.Bench;

/// <summary>
/// All that is to be known of a device, in one run: whether ops are right, the ladder of matrix products, kernels that memory bounds, training steps, and PyTorch and JAX beside them where they are.
/// </summary>
static class GpuMode
{
    public static bool Run(Output output)
    {
        Options options = output.Options;
        Device device = Device.Parse(options.Device), before = Settings.DefaultDevice;
        DriverReport driver = CudaDriver.Probe();
        if (device.Kind == DeviceKind.Cuda && driver.Problem is { } problem)
        {
            Console.Error.WriteLine($"bench gpu: {problem}");
            return false;
        }

        if (!Backends.Devices.Contains(device)) GpuDevices.OfferAll();
        if (Backends.Of(device) is not DeviceBackend backend) throw new BenchException($"{device} launches no kernels. Use --device cuda:0 or simulator.");
        output.Facts.AddRange([("device", device.ToString()), ("description", backend.Description), ("driver", driver.Version == 0 ? "none" : DriverReport.Text(driver.Version)),
            ("numbers", device.Kind == DeviceKind.Simulator ? "simulator: times mean nothing, and no bar is judged" : "measured")]);
        var run = new GpuRun(output, backend, options.Seconds);
        string python = options.Peers.Count > 0 ? options.Peers[0] : "python3";
        bool agree;
        Settings.DefaultDevice = device;
        try
        {
            agree = GpuChecks.Run(run);
            agree &= GpuMatMul.Run(run);
            agree &= GpuMemory.Run(run);
            agree &= GpuSteps.Run(run);
        }
        finally
        {
            Settings.DefaultDevice = before;
        }

        if (!run.IsSimulated) GpuPeers.Run(run, python);
        IReadOnlyList<GpuBar> bars = run.IsSimulated ? [] : GpuBars.Of(output.Measurements);
        foreach (GpuBar bar in bars)
        {
            Console.Error.WriteLine($"bench gpu: {bar.Verdict}: {bar.Name} {bar.Value:G3} of {bar.Least} {bar.Unit}");
            if (bar.Value is { } value) run.Line($"bar/{bar.Name}", bar.Verdict, ("reached", value), ("asked", bar.Least));
        }

        if (options.Out is { } path) Results.WriteWhole(Path.ChangeExtension(path, ".md"), GpuReport.Write(output.Measurements, output.Facts, bars));
        return agree && bars.All(static bar => bar.Verdict != "missed");
    }
}
