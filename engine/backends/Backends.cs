namespace Adjoint;

/// <summary>The devices of this process. The CPU is always there; others are added by one explicit call each.</summary>
public static class Backends
{
    static readonly CpuBackend Cpu = new();
    static volatile Entry[] others = [];
    static volatile Action? pending;

    /// <summary>Names of all devices, opened or not.</summary>
    public static IReadOnlyList<Device> Devices => [Cpu.Device, .. Others().Select(static one => one.Device)];

    /// <summary>All devices, opened.</summary>
    public static IReadOnlyList<IBackend> All => [Cpu, .. Others().Select(static one => one.Backend.Value)];

    /// <summary>Adds a device.</summary>
    public static void Register(IBackend backend)
    {
        ArgumentNullException.ThrowIfNull(backend);
        Offer(backend.Device, () => backend);
    }

    /// <summary>Adds a device that is opened at its first use; a device of the same name is replaced.</summary>
    public static void Offer(Device device, Func<IBackend> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        lock (Cpu) others = [.. others.Where(one => one.Device != device), new Entry(device, new Lazy<IBackend>(open))];
    }

    /// <summary>Looks for devices when one other than the CPU is first asked for: a program that needs none does not wait for drivers.</summary>
    /// <param name="offer">Calls <see cref="Offer"/> for each device that it finds.</param>
    public static void OfferLater(Action offer)
    {
        ArgumentNullException.ThrowIfNull(offer);
        lock (Cpu) pending += offer;
    }

    static Entry[] Others()
    {
        if (pending is null) return others;
        lock (Cpu)
        {
            pending?.Invoke();
            pending = null;
        }

        return others;
    }

    /// <summary>The back end of a device.</summary>
    /// <exception cref="DeviceException">No back end serves the device.</exception>
    public static IBackend Of(Device device)
    {
        if (device is { Kind: DeviceKind.Cpu, Index: 0 }) return Cpu;
        foreach (Entry one in Others())
        {
            if (one.Device == device) return one.Backend.Value;
        }

        throw new DeviceException($"No device {device} in this process. 'adjoint devices' lists what there is; use cpu.");
    }

    sealed record Entry(Device Device, Lazy<IBackend> Backend);
}
