using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Adjoint;

/// <summary>Memory on the host: a stretch of a managed array. A stale handle can give an error, never a wild access.</summary>
sealed class HostStorage : Storage
{
    /// <summary>Start of large blocks, a cache line, so that full registers never straddle two lines.</summary>
    public const int Alignment = 64;

    const int AlignFrom = 1024;

    readonly byte[] block;
    readonly int start;
    readonly StepArena? arena;
    readonly int generation;
    readonly bool isFixed;
    Pin? pin;

    HostStorage(byte[] block, int start, int bytes, StepArena? arena, bool isFixed) : base(Device.Cpu, bytes)
    {
        this.block = block;
        this.start = start;
        this.arena = arena;
        this.isFixed = isFixed;
        generation = arena?.Generation ?? 0;
    }

    /// <summary>Memory that lives as long as something refers to it; its content is undefined.</summary>
    public static HostStorage Allocate(int bytes)
    {
        if (bytes < AlignFrom) return new HostStorage(new byte[bytes], 0, bytes, null, false);
        byte[] block = AllocateAligned(bytes, out int start);
        return new HostStorage(block, start, bytes, null, true);
    }

    /// <summary>Memory that lives as long as something refers to it and starts at a cache line, whatever its size.</summary>
    public static HostStorage AllocateFixed(int bytes) => new(AllocateAligned(bytes, out int start), start, bytes, null, true);

    /// <summary>A stretch of memory that belongs to somebody else: an arena (which may recycle it) or a plan.</summary>
    public static HostStorage Slice(byte[] block, int start, int bytes, StepArena? arena) => new(block, start, bytes, arena, true);

    /// <summary>An array that never moves, with the position in it of the first cache line.</summary>
    public static byte[] AllocateAligned(int bytes, out int start)
    {
        byte[] block = GC.AllocateUninitializedArray<byte>(checked(bytes + Alignment), pinned: true);
        start = (int)(-(nint)Marshal.UnsafeAddrOfPinnedArrayElement(block, 0) & (Alignment - 1));
        return block;
    }

    internal override void Fix()
    {
        if (!isFixed) pin ??= new Pin(block);
    }

    internal override Storage Part(int start, int bytes)
    {
        Fix();
        return new HostStorage(block, this.start + start, bytes, arena, true) { pin = pin };
    }

    internal override bool IsPartOf(Storage whole, int start) => whole is HostStorage host && ReferenceEquals(host.block, block) && this.start == host.start + start;

    internal override bool IsBorrowed => arena is not null;

    internal override void RequireLive() => arena?.RequireLive(generation);

    /// <summary>The whole memory as numbers.</summary>
    /// <exception cref="LifetimeException">The memory belonged to a step that has ended.</exception>
    public Span<T> Span<T>() where T : unmanaged => MemoryMarshal.CreateSpan(ref First<T>(), Bytes / Unsafe.SizeOf<T>());

    /// <summary>The first number.</summary>
    /// <inheritdoc cref="Span{T}"/>
    public ref T First<T>() where T : unmanaged
    {
        RequireLive();
        return ref Unsafe.As<byte, T>(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(block), start));
    }

    // A block that must not move as long as somebody holds this.
    sealed class Pin(byte[] block)
    {
        GCHandle handle = GCHandle.Alloc(block, GCHandleType.Pinned);

        ~Pin() => handle.Free();
    }
}
