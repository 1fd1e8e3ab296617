namespace Adjoint.Gpu;

/// <summary>A block of device memory, given back once nothing refers to it.</summary>
sealed class DeviceMemory
{
    readonly DeviceBackend backend;
    readonly long bytes;

    public DeviceMemory(DeviceBackend backend, ulong address, long bytes)
    {
        this.backend = backend;
        this.bytes = bytes;
        Address = address;

        // The collector does not see what a handle holds on the device.
        if (bytes > 0) GC.AddMemoryPressure(bytes);
    }

    public ulong Address { get; }

    ~DeviceMemory()
    {
        if (bytes > 0) GC.RemoveMemoryPressure(bytes);
        backend.Release(Address);
    }
}
