using ILGPU.Runtime.CPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// The sizes of block that the simulator has an accelerator for. One of ILGPU's starts a thread of the system for each thread of the largest block that it has seen, and wakes all of them for every launch, so
/// that each size has its own.
/// </summary>
static class SimulatorBlocks
{
    const int WarpThreads = 32;

    // The most warps of a block of each accelerator after the first, which is for blocks of one thread.
    static readonly int[] Warps = [1, 2, 4, 8, 16, 32];

    /// <summary>The accelerators' devices. ILGPU has no warps of less than two threads.</summary>
    public static IEnumerable<CPUDevice> Devices() => [new CPUDevice(2, 1, 1), .. Warps.Select(warps => new CPUDevice(WarpThreads, warps, 1))];

    /// <summary>
    /// The accelerator of the launch's block size, the largest one's for blocks that are too large. A thread of the system for each of the block is costly, and a block that is one thread is free of it.
    /// </summary>
    public static (int Place, LaunchGrid Grid) Place(Kernel kernel, LaunchGrid grid)
    {
        if (kernel.Traits.HasFlag(KernelTraits.Independent)) grid = new(checked(grid.X * grid.Threads), grid.Y, grid.Z, 1);
        int place = Array.FindIndex(Warps, warps => warps * WarpThreads >= grid.Threads);
        return (grid.Threads == 1 ? 0 : place < 0 ? Warps.Length : place + 1, grid);
    }
}
