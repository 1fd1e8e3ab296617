using Adjoint.Kernels;

namespace Adjoint.Gpu;

/// <summary>A queue of a back end's launches: what ops ask of the device is the same whether launches run at once or are kept.</summary>
abstract class BackendQueue(DeviceBackend backend) : LaunchQueue
{
    /// <summary>The back end.</summary>
    protected DeviceBackend Backend { get; } = backend;

    /// <summary>The device that launches.</summary>
    protected ILaunchDevice Device { get; } = backend.Launcher;

    public sealed override int BlockThreads => Device.BlockThreads;

    public sealed override int Multiprocessors => Device.Multiprocessors;

    public sealed override bool HasWarps => Device.HasWarps;

    public sealed override bool HasWarpGroups => Device.HasWarpGroups;

    public sealed override MatMulTuning? Tuning => Backend.Tuning;

    public sealed override Func<KernelReference, bool>? HasKernel => Backend.HasKernel;
}
