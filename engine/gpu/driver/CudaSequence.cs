using Adjoint.Kernels;

namespace Adjoint.Gpu;

/// <summary>A launch with its kernel found and its arguments copied.</summary>
readonly record struct PreparedLaunch(LoadedKernel Kernel, LaunchGrid Grid, byte[] Arguments);

/// <summary>Launches as one graph of the driver, or one by one where it has none or each kernel is to be waited for.</summary>
sealed class CudaSequence(CudaDevice device, PreparedLaunch[] launches, nint graph) : ILaunchSequence
{
    nint graph = graph;
    bool isDisposed;

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">It, or its device, was disposed.</exception>
    public void Run()
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        device.Run(launches, graph);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        device.Forget(this);
    }

    /// <summary>Gives the graph back; the device does the same at its own end.</summary>
    public void Release()
    {
        if (isDisposed) return;
        isDisposed = true;
        if (graph != 0) device.DestroyGraph(graph);
        graph = 0;
    }
}
