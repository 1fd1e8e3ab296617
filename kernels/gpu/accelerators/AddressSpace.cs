using System.Diagnostics.CodeAnalysis;
using ILGPU;
using ILGPU.Runtime;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Device addresses over the buffers of an ILGPU accelerator, which have none that a host may see. Addresses are never given twice, and a gap follows every buffer, so that one past its end, or of memory that
/// was given back, is found out.
/// </summary>
/// <param name="accelerator">Where the buffers are.</param>
sealed class AddressSpace(Accelerator accelerator) : IDisposable
{
    const ulong Alignment = 256;

    // In the order of their addresses.
    readonly List<DeviceBuffer> buffers = [];
    ulong next = 1 << 20;

    /// <summary>Bytes in use.</summary>
    public long Used { get; private set; }

    /// <summary>Memory of undefined content.</summary>
    public ulong Allocate(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        DeviceBuffer buffer = new(next, bytes, accelerator.Allocate1D<byte>(Math.Max(bytes, 1)));
        buffers.Add(buffer);
        next += ((ulong)bytes + Alignment + Alignment - 1) & ~(Alignment - 1);
        Used += bytes;
        return buffer.Address;
    }

    /// <summary>Gives memory back.</summary>
    public void Free(ulong address)
    {
        int place = PlaceOf(address);
        if (place < 0 || buffers[place].Address != address) throw new KernelLaunchException($"Free: no memory starts at 0x{address:x}. Was it given back before?");
        Used -= buffers[place].Bytes;
        buffers[place].Dispose();
        buffers.RemoveAt(place);
    }

    /// <summary>The bytes from an address on.</summary>
    /// <exception cref="KernelLaunchException">They do not lie in one buffer; the message starts with <paramref name="who"/>.</exception>
    public ArrayView<byte> Bytes(ulong address, long count, string who)
    {
        if (count == 0) return ArrayView<byte>.Empty;
        if (!TryFind(address, count, out DeviceBuffer? buffer)) throw new KernelLaunchException($"{who}: {Describe(address, count)}");
        return new ArrayView<byte>(buffer.Memory, (long)(address - buffer.Address), count);
    }

    /// <summary>The buffer that has the bytes from an address on.</summary>
    public bool TryFind(ulong address, long count, [NotNullWhen(true)] out DeviceBuffer? buffer)
    {
        int place = PlaceOf(address);
        buffer = place < 0 ? null : buffers[place];
        return buffer is not null && count >= 0 && count <= buffer.Bytes && address - buffer.Address <= (ulong)(buffer.Bytes - count);
    }

    /// <summary>Why bytes are not to be found.</summary>
    public string Describe(ulong address, long count)
    {
        int place = PlaceOf(address);
        if (place < 0 || address - buffers[place].Address >= (ulong)Math.Max(buffers[place].Bytes, 1))
            return $"address 0x{address:x} is in no buffer. Was its memory given back, or never taken?";
        DeviceBuffer buffer = buffers[place];
        return $"{count} bytes from 0x{address:x} on leave their buffer of {buffer.Bytes} bytes, of which they start at byte {address - buffer.Address}";
    }

    // The last buffer that starts at or before an address; -1 for none.
    int PlaceOf(ulong address)
    {
        int low = 0, high = buffers.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (buffers[middle].Address <= address) low = middle + 1;
            else high = middle;
        }

        return low - 1;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (DeviceBuffer buffer in buffers) buffer.Dispose();
        buffers.Clear();
    }
}

/// <summary>A piece of device memory and its addresses.</summary>
sealed class DeviceBuffer(ulong address, long bytes, MemoryBuffer memory) : IDisposable
{
    /// <summary>Address of its first byte.</summary>
    public ulong Address { get; } = address;

    /// <summary>How long it is.</summary>
    public long Bytes { get; } = bytes;

    /// <summary>The memory, of one byte where there is none.</summary>
    public MemoryBuffer Memory { get; } = memory;

    /// <summary>Whether it was given back.</summary>
    public bool IsFreed { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        IsFreed = true;
        Memory.Dispose();
    }
}
