using System.Numerics;

namespace Adjoint.Gpu;

/// <summary>
/// Free blocks by size class: four classes for every power of two, counted in slices of 256 bytes. Finds the smallest block of the first class that has one large enough, so the remainder that an
/// allocation leaves is small.
/// </summary>
/// <param name="splitFrom">Remainders of at least so many bytes become free blocks.</param>
sealed class BlockPool(long splitFrom)
{
    /// <summary>Every allocation takes a multiple of so many bytes.</summary>
    public const long Slice = 256;

    const int Classes = 192;

    readonly MemoryBlock?[] first = new MemoryBlock?[Classes];
    readonly ulong[] filled = new ulong[Classes / 64];

    /// <summary>Remainders of at least so many bytes become free blocks.</summary>
    public long SplitFrom { get; } = splitFrom;

    public void Add(MemoryBlock block)
    {
        int place = Class(block.Size);
        block.IsFree = true;
        block.PreviousFree = null;
        block.NextFree = first[place];
        if (block.NextFree is { } next) next.PreviousFree = block;
        first[place] = block;
        filled[place >> 6] |= 1UL << (place & 63);
    }

    public void Remove(MemoryBlock block)
    {
        int place = Class(block.Size);
        if (block.PreviousFree is { } previous) previous.NextFree = block.NextFree;
        else first[place] = block.NextFree;
        if (block.NextFree is { } next) next.PreviousFree = block.PreviousFree;
        if (first[place] is null) filled[place >> 6] &= ~(1UL << (place & 63));
        block.PreviousFree = block.NextFree = null;
        block.IsFree = false;
    }

    /// <summary>The block to use for a size, still in the pool; null if none is large enough.</summary>
    public MemoryBlock? Find(long size)
    {
        int start = Class(size);
        for (int place = Next(start); place >= 0; place = Next(place + 1))
        {
            MemoryBlock? best = null;
            for (MemoryBlock? block = first[place]; block is not null; block = block.NextFree)
            {
                if (block.Size == size) return block;
                if (block.Size > size && (best is null || block.Size < best.Size)) best = block;
            }

            if (best is not null) return best;
        }

        return null;
    }

    // The first class from a place on that has a block; -1 if there is none.
    int Next(int place)
    {
        for (int word = place >> 6; word < filled.Length; word++)
        {
            ulong bits = filled[word] & (word == place >> 6 ? ulong.MaxValue << (place & 63) : ulong.MaxValue);
            if (bits != 0) return (word << 6) + BitOperations.TrailingZeroCount(bits);
        }

        return -1;
    }

    static int Class(long size)
    {
        ulong slices = (ulong)(size / Slice);
        int power = BitOperations.Log2(slices);
        return Math.Min(Classes - 1, (power << 2) + (int)((power >= 2 ? slices >> (power - 2) : slices << (2 - power)) & 3));
    }
}
