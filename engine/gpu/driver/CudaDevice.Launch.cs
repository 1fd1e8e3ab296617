using System.Runtime.CompilerServices;
using Adjoint.Kernels;

namespace Adjoint.Gpu;

public sealed unsafe partial class CudaDevice
{
    // At this level of ADJOINT_DEBUG each kernel is waited for.
    const int WaitingLevel = 4;

    // The driver's marks in the list that describes the arguments.
    const nint ArgumentEnd = 0, ArgumentBuffer = 1, ArgumentBytes = 2;

    const int MaxBlocksAcross = 65535;

    readonly Dictionary<KernelImage, LoadedKernel> loadedImages = new(ReferenceEqualityComparer.Instance);

    // By number of the reference, so that a launch finds its kernel without a search.
    LoadedKernel?[] loaded = new LoadedKernel?[64];

    /// <summary>Runs a kernel. Allocates nothing on the managed heap once the kernel has run before.</summary>
    /// <exception cref="CudaException">Grid or arguments are not what the kernel was built for, the driver rejects the kernel, or earlier work lost the device.</exception>
    public void Launch(KernelReference kernel, LaunchGrid grid, ReadOnlySpan<byte> arguments)
    {
        context.Enter();
        LoadedKernel function = Find(kernel);
        if (Accept(function, grid, arguments.Length)) Issue(function, grid, arguments);
    }

    /// <inheritdoc/>
    /// <exception cref="CudaException">As for <see cref="Launch"/>.</exception>
    public ILaunchSequence Prepare(IReadOnlyList<KernelLaunch> launches)
    {
        context.Enter();
        var ready = new List<PreparedLaunch>(launches.Count);
        foreach (KernelLaunch launch in launches)
        {
            LoadedKernel function = Find(launch.Kernel);
            if (Accept(function, launch.Grid, launch.Arguments.Length)) ready.Add(new(function, launch.Grid, [.. launch.Arguments]));
        }

        PreparedLaunch[] all = [.. ready];
        nint graph = context.Driver.HasGraphs && all.Length > 0 ? Capture(all) : 0;
        var sequence = new CudaSequence(this, all, graph);
        sequences.Add(sequence);
        return sequence;
    }

    /// <summary>Runs launches once, in order, and measures each by marks before and after it.</summary>
    /// <param name="launches">The launches.</param>
    /// <returns>Seconds on the device, one number a launch; 0 for launches without a block.</returns>
    /// <exception cref="CudaException">As for <see cref="Launch"/>.</exception>
    public double[] TimeEach(IReadOnlyList<KernelLaunch> launches)
    {
        context.Enter();
        var marks = new CudaEvent?[launches.Count + 1];
        var seconds = new double[launches.Count];
        try
        {
            foreach (KernelLaunch launch in launches) Find(launch.Kernel);
            for (int i = 0; i < marks.Length; i++) marks[i] = new CudaEvent(context, keepsTime: true);
            marks[0]!.Record();
            for (int i = 0; i < seconds.Length; i++)
            {
                KernelLaunch launch = launches[i];
                Launch(launch.Kernel, launch.Grid, launch.Arguments);
                marks[i + 1]!.Record();
            }

            context.Wait();
            for (int i = 0; i < seconds.Length; i++)
                seconds[i] = launches[i].Grid.IsEmpty ? 0 : marks[i + 1]!.MillisecondsSince(marks[i]!) / 1000;
            return seconds;
        }
        finally
        {
            foreach (CudaEvent? mark in marks) mark?.Dispose();
        }
    }

    /// <summary>What the driver's compiler made of a kernel, which is loaded if it was not.</summary>
    /// <exception cref="CudaException">The driver rejects it.</exception>
    public KernelResources Resources(KernelReference kernel)
    {
        context.Enter();
        return Find(kernel).Resources();
    }

    internal void Run(PreparedLaunch[] launches, nint graph)
    {
        context.Enter();
        if (graph == 0 || Settings.DebugLevel >= WaitingLevel)
        {
            foreach (ref readonly PreparedLaunch launch in launches.AsSpan()) Issue(launch.Kernel, launch.Grid, launch.Arguments);
            return;
        }

        string last = launches[^1].Kernel.Image.Name;
        int code = context.Functions.GraphLaunch(graph, context.Stream);
        if (code != 0) throw context.Error(code, "cuGraphLaunch", last, $"{launches.Length} launches, the last of kernel {last}");
        context.Launched(last, launches.Length);
    }

    internal void Forget(CudaSequence sequence) => sequences.Remove(sequence);

