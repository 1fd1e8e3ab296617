using System.Diagnostics;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Names the kernel when the simulator finds an index out of a view's range. That happens on a thread of ILGPU's own, where nothing can catch it: the process ends, and this makes it say why.
/// </summary>
sealed class LaneFailures : TraceListener
{
    static readonly Lazy<LaneFailures> Installed = new(Start);

    // For the message alone: of several simulators that work at once, the name may be another's.
    static volatile string kernel = "";

    /// <summary>Starts to listen, at the first call.</summary>
    public static void Install() => _ = Installed.Value;

    // Before the listeners that end the process with a message of their own.
    static LaneFailures Start()
    {
        var listener = new LaneFailures();
        Trace.Listeners.Insert(0, listener);
        return listener;
    }

    /// <summary>Tells which kernel runs.</summary>
    public static void Enter(string name) => kernel = name;

    /// <inheritdoc/>
    public override void Fail(string? message, string? detailMessage)
    {
        if (Thread.CurrentThread.Name?.StartsWith("ILGPU_", StringComparison.Ordinal) == true) throw new KernelLaunchException($"{kernel}: {message} {detailMessage}");
    }

    /// <inheritdoc/>
    public override void Write(string? message)
    {
    }

    /// <inheritdoc/>
    public override void WriteLine(string? message)
    {
    }
}
