using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Adjoint.Kernels;

/// <summary>A stretch of device memory as a kernel's argument.</summary>
/// <param name="Address">Device address of the first element.</param>
/// <param name="Count">Elements.</param>
public readonly record struct DeviceView(ulong Address, long Count);

/// <summary>
/// A kernel's arguments as the bytes that a launch hands over: each at the next multiple of its alignment, in the order of the kernel's parameters. <see cref="DeviceView"/>
/// for views, plain structures and numbers for values, an operator without settings as its one byte.
/// </summary>
/// <param name="buffer">Where to write; <see cref="MaxBytes"/> hold any kernel's arguments.</param>
public ref struct LaunchArguments(Span<byte> buffer)
{
    /// <summary>The most bytes that the arguments of a kernel take, which is what drivers accept.</summary>
    public const int MaxBytes = 4096;

    readonly Span<byte> buffer = buffer;
    int used;

    /// <summary>What was written.</summary>
    public readonly ReadOnlySpan<byte> Bytes => buffer[..used];

    /// <summary>Appends an argument.</summary>
    public void Add<T>(T argument) where T : unmanaged
    {
        int alignment = Unsafe.SizeOf<Aligned<T>>() - Unsafe.SizeOf<T>(), start = (used + alignment - 1) & -alignment;
        buffer[used..start].Clear();
        used = start + Unsafe.SizeOf<T>();
        MemoryMarshal.Write(buffer[start..used], in argument);
    }

    // Its size tells the alignment of T.
    [StructLayout(LayoutKind.Sequential)]
    struct Aligned<T> where T : unmanaged
    {
        public byte Before;
        public T Value;
    }
}
