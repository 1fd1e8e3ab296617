namespace Adjoint;

/// <summary>The devices of this process. The CPU is always there; others are added by one explicit call each.</summary>
public static class Backends
{
    static readonly CpuBackend Cpu = new();
    static volatile IBackend[] others = [];

    /// <summary>All devices.</summary>
    public static IReadOnlyList<IBackend> All => [Cpu, .. others];

    /// <summary>Adds a device.</summary>
    public static void Register(IBackend backend)
    {
        ArgumentNullException.ThrowIfNull(backend);
        lock (Cpu) others = [.. others, backend];
    }

    /// <summary>The back end of a device.</summary>
    /// <exception cref="DeviceException">No back end serves the device.</exception>
    public static IBackend Of(Device device)
    {
        if (device is { Kind: DeviceKind.Cpu, Index: 0 }) return Cpu;
        foreach (IBackend backend in others)
        {
            if (backend.Device == device) return backend;
        }

        throw new DeviceException($"No device {device} in this process. 'adjoint devices' lists what there is; use cpu.");
    }
}
