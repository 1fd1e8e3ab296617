using System.Runtime.CompilerServices;
using ILGPU.IR.Intrinsics;

namespace Adjoint.Kernels.Gpu;

/// <summary>Copies from global to shared memory that go on while the thread computes.</summary>
static class AsynchronousCopies
{
    /// <summary>
    /// Begins a copy of 16 bytes, of which the first <paramref name="bytes"/> come from the source and the rest are zeros. Both addresses are multiples of 16.
    /// </summary>
    [Ptx("cp.async.cg.shared.global [$0:shared], [$1:global], 16, $2;"), IntrinsicImplementation]
    public static void Copy16(ref float target, ref float source, int bytes) => CopyNow(ref Unsafe.As<float, byte>(ref target), ref Unsafe.As<float, byte>(ref source), bytes);

    /// <inheritdoc cref="Copy16(ref float, ref float, int)"/>
    [Ptx("cp.async.cg.shared.global [$0:shared], [$1:global], 16, $2;"), IntrinsicImplementation]
    public static void Copy16(ref ushort target, ref ushort source, int bytes) => CopyNow(ref Unsafe.As<ushort, byte>(ref target), ref Unsafe.As<ushort, byte>(ref source), bytes);

    /// <summary>Ends a group of this thread's copies.</summary>
    [Ptx("cp.async.commit_group;"), IntrinsicImplementation]
    public static void Commit()
    {
    }

    /// <summary>Waits until all of this thread's groups but the last have arrived; a barrier then shows them to the block.</summary>
    [Ptx("cp.async.wait_group 1;"), IntrinsicImplementation]
    public static void WaitForAllButOne()
    {
    }

    static void CopyNow(ref byte target, ref byte source, int bytes)
    {
        Unsafe.InitBlockUnaligned(ref target, 0, 16);
        if (bytes > 0) Unsafe.CopyBlockUnaligned(ref target, ref source, (uint)bytes);
    }
}
