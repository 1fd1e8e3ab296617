using Adjoint.Kernels;

namespace Adjoint.Gpu;

/// <summary>A queue that keeps the launches of an op for a plan, with memory of their own.</summary>
sealed class RecordingQueue(DeviceBackend backend) : BackendQueue(backend)
{
    readonly List<KernelLaunch> launches = [];
    readonly List<DeviceMemory> scratch = [];
    readonly List<DeviceFaults> faults = [];

    public override void Launch(KernelReference kernel, LaunchGrid grid, ReadOnlySpan<byte> arguments) => launches.Add(new KernelLaunch(kernel, grid, arguments.ToArray()));

    public override ulong Scratch(long bytes)
    {
        DeviceMemory memory = Backend.AllocateMemory(bytes);
        scratch.Add(memory);
        return memory.Address;
    }

    public override void CheckIndices(string op, string role, Tensor indices, int lowest, int size) => OneMore().Check(this, op, role, indices, lowest, size);

    public override ulong Watch(DeviceFault fault) => OneMore().Watch(fault);

    DeviceFaults OneMore()
    {
        var one = new DeviceFaults(Backend, 1);
        faults.Add(one);
        return one;
    }

    /// <summary>What was kept, as a call.</summary>
    public DeviceCall ToCall() => new(Backend, [.. launches], [.. scratch], [.. faults]);
}
