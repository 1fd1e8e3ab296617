namespace Adjoint.Kernels;

/// <summary>How many blocks of how many threads run a kernel.</summary>
/// <param name="X">Blocks along the first axis of the grid.</param>
/// <param name="Y">Along the second, at most 65,535.</param>
/// <param name="Z">Along the third, at most 65,535.</param>
/// <param name="Threads">Threads of a block.</param>
public readonly record struct LaunchGrid(int X, int Y, int Z, int Threads)
{
    /// <summary>Whether there is nothing to run.</summary>
    public bool IsEmpty => X == 0 || Y == 0 || Z == 0;

    /// <summary>One row of blocks with at least as many threads as there are items.</summary>
    public static LaunchGrid Cover(long items, int threads) => new(checked((int)((items + threads - 1) / threads)), 1, 1, threads);
}

/// <summary>A kernel with all that one run of it needs.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="Grid">Its blocks.</param>
/// <param name="Arguments">Its arguments, as <see cref="LaunchArguments"/> lays them out.</param>
public readonly record struct KernelLaunch(KernelReference Kernel, LaunchGrid Grid, byte[] Arguments);
