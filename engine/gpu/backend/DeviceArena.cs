namespace Adjoint.Gpu;

/// <summary>Blocks of a device's memory for the tensors of steps.</summary>
sealed class DeviceArena(DeviceBackend backend) : BlockArena(DeviceBackend.MemoryAlignment)
{
    readonly List<DeviceMemory> blocks = [];

    public DeviceStorage Allocate(int bytes, StepArena step)
    {
        var (block, start) = Take(bytes);
        return new DeviceStorage(backend.Device, blocks[block], (ulong)start, bytes, step);
    }

    protected override void AddBlock(int bytes) => blocks.Add(backend.AllocateMemory(bytes));
}
