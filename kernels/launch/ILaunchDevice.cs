namespace Adjoint.Kernels;

/// <summary>
/// A device that holds memory and runs kernels: all that the engine's GPU back end asks of a driver or a simulator. Work runs in the order in which it was asked for; only
/// <see cref="Read"/> and <see cref="Synchronize"/> wait for it. Not safe for several threads at once.
/// </summary>
public interface ILaunchDevice : IDisposable
{
    /// <summary>One line: name, processors, memory.</summary>
    string Description { get; }

    /// <summary>Threads of a block for kernels that take any number, a multiple of 32.</summary>
    int BlockThreads { get; }

    /// <summary>Multiprocessors, for kernels that cut their work by them.</summary>
    int Multiprocessors { get; }

    /// <summary>Whether warps of 32 threads exchange registers; without, kernels that need it cannot run.</summary>
    bool HasWarps { get; }

    /// <summary>Whether four warps multiply matrices from shared memory together, which devices of compute capability 9.0 alone can.</summary>
    bool HasWarpGroups { get; }

    /// <summary>Whether chains of pointwise ops can be compiled to one kernel as the program runs.</summary>
    bool CompilesChains { get; }

    /// <summary>Whether a kernel can be launched; false where the device's kernels come from a pack that lacks it.</summary>
    bool HasKernel(KernelReference kernel) => true;

    /// <summary>Memory of undefined content that starts at a multiple of 256.</summary>
    ulong Allocate(long bytes);

    /// <summary>Gives memory back: work asked for before may still use it, and later allocations may return it.</summary>
    void Free(ulong address);

    /// <summary>Copies host bytes to the device; the source may be reused at once.</summary>
    void Write(ulong target, ReadOnlySpan<byte> source);

    /// <summary>Waits for all work asked for and copies bytes to the host.</summary>
    void Read(ulong source, Span<byte> target);

    /// <summary>Copies within the device.</summary>
    void Copy(ulong source, ulong target, long bytes);

    /// <summary>Sets every byte.</summary>
    void Fill(ulong target, byte value, long bytes);

    /// <summary>Runs a kernel. Allocates nothing on the managed heap once the kernel has run before.</summary>
    void Launch(KernelReference kernel, LaunchGrid grid, ReadOnlySpan<byte> arguments);

    /// <summary>Makes launches ready to be repeated many times, as one call of the driver where it can do that.</summary>
    ILaunchSequence Prepare(IReadOnlyList<KernelLaunch> launches);

    /// <summary>Waits until all work asked for is done.</summary>
    void Synchronize();
}

/// <summary>Launches that are repeated as one.</summary>
public interface ILaunchSequence : IDisposable
{
    /// <summary>Runs them in order. Allocates nothing on the managed heap.</summary>
    void Run();
}

/// <summary>Where a device gets its kernels from: a compiler, or a pack compiled ahead.</summary>
public interface IKernelSource
{
    /// <summary>Whether <see cref="ChainKernel"/>s can be asked for.</summary>
    bool CompilesChains { get; }

    /// <summary>Whether a kernel can be had for a device; a compiler makes any.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="major">Major compute capability of the device.</param>
    /// <param name="minor">Minor compute capability of the device.</param>
    bool Has(KernelReference kernel, int major, int minor) => true;

    /// <summary>A kernel for a device.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="major">Major compute capability of the device.</param>
    /// <param name="minor">Minor compute capability of the device.</param>
    /// <exception cref="KernelPackException">The source does not have it; the message says what to do.</exception>
    KernelImage Find(KernelReference kernel, int major, int minor);
}
