using System.Runtime.InteropServices;

namespace Adjoint.Kernels;

/// <summary>A thread's room for sorting: native, aligned to a cache line, grown to the largest use and kept, so that a call allocates only while it grows.</summary>
sealed unsafe class OrderRoom
{
    const int Alignment = 64;

    [ThreadStatic]
    static OrderRoom? current;

    void* memory;
    nuint held;

    ~OrderRoom() => NativeMemory.AlignedFree(memory);

    /// <summary>Room for so many items, of undefined content. Valid until this thread's next call.</summary>
    public static T* Of<T>(long count) where T : unmanaged
    {
        OrderRoom room = current ??= new OrderRoom();
        nuint bytes = checked((nuint)count * (nuint)sizeof(T));
        if (bytes > room.held)
        {
            NativeMemory.AlignedFree(room.memory);
            room.memory = null;
            room.held = 0;
            room.memory = NativeMemory.AlignedAlloc(bytes, Alignment);
            room.held = bytes;
        }

        return (T*)room.memory;
    }
}
