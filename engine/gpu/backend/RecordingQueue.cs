using Adjoint.Kernels;

namespace Adjoint.Gpu;

/// <summary>A queue that keeps the launches of an op for a plan, with memory of their own.</summary>
sealed class RecordingQueue(DeviceBackend backend) : LaunchQueue
{
    readonly ILaunchDevice device = backend.Launcher;
    readonly List<KernelLaunch> launches = [];
    readonly List<DeviceMemory> scratch = [];
    IndexFaults? faults;

    public override int BlockThreads => device.BlockThreads;

    public override int Multiprocessors => device.Multiprocessors;

    public override bool HasWarps => device.HasWarps;

    public override MatMulTuning? Tuning => backend.Tuning;

    public override bool HasWarpGroups => device.HasWarpGroups;

    public override void Launch(KernelReference kernel, LaunchGrid grid, ReadOnlySpan<byte> arguments) => launches.Add(new KernelLaunch(kernel, grid, arguments.ToArray()));

    public override ulong Scratch(long bytes)
    {
        DeviceMemory memory = backend.AllocateMemory(bytes);
        scratch.Add(memory);
        return memory.Address;
    }

    public override void CheckIndices(string op, string role, Tensor indices, int lowest, int size)
    {
        faults ??= new IndexFaults(backend, 1);
        faults.Check(this, op, role, indices, lowest, size);
    }

    /// <summary>What was kept, as a call.</summary>
    public DeviceCall ToCall() => new(backend, [.. launches], [.. scratch], faults is null ? [] : [faults]);
}
