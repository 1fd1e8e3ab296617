using ILGPU;
using ILGPU.Runtime;

namespace Adjoint.Kernels.Gpu;

/// <summary>Which of a device's accelerators runs a launch, and as which grid.</summary>
delegate (int Place, LaunchGrid Grid) BlockPlacement(Kernel kernel, LaunchGrid grid);

/// <summary>A kernel as a device keeps it: how its arguments lie, and what ILGPU made of it for each accelerator.</summary>
sealed class LoadedKernel
{
    /// <summary>Traits of kernels that a device without warps cannot run.</summary>
    internal const KernelTraits NeedsWarps = KernelTraits.Warps | KernelTraits.MatrixUnits | KernelTraits.AsynchronousCopies;

    readonly Kernel kernel;
    readonly Accelerator[] accelerators;
    readonly BlockPlacement placement;
    readonly ArgumentForms forms;
    readonly ILGPU.Runtime.Kernel?[] runnable;

    /// <summary>Prepares to load a kernel.</summary>
    /// <exception cref="KernelLaunchException">The kernel needs warps, and the device has none.</exception>
    public LoadedKernel(Kernel kernel, Accelerator[] accelerators, BlockPlacement placement, bool hasWarps)
    {
        KernelTraits needs = kernel.Traits & NeedsWarps;
        if (needs != 0 && !hasWarps) throw new KernelLaunchException($"{kernel}: needs {needs}, and the device has no warps. Is there a form of the kernel without?");
        this.kernel = kernel;
        this.accelerators = accelerators;
        this.placement = placement;
        forms = new(kernel);
        runnable = new ILGPU.Runtime.Kernel?[accelerators.Length];
    }

    /// <summary>Name of the entry point.</summary>
    public string Name => kernel.Name;

    /// <summary>What ILGPU makes of the kernel for an accelerator.</summary>
    /// <exception cref="KernelLaunchException">It does not accept the kernel.</exception>
    public ILGPU.Runtime.Kernel Load(int place)
    {
        try
        {
            return runnable[place] ??= accelerators[place].LoadKernel(kernel.Method);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // What a failed compilation leaves in the context makes every later one fail.
            accelerators[place].Context.ClearCache(ClearCacheMode.Everything);
            throw new KernelLaunchException($"{Name}: ILGPU does not compile it for {accelerators[place].Name}: {exception.GetBaseException().Message}", exception);
        }
    }

    /// <summary>One launch with its arguments.</summary>
    public PreparedLaunch Prepare(LaunchGrid grid, ReadOnlySpan<byte> arguments, AddressSpace memory)
    {
        DecodedArguments decoded = forms.Read(arguments, memory);
        (int place, grid) = placement(kernel, grid);
        if (grid.Threads < 1 || grid.Threads > accelerators[place].MaxNumThreadsPerGroup)
            throw new KernelLaunchException($"{Name}: a block of {grid.Threads} threads. The device has blocks of 1 to {accelerators[place].MaxNumThreadsPerGroup}");
        ILGPU.Runtime.Kernel loaded = Load(place);
        var blocks = new Index3D(grid.X, grid.Y, grid.Z);
        var threads = new Index3D(grid.Threads, 1, 1);
        int shared = kernel.Description.DynamicSharedBytes;
        KernelConfig configuration = shared > 0 ? new(blocks, threads, SharedMemoryConfig.RequestDynamic<byte>(shared)) : new(blocks, threads);
        return new PreparedLaunch(Name, loaded, accelerators[place].DefaultStream, configuration, decoded);
    }
}

/// <summary>A launch that can be repeated.</summary>
sealed class PreparedLaunch(string name, ILGPU.Runtime.Kernel kernel, AcceleratorStream stream, KernelConfig configuration, DecodedArguments arguments)
{
    /// <summary>Runs it.</summary>
    /// <exception cref="KernelLaunchException">Memory of its arguments was given back.</exception>
    public void Run()
    {
        foreach (DeviceBuffer buffer in arguments.Buffers)
        {
            if (buffer.IsFreed) throw new KernelLaunchException($"{name}: the memory at 0x{buffer.Address:x} was given back since the launch was prepared");
        }

        LaneFailures.Enter(name);
        kernel.Launch(stream, configuration, arguments.Values);
    }
}
