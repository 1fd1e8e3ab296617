namespace Adjoint.Gpu;

/// <summary>Where the allocator takes whole segments from.</summary>
interface IDeviceMemory
{
    /// <summary>Memory that starts at a multiple of 256; 0 if there is not enough.</summary>
    ulong Take(long bytes);

    /// <summary>Gives a segment back, of which no work makes use any more.</summary>
    void Release(ulong address);

    /// <summary>Waits until all work asked for is done.</summary>
    void Wait();

    /// <summary>The exception for an allocation that failed.</summary>
    /// <param name="asked">Bytes of it.</param>
    /// <param name="statistics">What the allocator has.</param>
    CudaException OutOfMemory(long asked, MemoryStatistics statistics);
}
