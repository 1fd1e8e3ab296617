using System.Runtime.CompilerServices;

namespace Adjoint.Gpu;

/// <summary>
/// A device's primary context with the one stream on which all its work runs, and what is known of its errors: an error that loses the device is kept, and every later call ends with it.
/// </summary>
sealed unsafe class CudaContext : IDeviceMemory
{
    const uint NonBlocking = 1;

    static long lastSerial;

    // A context may come back under the handle of one that is gone, so what is current on a thread is known by a number of our own.
    [ThreadStatic] static long currentSerial;

    readonly int device;
    readonly long serial = Interlocked.Increment(ref lastSerial);
    nint handle, stream;
    CudaException? lost;
    string? lastKernel;
    int launchesSinceWait;
    bool isClosing;

    /// <summary>Retains the context of a device and makes a stream.</summary>
    /// <exception cref="CudaException">The driver refuses; nothing stays behind.</exception>
    public CudaContext(CudaDriver driver, int device)
    {
        this.device = device;
        Driver = driver;
        Functions = driver.Functions;
        nint retained = 0;
        driver.Check(Functions.DevicePrimaryCtxRetain(&retained, device), "cuDevicePrimaryCtxRetain");
        handle = retained;
        try
        {
            Enter();
            nint made = 0;
            Check(Functions.StreamCreate(&made, NonBlocking), "cuStreamCreate");
            stream = made;
        }
        catch (CudaException)
        {
            Close();
            throw;
        }
    }

    public CudaDriver Driver { get; }

    public DriverFunctions Functions { get; }

    public nint Stream => stream;

    /// <summary>Whether it was not closed.</summary>
    public bool IsOpen => handle != 0;

    /// <summary>Makes the context the calling thread's. Every use of the device starts with it.</summary>
    /// <exception cref="ObjectDisposedException">The device was disposed.</exception>
    /// <exception cref="CudaException">An earlier error lost the device.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter()
    {
        if (handle == 0 || lost is not null) Refuse();
        if (currentSerial != serial) MakeCurrent();
    }

    /// <summary>Throws if a call failed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Check(int code, string call)
    {
        if (code != 0) throw Error(code, call);
    }

    /// <summary>The exception for an error; one that loses the device is kept for later calls.</summary>
    public CudaException Error(int code, string call, string? kernel = null, string detail = "", string? remedy = null)
    {
        if (lost is not null) return lost.Again();
        if (!CudaCode.IsSticky(code)) return Driver.Error(code, call, kernel, detail, code == CudaCode.OutOfMemory && remedy is null ? MemoryRemedy() : remedy);
        string blame = lastKernel is null ? "no kernel has run"
            : launchesSinceWait <= 1 ? $"kernel {lastKernel}"
            : $"kernel {lastKernel} was launched last, it or one of the {launchesSinceWait - 1} before it failed";
        return lost = Driver.Error(code, call, lastKernel, blame, remedy);
    }

    /// <summary>Notes a kernel after its launch, so that an error that shows later can name it.</summary>
    public void Launched(string kernel, int count = 1)
    {
        lastKernel = kernel;
        launchesSinceWait += count;
    }

    /// <summary>Waits until the stream is empty.</summary>
    public void Wait()
    {
        Check(Functions.StreamSynchronize(stream), "cuStreamSynchronize");
        Waited();
    }

    /// <summary>Notes that all kernels launched before have ended well.</summary>
    public void Waited() => launchesSinceWait = 0;

    /// <inheritdoc/>
    public ulong Take(long bytes)
    {
        ulong address = 0;
        int code = Functions.MemAlloc(&address, (nuint)bytes);
        if (code == CudaCode.OutOfMemory) return 0;
        Check(code, "cuMemAlloc_v2");
        return address;
    }

    /// <inheritdoc/>
    public void Release(ulong address)
    {
        int code = Functions.MemFree(address);
        if (!isClosing) Check(code, "cuMemFree_v2");
    }

    /// <inheritdoc/>
    public CudaException OutOfMemory(long asked, MemoryStatistics statistics) => Driver.Error(
        CudaCode.OutOfMemory,
        "cuMemAlloc_v2",
        kernel: null,
        $"{MemoryStatistics.Text(asked)} asked for, {MemoryStatistics.Text(statistics.InUse)} in {statistics.Allocations} allocations in use, {MemoryStatistics.Text(statistics.Held)} held, {DeviceMemory()}",
        "Use a smaller batch, recompute instead of keeping activations, or end other programs that use the device.");

    /// <summary>Waits for all work, then gives the stream and the context back. Errors are of no use any more and are not reported.</summary>
    public void Close()
    {
        if (handle == 0) return;
        if (stream != 0) Functions.StreamDestroy(stream);
        Functions.CtxSetCurrent(0);
        currentSerial = 0;
        Functions.DevicePrimaryCtxRelease(device);
        handle = stream = 0;
    }

    /// <summary>Makes the context current and waits, whatever the state, before everything is released.</summary>
    public void BeginClosing()
    {
        isClosing = true;
        Functions.CtxSetCurrent(handle);
        Functions.StreamSynchronize(stream);
    }

    string MemoryRemedy() => $"The device's memory is full ({DeviceMemory()}): use a smaller batch, or end other programs that use the device.";

    string DeviceMemory()
    {
        nuint free = 0, total = 0;
        return Functions.MemGetInfo(&free, &total) == 0
            ? $"{MemoryStatistics.Text((long)free)} of the device's {MemoryStatistics.Text((long)total)} free"
            : "the device's free memory unknown";
    }

    void MakeCurrent()
    {
        Check(Functions.CtxSetCurrent(handle), "cuCtxSetCurrent");
        currentSerial = serial;
    }

    void Refuse()
    {
        ObjectDisposedException.ThrowIf(handle == 0, typeof(CudaDevice));
        throw lost!.Again();
    }
}
