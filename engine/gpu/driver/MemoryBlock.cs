namespace Adjoint.Gpu;

/// <summary>A stretch of a segment, in use or free. Its neighbours are those of its segment, so that segments never merge.</summary>
sealed class MemoryBlock
{
    public ulong Address { get; set; }

    public long Size { get; set; }

    public bool IsFree { get; set; }

    /// <summary>The pool that its segment belongs to.</summary>
    public BlockPool Pool { get; set; } = null!;

    public MemoryBlock? Before { get; set; }

    public MemoryBlock? After { get; set; }

    /// <summary>The previous free block of its size class.</summary>
    public MemoryBlock? PreviousFree { get; set; }

    /// <summary>The next free block of its size class.</summary>
    public MemoryBlock? NextFree { get; set; }

    public bool IsWholeSegment => Before is null && After is null;
}
