using System.Runtime.InteropServices;

namespace Adjoint.Kernels;

/// <summary>
/// A thread's packing buffers: native, aligned to a cache line, grown to the largest use and kept. A call allocates only while they grow.
/// </summary>
sealed unsafe class Scratch
{
    const int Alignment = 64;

    [ThreadStatic]
    static Scratch? current;

    void* left;
    nuint leftBytes;
    void* right;
    nuint rightBytes;
    void* result;
    nuint resultBytes;
    void* work;
    nuint workBytes;
    void* lists;
    nuint listsBytes;
    long rightTag;

    static OwnLine tags;

    ~Scratch()
    {
        NativeMemory.AlignedFree(left);
        NativeMemory.AlignedFree(right);
        NativeMemory.AlignedFree(result);
        NativeMemory.AlignedFree(work);
        NativeMemory.AlignedFree(lists);
    }

    /// <summary>Room for panels of A. Valid until this thread's next call.</summary>
    public static T* Left<T>(long count) where T : unmanaged
    {
        var scratch = current ??= new Scratch();
        return (T*)Reserve(ref scratch.left, ref scratch.leftBytes, checked((nuint)count * (nuint)sizeof(T)));
    }

    /// <summary>The first of 65,536 names for panels of B that a thread packs once and uses for several pieces of a product; nobody else gets the same. 0 is none.</summary>
    public static long NewTags() => Interlocked.Add(ref tags.Value, 1 << 16);

    /// <summary>The panels of B that this thread packed under a tag.</summary>
    /// <returns>False if it has packed others since, or none: then <see cref="Right{T}"/> gives room for them.</returns>
    public static bool TryRight<T>(long tag, out T* panels) where T : unmanaged
    {
        var scratch = current;
        var isHeld = tag != 0 && scratch is not null && scratch.rightTag == tag;
        panels = isHeld ? (T*)scratch!.right : null;
        return isHeld;
    }

    /// <summary>Room for panels of B. Valid until this thread's next call.</summary>
    public static T* Right<T>(long count, long tag = 0) where T : unmanaged
    {
        var scratch = current ??= new Scratch();
        scratch.rightTag = tag;
        return (T*)Reserve(ref scratch.right, ref scratch.rightBytes, checked((nuint)count * (nuint)sizeof(T)));
    }

    /// <summary>Room for a product that is turned afterwards. Valid until this thread's next call.</summary>
    public static T* Result<T>(long count) where T : unmanaged
    {
        var scratch = current ??= new Scratch();
        return (T*)Reserve(ref scratch.result, ref scratch.resultBytes, checked((nuint)count * (nuint)sizeof(T)));
    }

    /// <summary>Room for a kernel that runs products on its way, which leave it alone. Valid until this thread's next call.</summary>
    public static T* Work<T>(long count) where T : unmanaged
    {
        var scratch = current ??= new Scratch();
        return (T*)Reserve(ref scratch.work, ref scratch.workBytes, checked((nuint)count * (nuint)sizeof(T)));
    }

    /// <summary>Room for lists of what is not zero. Valid until this thread's next call.</summary>
    public static int* Lists(long count)
    {
        var scratch = current ??= new Scratch();
        return (int*)Reserve(ref scratch.lists, ref scratch.listsBytes, checked((nuint)count * sizeof(int)));
    }

    static void* Reserve(ref void* buffer, ref nuint held, nuint bytes)
    {
        if (bytes <= held) return buffer;
        NativeMemory.AlignedFree(buffer);
        buffer = null;
        held = 0;
        buffer = NativeMemory.AlignedAlloc(bytes, Alignment);
        held = bytes;
        return buffer;
    }
}
