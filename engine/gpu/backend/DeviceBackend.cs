using System.Collections.Concurrent;
using Adjoint.Kernels;

namespace Adjoint.Gpu;

/// <summary>
/// Runs every op of the engine on a device that launches kernels. Ops run in the order in which they are called; the host waits only where it reads. For one thread at a time.
/// </summary>
public sealed class DeviceBackend : IBackend
{
    internal const int MemoryAlignment = 256;

    readonly ConcurrentQueue<ulong> released = new();
    readonly ConcurrentQueue<ILaunchSequence> ended = new();
    readonly HashSet<DeviceCall> watched = [];
    readonly DeviceQueue queue;
    readonly Func<DeviceArena> makeArena;
    readonly Lazy<RoofPeaks> peaks;

    /// <summary>Serves a device of the process.</summary>
    /// <param name="device">The name under which tensors are put there.</param>
    /// <param name="launcher">What holds the memory and runs the kernels.</param>
    public DeviceBackend(Device device, ILaunchDevice launcher)
    {
        ArgumentNullException.ThrowIfNull(launcher);
        Device = device;
        Launcher = launcher;
        queue = new DeviceQueue(this);
        makeArena = () => new DeviceArena(this);
        peaks = new(() => DevicePeaks.Measure(launcher));
        if (!launcher.CompilesChains) HasKernel = launcher.HasKernel;
    }

    /// <inheritdoc/>
    public Device Device { get; }

    /// <inheritdoc/>
    public string Description => Launcher.Description;

    /// <inheritdoc/>
    public int Alignment => MemoryAlignment;

    /// <inheritdoc/>
    public bool RunsChains => Launcher.CompilesChains;

    /// <summary>What was measured of matrix products on this device; null for the shipped defaults. Plans keep what held when they were recorded.</summary>
    public MatMulTuning? Tuning { get; set; }

    /// <summary>Whether the device has a kernel; null where a compiler makes all.</summary>
    internal Func<KernelReference, bool>? HasKernel { get; }

    /// <summary>Whether launches of plans go out as graphs where the device has them, rather than one by one.</summary>
    internal bool UsesGraphs { get; set; } = true;

    /// <inheritdoc/>
    public RoofPeaks Peaks => peaks.Value;

    /// <summary>What holds the memory and runs the kernels.</summary>
    internal ILaunchDevice Launcher { get; }

    /// <inheritdoc/>
    public Storage Allocate(int bytes) =>
        Step.Current is { } step ? step.Of(this, makeArena).Allocate(bytes, step) : new DeviceStorage(Device, AllocateMemory(bytes), 0, bytes, null);

    /// <inheritdoc/>
    public Storage Reserve(int bytes) => new DeviceStorage(Device, AllocateMemory(bytes), 0, bytes, null);

    internal DeviceMemory AllocateMemory(long bytes) => new(this, AllocateRaw(bytes), bytes);

    internal ulong AllocateRaw(long bytes)
    {
        Drain();
        return Launcher.Allocate(Math.Max(bytes, 1));
    }

    // What the collector found unused; finalisers run on another thread, and the device is for one.
    void Drain()
    {
        while (ended.TryDequeue(out ILaunchSequence? sequence)) sequence.Dispose();
        while (released.TryDequeue(out ulong address)) Launcher.Free(address);
    }

    internal void Release(ulong address) => released.Enqueue(address);

    internal void Release(ILaunchSequence sequence) => ended.Enqueue(sequence);

    internal void Watch(DeviceCall call) => watched.Add(call);

    /// <inheritdoc/>
    public void Run(Op op, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        ArgumentNullException.ThrowIfNull(op);
        try
        {
            op.Launch(queue, inputs, outputs);
        }
        finally
        {
            queue.EndOp();
        }
    }

    /// <inheritdoc/>
    public PlannedCall Prepare(Op op, Tensor[] inputs, Tensor[] outputs)
    {
        ArgumentNullException.ThrowIfNull(op);
        var recording = new RecordingQueue(this);
        op.Launch(recording, inputs, outputs);
        return recording.ToCall();
    }

    /// <inheritdoc/>
    public IReadOnlyList<PlannedCall> Join(IReadOnlyList<PlannedCall> calls) => [DeviceCall.Join(this, calls.Cast<DeviceCall>())];

    /// <inheritdoc/>
    public void TimeEach(IReadOnlyList<PlannedCall> calls, Span<double> seconds)
    {
        ArgumentNullException.ThrowIfNull(calls);
        if (Launcher is CudaDevice cuda) TimeByMarks(cuda, calls, seconds);
        else IBackend.TimeByClock(this, calls, seconds);
    }

    // All launches go out without a wait, with a mark between each two.
    void TimeByMarks(CudaDevice cuda, IReadOnlyList<PlannedCall> calls, Span<double> seconds)
    {
        double[] each = cuda.TimeEach([.. calls.Cast<DeviceCall>().SelectMany(static call => call.Launches)]);
        int next = 0;
        for (int i = 0; i < calls.Count; i++)
        {
            var call = (DeviceCall)calls[i];
            seconds[i] = each.AsSpan(next, call.Launches.Count).ToArray().Sum();
            next += call.Launches.Count;
            call.WatchFaults();
        }

        Verify();
    }

    /// <inheritdoc/>
    public void Synchronize()
    {
        Launcher.Synchronize();
        Verify();
    }

    /// <inheritdoc/>
    public void Read(Tensor source, Span<byte> target)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (!target.IsEmpty) Launcher.Read(source.DeviceAddress, target);
        Verify();
    }

    /// <inheritdoc/>
    public void Write(Tensor target, ReadOnlySpan<byte> source)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (!source.IsEmpty) Launcher.Write(target.DeviceAddress, source);
    }

    void Verify()
    {
        queue.Verify();
        if (watched.Count == 0) return;
        DeviceCall[] calls = [.. watched];
        watched.Clear();
        foreach (DeviceCall call in calls) call.Verify();
    }
}
