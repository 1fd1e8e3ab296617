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

    /// <summary>Threads of the largest block.</summary>
    public static int Most => Warps[^1] * WarpThreads;

    /// <summary>The accelerators' devices. ILGPU has no warps of less than two threads.</summary>
    public static IEnumerable<CPUDevice> Devices() => [new CPUDevice(2, 1, 1), .. Warps.Select(warps => new CPUDevice(WarpThreads, warps, 1))];

    /// <summary>Which accelerator is for blocks of a number of threads.</summary>
    public static int For(int threads) => threads == 1 ? 0 : 1 + Array.FindIndex(Warps, warps => warps * WarpThreads >= threads);
}
