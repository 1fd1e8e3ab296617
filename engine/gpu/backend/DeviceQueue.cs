using Adjoint.Kernels;

namespace Adjoint.Gpu;

/// <summary>A queue that hands launches to a device at once.</summary>
sealed class DeviceQueue(DeviceBackend backend) : BackendQueue(backend)
{
    const int FaultSlots = 1024;

    readonly List<ulong> scratch = [];
    DeviceFaults? faults;

    public override void Launch(KernelReference kernel, LaunchGrid grid, ReadOnlySpan<byte> arguments) => Device.Launch(kernel, grid, arguments);

    public override ulong Scratch(long bytes)
    {
        ulong address = Backend.AllocateRaw(bytes);
        scratch.Add(address);
        return address;
    }

    public override void CheckIndices(string op, string role, Tensor indices, int lowest, int size) => WithRoom().Check(this, op, role, indices, lowest, size);

    public override ulong Watch(DeviceFault fault) => WithRoom().Watch(fault);

    DeviceFaults WithRoom()
    {
        faults ??= new DeviceFaults(Backend, FaultSlots);
        if (faults.IsFull) faults.Verify(forget: true);
        return faults;
    }

    /// <summary>Ends an op: its scratch memory may be used by what follows.</summary>
    public void EndOp()
    {
        foreach (ulong address in scratch) Device.Free(address);
        scratch.Clear();
    }

    /// <summary>Raises the error of a kernel that failed, if one did.</summary>
    public void Verify() => faults?.Verify(forget: true);
}
