using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.OpenCL;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// ILGPU's own accelerators as a device: <see cref="Simulator"/> runs kernels on the CPU as the C# that they are, <see cref="OpenCL"/> compiles them to OpenCL C. A wrong address is refused before a kernel runs. Launches allocate on
/// the managed heap, unlike those of a driver.
/// </summary>
public sealed class AcceleratorDevice : ILaunchDevice
{
    readonly Context context;
    readonly Accelerator[] accelerators;
    readonly AddressSpace memory;
    readonly BlockPlacement placement;
    readonly Dictionary<int, LoadedKernel> loaded = [];

    AcceleratorDevice(Context context, Accelerator[] accelerators, BlockPlacement placement, string description, bool hasWarps)
    {
        this.placement = placement;
        this.context = context;
        this.accelerators = accelerators;
        Description = description;
        HasWarps = hasWarps;
        memory = new AddressSpace(accelerators[0]);
    }

    /// <summary>A device on the CPU.</summary>
    /// <param name="hasWarps">Whether it says to have warps. An exchange between lanes takes half a millisecond, so who does not test these kernels is faster without.</param>
    public static AcceleratorDevice Simulator(bool hasWarps = true)
    {
        LaneFailures.Install();
        CPUDevice[] devices = [.. SimulatorBlocks.Devices()];
        Context context = Context.Create(builder => Array.ForEach(devices, device => builder.CPU(device)));
        return new AcceleratorDevice(context, [.. devices.Select(device => device.CreateCPUAccelerator(context, CPUAcceleratorMode.Parallel))], SimulatorBlocks.Place, $"simulator on the CPU, {(hasWarps ? "with" : "without")} warps", hasWarps);
    }

    /// <summary>A device of the system's OpenCL; null if there is none of this number, or not one that kernels run on. It has no warps.</summary>
    /// <param name="index">Number of the device, as in <see cref="OpenClPlatform.Probe"/>.</param>
    public static AcceleratorDevice? OpenCL(int index = 0)
    {
        Context context = OpenClPlatform.Start();
        CLDevice[] devices = OpenClPlatform.Devices(context);
        if (index < 0 || index >= devices.Length || !OpenClDevice.Of(devices[index], index).IsSupported)
        {
            context.Dispose();
            return null;
        }

        return new AcceleratorDevice(context, [devices[index].CreateCLAccelerator(context)], OpenClPlatform.Place, OpenClDevice.Of(devices[index], index).Description, hasWarps: false);
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public int BlockThreads => 64;

    /// <inheritdoc/>
    public int Multiprocessors => 1;

    /// <inheritdoc/>
    public bool HasWarps { get; }

    /// <inheritdoc/>
    public bool HasWarpGroups => false;

    /// <inheritdoc/>
    public bool CompilesChains => true;

    /// <summary>Bytes in use.</summary>
    public long UsedBytes => memory.Used;

    /// <inheritdoc/>
    public ulong Allocate(long bytes) => memory.Allocate(bytes);

    /// <inheritdoc/>
    /// <exception cref="KernelLaunchException">No memory starts there.</exception>
    public void Free(ulong address) => memory.Free(address);

    AcceleratorStream Stream => accelerators[0].DefaultStream;

    /// <inheritdoc/>
    /// <exception cref="KernelLaunchException">The bytes are not in one allocation.</exception>
    public void Write(ulong target, ReadOnlySpan<byte> source)
    {
        if (!source.IsEmpty) memory.Bytes(target, source.Length, "Write").CopyFromCPU(Stream, source);
    }

    /// <inheritdoc/>
    /// <exception cref="KernelLaunchException">The bytes are not in one allocation.</exception>
    public void Read(ulong source, Span<byte> target)
    {
        if (!target.IsEmpty) memory.Bytes(source, target.Length, "Read").CopyToCPU(Stream, target);
    }

    /// <inheritdoc/>
    /// <exception cref="KernelLaunchException">The bytes are not in one allocation.</exception>
    public void Copy(ulong source, ulong target, long bytes)
    {
        if (bytes == 0) return;
        ArrayView<byte> from = memory.Bytes(source, bytes, "Copy from"), to = memory.Bytes(target, bytes, "Copy to");
        to.CopyFrom(Stream, from);
    }

    /// <inheritdoc/>
    /// <exception cref="KernelLaunchException">The bytes are not in one allocation.</exception>
    public void Fill(ulong target, byte value, long bytes)
    {
        if (bytes != 0) memory.Bytes(target, bytes, "Fill").MemSet(Stream, value);
    }

    /// <inheritdoc/>
    /// <exception cref="KernelLaunchException">The arguments are not the kernel's, an address is wrong, or the block is too large.</exception>
    /// <exception cref="ArgumentException">There is no such kernel.</exception>
    public void Launch(KernelReference kernel, LaunchGrid grid, ReadOnlySpan<byte> arguments)
    {
        if (!grid.IsEmpty) Decode(kernel, grid, arguments).Run();
    }

    /// <inheritdoc/>
    /// <exception cref="KernelLaunchException">As for <see cref="Launch"/>.</exception>
    public ILaunchSequence Prepare(IReadOnlyList<KernelLaunch> launches) =>
        new Sequence([.. launches.Where(launch => !launch.Grid.IsEmpty).Select(launch => Decode(launch.Kernel, launch.Grid, launch.Arguments))]);

    /// <inheritdoc/>
    public void Synchronize() => Stream.Synchronize();

    /// <inheritdoc/>
    public void Dispose()
    {
        memory.Dispose();
        foreach (Accelerator accelerator in accelerators) accelerator.Dispose();
        context.Dispose();
    }

    /// <summary>Makes a kernel ready on the accelerator of the largest blocks.</summary>
    /// <exception cref="KernelLaunchException">The device cannot run it.</exception>
    internal void Load(Kernel kernel) => new LoadedKernel(kernel, accelerators, placement, HasWarps).Load(accelerators.Length - 1);

    PreparedLaunch Decode(KernelReference reference, LaunchGrid grid, ReadOnlySpan<byte> arguments)
    {
        if (!loaded.TryGetValue(reference.Number, out LoadedKernel? kernel))
        {
            kernel = new LoadedKernel(KernelTable.Find(reference), accelerators, placement, HasWarps);
            loaded.Add(reference.Number, kernel);
        }

        return kernel.Prepare(grid, arguments, memory);
    }

    sealed class Sequence(PreparedLaunch[] launches) : ILaunchSequence
    {
        public void Run()
        {
            foreach (PreparedLaunch launch in launches) launch.Run();
        }

        public void Dispose()
        {
        }
    }
}
