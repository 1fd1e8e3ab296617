namespace Adjoint.Gpu;

/// <summary>
/// Device memory in slices of 256 bytes, cut from segments that are taken from the driver and kept: an allocation costs the driver's microseconds only where no free block fits. Blocks of up to 1 MiB come
/// from segments of 2 MiB, those below 10 MiB from segments of 32 MiB, larger ones from segments of their own size. Blocks are split, and merged with free neighbours when they come back. All work runs on one
/// stream in order, so a block may be handed out again while earlier work still uses it.
/// </summary>
sealed class CachingAllocator(IDeviceMemory memory)
{
    /// <summary>The largest block that comes from a small segment.</summary>
    public const long SmallBytes = 1 << 20;

    /// <summary>Bytes of a segment for small blocks, of which large segments are multiples.</summary>
    public const long SmallSegment = 2 << 20;

    const long SharedBytes = 10 << 20;
    const long SharedSegment = 32 << 20;

    readonly BlockPool small = new(BlockPool.Slice), large = new(SmallBytes);
    readonly Dictionary<ulong, MemoryBlock> used = [];
    readonly List<(ulong Address, long Bytes, MemoryBlock First)> segments = [];
    readonly Stack<MemoryBlock> spare = [];
    long inUse, held, peak;

    /// <summary>What is used and held now.</summary>
    public MemoryStatistics Statistics => new(inUse, held, peak, used.Count, segments.Count);

    /// <summary>A block of at least so many bytes, of undefined content.</summary>
    /// <exception cref="SettingException">A negative number of bytes.</exception>
    /// <exception cref="CudaException">The device has no more memory, even after all that is cached was given back.</exception>
    public ulong Allocate(long bytes)
    {
        Check.AtLeast(bytes, 0, "bytes");
        if (bytes > long.MaxValue / 2) throw memory.OutOfMemory(bytes, Statistics);
        long size = Math.Max(BlockPool.Slice, RoundUp(bytes, BlockPool.Slice));
        BlockPool pool = size <= SmallBytes ? small : large;
        MemoryBlock block = pool.Find(size) ?? Grow(pool, size, bytes);
        pool.Remove(block);
        if (block.Size - size >= pool.SplitFrom) Split(block, size);
        used.Add(block.Address, block);
        inUse += block.Size;
        peak = Math.Max(peak, inUse);
        return block.Address;
    }

    /// <summary>Gives a block back.</summary>
    /// <exception cref="CudaException">The address is not that of a block in use.</exception>
    public void Free(ulong address)
    {
        if (!used.Remove(address, out MemoryBlock? block)) throw Unknown(address);
        inUse -= block.Size;
        if (block.Before is { IsFree: true } before) block = Merge(before, block);
        if (block.After is { IsFree: true } after)
        {
            block.Pool.Remove(after);
            Absorb(block, after);
        }

        block.Pool.Add(block);
    }

    /// <summary>Gives segments without a used block back to the driver, and waits for all work first if there are any.</summary>
    /// <returns>The bytes given back.</returns>
    public long Trim()
    {
        long before = held;
        for (int i = segments.Count - 1; i >= 0; i--)
        {
            var (address, bytes, block) = segments[i];
            if (!block.IsFree || !block.IsWholeSegment) continue;
            if (held == before) memory.Wait();
            memory.Release(address);
            block.Pool.Remove(block);
            spare.Push(block);
            segments.RemoveAt(i);
            held -= bytes;
        }

        return before - held;
    }

    /// <summary>Gives everything back, used blocks included.</summary>
    public void ReleaseAll()
    {
        foreach (var (address, _, _) in segments) memory.Release(address);
        segments.Clear();
        used.Clear();
        inUse = held = 0;
    }

    CudaException Unknown(ulong address)
    {
        bool isOurs = segments.Exists(segment => address >= segment.Address && address < segment.Address + (ulong)segment.Bytes);
        return new CudaException(isOurs
            ? $"Free: no allocation in use starts at 0x{address:x}. Was it freed twice, or is it an address inside an allocation?"
            : $"Free: 0x{address:x} is not memory of this device. Was it allocated on another device, or trimmed after it was freed?");
    }

    MemoryBlock Grow(BlockPool pool, long size, long asked)
    {
        long exact = pool == small ? SmallSegment : RoundUp(size, SmallSegment), bytes = pool == large && size < SharedBytes ? SharedSegment : exact;
        ulong address = memory.Take(bytes);
        if (address == 0 && Trim() > 0) address = memory.Take(bytes);
        if (address == 0 && bytes != exact) address = memory.Take(bytes = exact);
        if (address == 0) throw memory.OutOfMemory(asked, Statistics);
        held += bytes;
        MemoryBlock block = New(address, bytes, pool);
        segments.Add((address, bytes, block));
        pool.Add(block);
        return block;
    }

    void Split(MemoryBlock block, long size)
    {
        MemoryBlock rest = New(block.Address + (ulong)size, block.Size - size, block.Pool);
        rest.Before = block;
        rest.After = block.After;
        if (rest.After is { } after) after.Before = rest;
        block.After = rest;
        block.Size = size;
        block.Pool.Add(rest);
    }

    MemoryBlock Merge(MemoryBlock before, MemoryBlock block)
    {
        before.Pool.Remove(before);
        Absorb(before, block);
        return before;
    }

    // The earlier block stays, so that a segment's first block is always the same object.
    void Absorb(MemoryBlock block, MemoryBlock after)
    {
        block.Size += after.Size;
        block.After = after.After;
        if (block.After is { } next) next.Before = block;
        spare.Push(after);
    }

    MemoryBlock New(ulong address, long size, BlockPool pool)
    {
        if (!spare.TryPop(out MemoryBlock? block)) block = new MemoryBlock();
        block.Address = address;
        block.Size = size;
        block.Pool = pool;
        block.IsFree = false;
        block.Before = block.After = null;
        return block;
    }

    static long RoundUp(long bytes, long multiple) => (bytes + multiple - 1) / multiple * multiple;
}
