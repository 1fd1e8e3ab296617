namespace Adjoint.Gpu;

/// <summary>Memory on a device: a stretch of a block.</summary>
sealed class DeviceStorage : Storage
{
    readonly DeviceMemory memory;
    readonly ulong start;
    readonly StepArena? arena;
    readonly int generation;

    public DeviceStorage(Device device, DeviceMemory memory, ulong start, int bytes, StepArena? arena) : base(device, bytes)
    {
        this.memory = memory;
        this.start = start;
        this.arena = arena;
        generation = arena?.Generation ?? 0;
    }

    internal override ulong DeviceAddress
    {
        get
        {
            RequireLive();
            return memory.Address + start;
        }
    }

    internal override bool IsBorrowed => arena is not null;

    internal override void RequireLive() => arena?.RequireLive(generation);

    internal override Storage Part(int start, int bytes) => new DeviceStorage(Device, memory, this.start + (ulong)start, bytes, arena);

    internal override bool IsPartOf(Storage whole, int start) =>
        whole is DeviceStorage other && ReferenceEquals(other.memory, memory) && this.start == other.start + (ulong)start;
}
