using System.Runtime.InteropServices;

namespace Adjoint.Kernels;

/// <summary>What a thread keeps of a convolution's buffers.</summary>
enum Room
{
    /// <summary>Padded planes of a part of an image.</summary>
    Planes,

    /// <summary>A packed panel of shifted planes, or of results.</summary>
    Panel,

    /// <summary>Packed weights, or partial sums of them; made by the thread that shares the loop.</summary>
    Weights,

    /// <summary>Tables of taps; made by the thread that shares the loop.</summary>
    Taps,

    /// <summary>A part of a target that is spread afterwards, or a tap's rows.</summary>
    Part,
}

/// <summary>A thread's buffers: native, aligned to a cache line, grown to the largest use and kept. A call allocates only while they grow.</summary>
sealed unsafe class ConvolutionScratch
{
    const int Alignment = 64, Rooms = 5;

    [ThreadStatic]
    static ConvolutionScratch? current;

    readonly void*[] buffers = new void*[Rooms];
    readonly nuint[] held = new nuint[Rooms];

    ~ConvolutionScratch()
    {
        foreach (void* buffer in buffers) NativeMemory.AlignedFree(buffer);
    }

    /// <summary>Room for so many numbers, of undefined content. Valid until this thread asks for the same room again.</summary>
    public static T* Get<T>(Room room, long count) where T : unmanaged
    {
        ConvolutionScratch scratch = current ??= new ConvolutionScratch();
        int index = (int)room;
        nuint bytes = checked((nuint)Math.Max(1, count) * (nuint)sizeof(T));
        if (bytes <= scratch.held[index]) return (T*)scratch.buffers[index];
        NativeMemory.AlignedFree(scratch.buffers[index]);
        scratch.buffers[index] = null;
        scratch.held[index] = 0;
        scratch.buffers[index] = NativeMemory.AlignedAlloc(bytes, Alignment);
        scratch.held[index] = bytes;
        return (T*)scratch.buffers[index];
    }
}
