using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Runs kernels on the CPU, one thread of the system for each thread of a block, as their C# says: the meaning of a kernel, at a millionth of its speed. For tests
/// and for looking at kernels in a debugger. Not safe for several threads.
/// </summary>
public sealed class Simulator : IDisposable
{
    const int WarpSize = 32;

    readonly Context context;
    readonly Accelerator accelerator;
    readonly Dictionary<Kernel, ILGPU.Runtime.Kernel> loaded = [];

    /// <summary>A simulated device.</summary>
    /// <param name="warps">Warps of 32 threads in a block at most.</param>
    public Simulator(int warps = 4)
    {
        context = Context.Create(builder => builder.CPU(new CPUDevice(WarpSize, warps, 1)));
        accelerator = context.CreateCPUAccelerator(0, CPUAcceleratorMode.Parallel);
    }

    /// <summary>Memory of the simulated device that holds a copy of the elements.</summary>
    public SimulatorMemory<T> Copy<T>(params ReadOnlySpan<T> elements) where T : unmanaged
    {
        var memory = new SimulatorMemory<T>(accelerator, elements.Length);
        memory.Write(elements);
        return memory;
    }

    /// <summary>Memory of the simulated device, zeroed.</summary>
    public SimulatorMemory<T> Zeros<T>(int length) where T : unmanaged
    {
        var memory = new SimulatorMemory<T>(accelerator, length);
        memory.Write(new T[length]);
        return memory;
    }

    /// <summary>Runs a kernel to its end.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="blocks">Blocks along the first, second and third axis of the grid.</param>
    /// <param name="threads">Threads of a block, at most 32 times the simulator's warps.</param>
    /// <param name="arguments">Its arguments: <see cref="SimulatorMemory{T}.View"/> for views, values for values.</param>
    public void Launch(Kernel kernel, (int X, int Y, int Z) blocks, int threads, params object[] arguments)
    {
        if (!loaded.TryGetValue(kernel, out ILGPU.Runtime.Kernel? runnable))
        {
            runnable = accelerator.LoadKernel(kernel.Method);
            loaded.Add(kernel, runnable);
        }

        var grid = new Index3D(blocks.X, blocks.Y, blocks.Z);
        int bytes = kernel.Description.DynamicSharedBytes;
        KernelConfig configuration = bytes > 0
            ? new KernelConfig(grid, new Index3D(threads, 1, 1), SharedMemoryConfig.RequestDynamic<byte>(bytes))
            : new KernelConfig(grid, new Index3D(threads, 1, 1));
        runnable.Launch(accelerator.DefaultStream, configuration, arguments);
        accelerator.Synchronize();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        accelerator.Dispose();
        context.Dispose();
    }
}
