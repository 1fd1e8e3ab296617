using System.Globalization;
using Adjoint.Kernels;

namespace Adjoint.Gpu;

/// <summary>
/// A device of the CUDA driver with one stream, on which copies and kernels run in the order in which they were asked for. Kernels are loaded at their first launch. May be used by any thread, but not by two at
/// once.
/// </summary>
public sealed partial class CudaDevice : ILaunchDevice
{
    const int StandardHalfBytes = 4 << 20;

    readonly CudaContext context;
    readonly IKernelSource kernels;
    readonly CachingAllocator allocator;
    readonly Staging staging;
    readonly HashSet<CudaSequence> sequences = [];
    readonly DriverDevice facts;
    readonly int sharedBytesOnRequest;

    CudaDevice(CudaContext context, IKernelSource kernels, DriverDevice facts, int sharedBytesOnRequest, int halfBytes)
    {
        this.context = context;
        this.kernels = kernels;
        this.facts = facts;
        this.sharedBytesOnRequest = sharedBytesOnRequest;
        allocator = new CachingAllocator(context);
        staging = new Staging(context, halfBytes);
    }

    /// <inheritdoc/>
    public string Description => string.Create(CultureInfo.InvariantCulture, $"{facts}, driver {DriverReport.Text(context.Driver.Version)}");

    /// <summary>Major and minor compute capability.</summary>
    public (int Major, int Minor) Capability => (facts.Major, facts.Minor);

    /// <inheritdoc/>
    public int BlockThreads => 256;

    /// <inheritdoc/>
    public int Multiprocessors => facts.Multiprocessors;

    /// <inheritdoc/>
    public bool HasWarps => true;

    /// <inheritdoc/>
    public bool HasWarpGroups => Capability == (9, 0);

    /// <inheritdoc/>
    public bool CompilesChains => kernels.CompilesChains;

    /// <inheritdoc/>
    public bool HasKernel(KernelReference kernel) => kernels.Has(kernel, facts.Major, facts.Minor);

    /// <summary>What the device's memory is used for.</summary>
    public MemoryStatistics Memory => allocator.Statistics;

    /// <summary>Opens a device.</summary>
    /// <param name="index">Its number, from 0.</param>
    /// <param name="kernels">Where its kernels come from; the caller disposes of what is behind it after the device.</param>
    /// <param name="driver">The driver; null for the system's.</param>
    /// <exception cref="CudaException">There is no driver, or it refuses.</exception>
    /// <exception cref="DeviceException">The driver has no device of this number.</exception>
    public static CudaDevice Open(int index, IKernelSource kernels, CudaDriver? driver = null) => Open(index, kernels, driver ?? CudaDriver.Load(), StandardHalfBytes);

    internal static CudaDevice Open(int index, IKernelSource kernels, CudaDriver driver, int halfBytes)
    {
        int count = driver.DeviceCount();
        if (index < 0 || index >= count)
            throw new DeviceException($"cuda:{index}: the driver has {(count == 0 ? "no device" : count == 1 ? "one device, cuda:0" : $"{count} devices, cuda:0 to cuda:{count - 1}")}. Choose one that is there, or cpu.");
        DriverDevice facts = driver.Describe(index, out int handle);
        int shared = driver.Attribute(handle, DeviceAttribute.SharedBytesOnRequest);
        return new(new CudaContext(driver, handle), kernels, facts, shared, halfBytes);
    }

    /// <inheritdoc/>
    /// <exception cref="CudaException">The device's memory is full.</exception>
    public ulong Allocate(long bytes)
    {
        context.Enter();
        return allocator.Allocate(bytes);
    }

    /// <inheritdoc/>
    /// <exception cref="CudaException">Nothing in use starts at the address.</exception>
    public void Free(ulong address)
    {
        context.Enter();
        allocator.Free(address);
    }

    /// <summary>Gives memory that is kept for later allocations back to the driver.</summary>
    /// <returns>The bytes given back.</returns>
    public long Trim()
    {
        context.Enter();
        return allocator.Trim();
    }

    /// <inheritdoc/>
    public void Write(ulong target, ReadOnlySpan<byte> source)
    {
        context.Enter();
        staging.Write(target, source);
    }

    /// <inheritdoc/>
    public void Read(ulong source, Span<byte> target)
    {
        context.Enter();
        if (target.IsEmpty) context.Wait();
        else staging.Read(source, target);
    }

    /// <inheritdoc/>
    public unsafe void Copy(ulong source, ulong target, long bytes)
    {
        context.Enter();
        if (Check.AtLeast(bytes, 0, nameof(bytes)) == 0) return;
        int code = context.Functions.MemcpyDtoDAsync(target, source, (nuint)bytes, context.Stream);
        if (code != 0) throw context.Error(code, "cuMemcpyDtoDAsync_v2", detail: $"{bytes} bytes from 0x{source:x} to 0x{target:x}");
    }

    /// <inheritdoc/>
    public unsafe void Fill(ulong target, byte value, long bytes)
    {
        context.Enter();
        if (Check.AtLeast(bytes, 0, nameof(bytes)) == 0) return;
        int code = context.Functions.MemsetD8Async(target, value, (nuint)bytes, context.Stream);
        if (code != 0) throw context.Error(code, "cuMemsetD8Async", detail: $"{bytes} bytes at 0x{target:x}");
    }

    /// <inheritdoc/>
    public void Synchronize()
    {
        context.Enter();
        context.Wait();
    }

    /// <summary>Waits for all work and releases everything that the device holds, sequences and memory included. Never throws.</summary>
    public void Dispose()
    {
        if (!context.IsOpen) return;
        context.BeginClosing();
        foreach (CudaSequence sequence in sequences) sequence.Release();
        sequences.Clear();
        staging.Dispose();
        foreach (LoadedKernel kernel in loadedImages.Values) kernel.Unload();
        loadedImages.Clear();
        loaded = [];
        allocator.ReleaseAll();
        context.Close();
    }
}
