using Adjoint.Kernels;

namespace Adjoint.Gpu;

/// <summary>Launches of a plan on one device, which the device repeats as one where it can.</summary>
sealed class DeviceCall(DeviceBackend backend, KernelLaunch[] launches, DeviceMemory[] scratch, DeviceFaults[] faults) : PlannedCall
{
    ILaunchSequence? sequence;

    /// <summary>What is launched, in order.</summary>
    public IReadOnlyList<KernelLaunch> Launches => launches;

    /// <summary>Several calls as one.</summary>
    public static DeviceCall Join(DeviceBackend backend, IEnumerable<DeviceCall> calls)
    {
        DeviceCall[] all = [.. calls];
        return new DeviceCall(
            backend, [.. all.SelectMany(static call => call.Launches)], [.. all.SelectMany(static call => call.Scratch)], [.. all.SelectMany(static call => call.Faults)]);
    }

    public override IReadOnlyList<string> LaunchNames => Array.ConvertAll(launches, static launch => launch.Kernel.Name);

    // Kept alive by the call, which hands their addresses to kernels.
    DeviceMemory[] Scratch { get; } = scratch;

    DeviceFaults[] Faults { get; } = faults;

    public override void Run()
    {
        if (launches.Length == 0) return;
        if (backend.UsesGraphs)
        {
            sequence ??= backend.Launcher.Prepare(launches);
            sequence.Run();
        }
        else
        {
            foreach (KernelLaunch launch in launches) backend.Launcher.Launch(launch.Kernel, launch.Grid, launch.Arguments);
        }

        WatchFaults();
    }

    /// <summary>Sees to it that the next wait looks for kernels that failed, once the launches were asked for.</summary>
    public void WatchFaults()
    {
        if (Faults.Length > 0) backend.Watch(this);
    }

    /// <summary>Raises the error of a kernel that failed, if one did in the last runs.</summary>
    public void Verify()
    {
        foreach (DeviceFaults one in Faults) one.Verify(forget: false);
    }

    ~DeviceCall()
    {
        if (sequence is not null) backend.Release(sequence);
    }
}
