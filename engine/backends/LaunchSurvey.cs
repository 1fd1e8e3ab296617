using Adjoint.Kernels;

namespace Adjoint;

/// <summary>A launch that an op asks for.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="Threads">Threads of a block.</param>
public readonly record struct AskedLaunch(KernelReference Kernel, int Threads);

/// <summary>Finds out where ops run, without a device: by their samples on the CPU, and by the kernels that they ask for.</summary>
public static class LaunchSurvey
{
    /// <summary>Whether an op takes a dtype and its samples run on the CPU.</summary>
    public static bool RunsOnCpu(OpEntry entry, DType type)
    {
        ArgumentNullException.ThrowIfNull(entry);
        using var pause = Autodiff.Pause();
        try
        {
            if (entry.Sample.Of(type, static one => Tensor.Zeros(one.Shape, one.DType, Device.Cpu)) is not { } calls) return false;
            foreach (var (op, inputs, outputs) in calls) op.Run(inputs, outputs);
            return true;
        }
        catch (NumericalException)
        {
            // Zeros are no matrix that the op has a result for, which it only finds out by running.
            return true;
        }
        catch (DTypeException)
        {
            return false;
        }
    }

    /// <summary>The launches that an op asks for in order to run its samples of a dtype.</summary>
    /// <param name="entry">The op.</param>
    /// <param name="type">The dtype.</param>
    /// <param name="hasWarps">Whether the device's warps exchange registers.</param>
    /// <param name="blockThreads">Threads of a block for kernels that take any number.</param>
    /// <returns>Null if the op does not take the dtype; empty if it needs no kernel.</returns>
    public static IReadOnlyList<AskedLaunch>? Launches(OpEntry entry, DType type, bool hasWarps, int blockThreads)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (!RunsOnCpu(entry, type)) return null;
        using var pause = Autodiff.Pause();
        var queue = new AskingQueue(hasWarps, blockThreads);
        var calls = entry.Sample.Of(type, one => new Tensor(Layout.Contiguous(one.Shape), one.DType, new NoMemory(queue, one.Shape.Elements * one.DType.Size())))!;
        foreach (var (op, inputs, outputs) in calls)
        {
            if (op.NeedsKernels) op.Launch(queue, inputs, outputs);
        }

        return [.. queue.Asked];
    }

    // Keeps what is asked for, and runs nothing.
    sealed class AskingQueue(bool hasWarps, int blockThreads) : LaunchQueue
    {
        const int Alignment = 256;

        ulong next = Alignment;

        public HashSet<AskedLaunch> Asked { get; } = [];

        public override int BlockThreads => blockThreads;

        public override bool HasWarpGroups => false;

        public override int Multiprocessors => 1;

        public override bool HasWarps => hasWarps;

        public override void Launch(KernelReference kernel, LaunchGrid grid, ReadOnlySpan<byte> arguments) => Asked.Add(new(kernel, grid.Threads));

        public override ulong Scratch(long bytes)
        {
            ulong address = next;
            next += (ulong)(bytes + Alignment - 1) / Alignment * Alignment;
            return address;
        }

        public override void CheckIndices(string op, string role, Tensor indices, int lowest, int size) => Asked.Add(new(IndexCheck, blockThreads));

        public override ulong Watch(DeviceFault fault) => Scratch(sizeof(int));
    }

    static readonly KernelReference IndexCheck = new("index_check");

    // Addresses without memory behind them.
    sealed class NoMemory : Storage
    {
        readonly ulong address;

        public NoMemory(AskingQueue queue, int bytes) : this(queue.Scratch(bytes), bytes)
        {
        }

        NoMemory(ulong address, int bytes) : base(new Device(DeviceKind.Simulator), bytes) => this.address = address;

        internal override ulong DeviceAddress => address;

        internal override Storage Part(int start, int bytes) => new NoMemory(address + (ulong)start, bytes);

        internal override bool IsPartOf(Storage whole, int start) => whole is NoMemory other && address == other.address + (ulong)start;
    }
}
