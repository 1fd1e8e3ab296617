namespace Adjoint.Gpu;

/// <summary>A mark in the stream: work before it is done once it is reached.</summary>
sealed unsafe class CudaEvent : IDisposable
{
    const uint DisableTiming = 2;

    readonly CudaContext context;
    nint handle;

    /// <param name="context">The device.</param>
    /// <param name="keepsTime">Whether <see cref="MillisecondsSince"/> will be asked for, which makes marks dearer.</param>
    public CudaEvent(CudaContext context, bool keepsTime)
    {
        this.context = context;
        nint made = 0;
        context.Check(context.Functions.EventCreate(&made, keepsTime ? 0 : DisableTiming), "cuEventCreate");
        handle = made;
    }

    /// <summary>Puts the mark behind all work asked for so far.</summary>
    public void Record() => context.Check(context.Functions.EventRecord(handle, context.Stream), "cuEventRecord");

    /// <summary>Waits until the mark is reached.</summary>
    public void Wait() => context.Check(context.Functions.EventSynchronize(handle), "cuEventSynchronize");

    /// <summary>Time between two marks that were reached, in milliseconds.</summary>
    public double MillisecondsSince(CudaEvent earlier)
    {
        float milliseconds = 0;
        context.Check(context.Functions.EventElapsedTime(&milliseconds, earlier.handle, handle), "cuEventElapsedTime");
        return milliseconds;
    }

    public void Dispose()
    {
        if (handle == 0) return;
        context.Functions.EventDestroy(handle);
        handle = 0;
    }
}
