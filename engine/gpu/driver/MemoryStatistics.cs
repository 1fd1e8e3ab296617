using System.Globalization;

namespace Adjoint.Gpu;

/// <summary>What a device's memory is used for.</summary>
/// <param name="InUse">Bytes of allocations that were not given back.</param>
/// <param name="Held">Bytes taken from the driver, the free ones kept for later allocations included.</param>
/// <param name="Peak">The most bytes that were ever in use.</param>
/// <param name="Allocations">Number of allocations that were not given back.</param>
/// <param name="Segments">Number of pieces taken from the driver.</param>
public readonly record struct MemoryStatistics(long InUse, long Held, long Peak, int Allocations, int Segments)
{
    /// <summary>A number of bytes for people.</summary>
    internal static string Text(long bytes) => bytes switch
    {
        < 1 << 10 => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
        < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KiB"),
        < 1 << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.#} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:0.##} GiB"),
    };
}
