using Adjoint.Kernels;

namespace Adjoint.Gpu;

/// <summary>A queue that hands launches to a device at once.</summary>
sealed class DeviceQueue(DeviceBackend backend) : LaunchQueue
{
    const int FaultSlots = 1024;

    readonly ILaunchDevice device = backend.Launcher;
    readonly List<ulong> scratch = [];
    IndexFaults? faults;

    public override int BlockThreads => device.BlockThreads;

    public override int Multiprocessors => device.Multiprocessors;

    public override bool HasWarps => device.HasWarps;

    public override MatMulTuning? Tuning => backend.Tuning;

    public override bool HasWarpGroups => device.HasWarpGroups;

    public override void Launch(KernelReference kernel, LaunchGrid grid, ReadOnlySpan<byte> arguments) => device.Launch(kernel, grid, arguments);

    public override ulong Scratch(long bytes)
    {
        ulong address = backend.AllocateRaw(bytes);
        scratch.Add(address);
        return address;
    }

    public override void CheckIndices(string op, string role, Tensor indices, int lowest, int size)
    {
        faults ??= new IndexFaults(backend, FaultSlots);
        if (faults.IsFull) faults.Verify(forget: true);
        faults.Check(this, op, role, indices, lowest, size);
    }

    /// <summary>Ends an op: its scratch memory may be used by what follows.</summary>
    public void EndOp()
    {
        foreach (ulong address in scratch) device.Free(address);
        scratch.Clear();
    }

    /// <summary>Raises the error of an index out of range, if there was one.</summary>
    public void Verify() => faults?.Verify(forget: true);
}