    internal void DestroyGraph(nint graph)
    {
        if (context.IsOpen) context.Functions.GraphExecDestroy(graph);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    LoadedKernel Find(KernelReference kernel)
    {
        LoadedKernel?[] all = loaded;
        int number = kernel.Number;
        return ((uint)number < (uint)all.Length ? all[number] : null) ?? Load(kernel);
    }

    LoadedKernel Load(KernelReference kernel)
    {
        KernelImage image = kernels.Find(kernel, facts.Major, facts.Minor);
        if (!loadedImages.TryGetValue(image, out LoadedKernel? found))
        {
            found = new LoadedKernel(context, image, sharedBytesOnRequest);
            loadedImages.Add(image, found);
        }

        if (kernel.Number >= loaded.Length) Array.Resize(ref loaded, Math.Max(loaded.Length * 2, kernel.Number + 1));
        return loaded[kernel.Number] = found;
    }

    // Whether there is anything to run.
    static bool Accept(LoadedKernel kernel, LaunchGrid grid, int argumentBytes)
    {
        if (argumentBytes != kernel.ArgumentBytes || grid.Threads < 1 || grid.Threads > kernel.Image.Threads || (grid.X | grid.Y | grid.Z) < 0
            || grid.Y > MaxBlocksAcross || grid.Z > MaxBlocksAcross)
        {
            throw Refusal(kernel, grid, argumentBytes);
        }

        return !grid.IsEmpty;
    }

    static CudaException Refusal(LoadedKernel kernel, LaunchGrid grid, int argumentBytes)
    {
        string name = kernel.Image.Name;
        string what = argumentBytes != kernel.ArgumentBytes ? $"{argumentBytes} bytes of arguments, it takes {kernel.ArgumentBytes}. Add the arguments in the order of its parameters with their own types"
            : grid.Threads < 1 || grid.Threads > kernel.Image.Threads ? $"blocks of {grid.Threads} threads, it was built for 1 to {kernel.Image.Threads}. Use more blocks"
            : $"a grid of {grid.X} x {grid.Y} x {grid.Z} blocks, the second and third number are at most {MaxBlocksAcross} and none is negative. Put the longest axis first";
        return new CudaException($"Launch of kernel {name}: {what}.", kernel: name);
    }

    void Issue(LoadedKernel kernel, LaunchGrid grid, ReadOnlySpan<byte> arguments)
    {
        int code = Submit(kernel, grid, arguments);
        if (code != 0) throw LaunchError(code, kernel, grid);
        context.Launched(kernel.Image.Name);
        if (Settings.DebugLevel >= WaitingLevel) context.Wait();
    }

    int Submit(LoadedKernel kernel, LaunchGrid grid, ReadOnlySpan<byte> arguments)
    {
        fixed (byte* start = arguments)
        {
            nuint bytes = (nuint)arguments.Length;
            void** list = stackalloc void*[] { (void*)ArgumentBuffer, start, (void*)ArgumentBytes, &bytes, (void*)ArgumentEnd };
            return context.Functions.LaunchKernel(
                kernel.Function, (uint)grid.X, (uint)grid.Y, (uint)grid.Z, (uint)grid.Threads, 1, 1, (uint)kernel.Image.DynamicSharedBytes, context.Stream, null, bytes == 0 ? null : list);
        }
    }

    CudaException LaunchError(int code, LoadedKernel kernel, LaunchGrid grid)
    {
        string name = kernel.Image.Name, detail = $"kernel {name}, {grid.X} x {grid.Y} x {grid.Z} blocks of {grid.Threads} threads";
        if (code == CudaCode.LaunchOutOfResources)
        {
            KernelResources needs = kernel.Resources();
            detail += $", {needs.Registers} registers a thread, {needs.SharedBytes + kernel.Image.DynamicSharedBytes} bytes of shared memory a block";
        }

        return context.Error(code, "cuLaunchKernel", name, detail);
    }

    nint Capture(PreparedLaunch[] launches)
    {
        // Calls of this thread alone are recorded, and those of others stay as they are.
        const int OfThisThread = 1;
        DriverFunctions functions = context.Functions;
        context.Check(functions.StreamBeginCapture(context.Stream, OfThisThread), "cuStreamBeginCapture_v2");
        CudaException? failure = null;
        foreach (ref readonly PreparedLaunch launch in launches.AsSpan())
        {
            int code = Submit(launch.Kernel, launch.Grid, launch.Arguments);
            if (code == 0) continue;
            failure = LaunchError(code, launch.Kernel, launch.Grid);
            break;
        }

        // A recording that failed is ended all the same: the stream takes no other work before.
        nint graph = 0, ready = 0;
        int ended = functions.StreamEndCapture(context.Stream, &graph);
        if (failure is null && ended != 0) failure = context.Error(ended, "cuStreamEndCapture");
        if (failure is null)
        {
            int made = functions.GraphInstantiate(&ready, graph, 0);
            if (made != 0) failure = context.Error(made, "cuGraphInstantiateWithFlags", detail: $"{launches.Length} launches");
        }

        if (graph != 0) functions.GraphDestroy(graph);
        return failure is null ? ready : throw failure;
    }
}
