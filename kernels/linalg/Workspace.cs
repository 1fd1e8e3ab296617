using System.Runtime.InteropServices;

namespace Adjoint.Kernels;

/// <summary>
/// A thread's room for parts of matrices: native, aligned to a cache line, grown to the largest use and kept. A call allocates only while it grows. Who takes room gives it back in the
/// opposite order.
/// </summary>
sealed unsafe class Workspace
{
    const int Alignment = 64;

    // Rooms that one call after another may hold at once.
    const int Depth = 64;

    [ThreadStatic]
    static Workspace? current;

    readonly void*[] rooms = new void*[Depth];
    readonly nuint[] sizes = new nuint[Depth];
    int taken;

    ~Workspace()
    {
        foreach (void* room in rooms) NativeMemory.AlignedFree(room);
    }

    /// <summary>Room for some numbers, of undefined content.</summary>
    public static T* Take<T>(long count) where T : unmanaged
    {
        Workspace own = current ??= new Workspace();
        int place = own.taken++;
        nuint bytes = checked((nuint)count * (nuint)sizeof(T));
        if (bytes > own.sizes[place])
        {
            NativeMemory.AlignedFree(own.rooms[place]);
            own.rooms[place] = null;
            own.sizes[place] = 0;
            own.rooms[place] = NativeMemory.AlignedAlloc(bytes, Alignment);
            own.sizes[place] = bytes;
        }

        return (T*)own.rooms[place];
    }

    /// <summary>Gives back what was taken last.</summary>
    public static void GiveBack() => current!.taken--;
}
