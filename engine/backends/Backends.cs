namespace Adjoint;

/// <summary>The devices of this process. The CPU is always there; others are added by one explicit call each.</summary>
public static class Backends
{
    static readonly CpuBackend Cpu = new();
    static volatile Entry[] others = [];

    // What looks for devices of a kind, and once it has, why there are not more of them.
    static volatile Dictionary<DeviceKind, Lazy<string?>> searches = [];

    /// <summary>Names of all devices, opened or not.</summary>
    public static IReadOnlyList<Device> Devices => [Cpu.Device, .. Others().Select(static one => one.Device).OrderBy(static device => device.Kind).ThenBy(static device => device.Index)];

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

    /// <summary>Looks for devices of a kind when one of them, or the list of all, is first asked for: a program that needs none does not wait for drivers.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="search">Calls <see cref="Offer"/> for each device that it finds, and says in sentences what is missing and what to do; null if nothing is.</param>
    public static void OfferLater(DeviceKind kind, Func<string?> search)
    {
        ArgumentNullException.ThrowIfNull(search);
        lock (Cpu) searches = new(searches) { [kind] = new Lazy<string?>(search) };
    }

    static Entry[] Others()
    {
        foreach (Lazy<string?> search in searches.Values) _ = search.Value;
        return others;
    }

    /// <summary>The back end of a device.</summary>
    /// <exception cref="DeviceException">No back end serves the device.</exception>
    public static IBackend Of(Device device)
    {
        if (device is { Kind: DeviceKind.Cpu, Index: 0 }) return Cpu;
        string? missing = searches.TryGetValue(device.Kind, out Lazy<string?>? search) ? search.Value : null;
        foreach (Entry one in others)
        {
            if (one.Device == device) return one.Backend.Value;
        }

        throw new DeviceException($"No device {device} in this process. {missing ?? "Use cpu."} 'adjoint devices' lists what there is.");
    }

    sealed record Entry(Device Device, Lazy<IBackend> Backend);
}
