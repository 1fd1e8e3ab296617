using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Products of matrices in shared memory by a warpgroup, 128 threads whose first is a multiple of 128, for compute capability 9.0 alone. They go on while the threads do other things. Their sums are
/// registers that the text names: as values they would be copied around each product, at which the assembler makes one wait for the other. A kernel has one set, 64 x 128 numbers of a warpgroup.
/// </summary>
static unsafe class WarpGroups
{
    /// <summary>Threads of a warpgroup.</summary>
    public const int Threads = 128;

    /// <summary>Rows and columns of the sums, and steps of one product.</summary>
    public const int Rows = 64, Columns = 128, Steps = 16;

    // A thread's part of the sums.
    const int Count = 64;

    // The simulator's registers: each of its threads is one of the system.
    [ThreadStatic]
    static float[]? registers;

    /// <summary>Sets the sums to zero; once in a kernel, before all else.</summary>
    [Ptx(".reg .f32 sum<64>; $(0-63: mov.f32 sum#, 0f00000000;)"), IntrinsicImplementation]
    public static void Clear() => registers = new float[Count];

    /// <summary>Makes what this thread copied visible to products; a barrier then makes it so for what the block copied.</summary>
    [Ptx("fence.proxy.async.shared::cta;"), IntrinsicImplementation]
    public static void ShowCopies()
    {
    }

    /// <summary>Before the first product, and the first after a wait.</summary>
    [Ptx("wgmma.fence.sync.aligned;"), IntrinsicImplementation]
    public static void Begin()
    {
    }

    /// <summary>Ends a group of products.</summary>
    [Ptx("wgmma.commit_group.sync.aligned;"), IntrinsicImplementation]
    public static void Commit()
    {
    }

    /// <summary>Waits for all groups.</summary>
    [Ptx("wgmma.wait_group.sync.aligned 0;"), IntrinsicImplementation]
    public static void Wait()
    {
    }

    /// <summary>
    /// The strides of an operand of bf16 that lies in shared memory without swizzle. It consists of core matrices of 8 x 8 numbers, 128 bytes without gaps: eight rows of 16 bytes, each with neighbours along the
    /// sum, or along the lines. With these strides, in bytes and multiples of 16, number (line, step) is at start + step / 8 · sum stride + line / 8 · line stride + within its core matrix
    /// line mod 8 · 16 + step mod 8 · 2, or step mod 8 · 16 + line mod 8 · 2 (PTX ISA manual, "Asynchronous warpgroup level matrix instructions", matrix descriptor: bits 0 to 13 address / 16,
    /// 16 to 29 the stride of core matrices along the sum / 16, which it calls the leading dimension's, 32 to 45 that along the lines / 16, 62 to 63 the swizzle, 0 for none).
    /// </summary>
    public static ulong Strides(int sumStride, int lineStride) => ((ulong)(sumStride / 16) << 16) | ((ulong)(lineStride / 16) << 32);

    /// <summary>Begins sums += left · right for left [64, 16] and right [16, 128].</summary>
    /// <param name="left">Where the left operand starts, a multiple of 16 bytes in the first 256 KiB of shared memory.</param>
    /// <param name="right">The same of the right operand.</param>
    /// <param name="leftStrides"><see cref="Strides"/> of the left operand, whose lines are rows.</param>
    /// <param name="rightStrides">The same of the right operand, whose lines are columns.</param>
    /// <param name="isLeftAlongLines">A constant: 0 where rows of the left core matrices have neighbours along the sum, 1 along the lines.</param>
    /// <param name="isRightAlongLines">The same of the right operand.</param>
    [Ptx("{ .reg .b64 left, right; .reg .pred adds; "
        + "and.b64 left, $0:shared, 0x3FFF0; shr.u64 left, left, 4; or.b64 left, left, $2; and.b64 right, $1:shared, 0x3FFF0; shr.u64 right, right, 4; or.b64 right, right, $3; setp.eq.u32 adds, 0, 0; "
        + "wgmma.mma_async.sync.aligned.m64n128k16.f32.bf16.bf16 {sum0$(1-63:, sum#)}, left, right, adds, 1, 1, $4:number, $5:number; }"), IntrinsicImplementation]
    public static void Multiply(ref ushort left, ref ushort right, ulong leftStrides, ulong rightStrides, int isLeftAlongLines, int isRightAlongLines)
    {
        byte* leftStart = (byte*)Unsafe.AsPointer(ref left), rightStart = (byte*)Unsafe.AsPointer(ref right);
        for (int i = 0; i < Count; i++)
        {
            int row = (Group.IdxX / WarpTeam.Threads % 4 * 16) + (i / 2 % 2 * 8) + (WarpTeam.Member / 4), column = (i / 4 * 8) + (WarpTeam.Member % 4 * 2) + (i % 2);
            float sum = registers![i];
            for (int k = 0; k < Steps; k++) sum += Number(leftStart, leftStrides, isLeftAlongLines, row, k) * Number(rightStart, rightStrides, isRightAlongLines, column, k);
            registers[i] = sum;
        }
    }

    /// <summary>
    /// A thread's sums of eight columns, from 8 · <paramref name="eight"/>, a constant, and of its warp's 16 rows of the warpgroup's 64.
    /// </summary>
    public static Sums Read(int eight) => new() { A = ReadOne(4 * eight), B = ReadOne((4 * eight) + 1), C = ReadOne((4 * eight) + 2), D = ReadOne((4 * eight) + 3) };

    [Ptx("mov.f32 $r, sum$0:number;"), IntrinsicImplementation]
    static float ReadOne(int register) => registers![register];

    static float Number(byte* start, ulong strides, int isAlongLines, int line, int step)
    {
        int sumStride = (int)(strides >> 16 & 0x3FFF) * 16, lineStride = (int)(strides >> 32 & 0x3FFF) * 16, row = isAlongLines != 0 ? step : line, column = isAlongLines != 0 ? line : step;
        ushort bits = *(ushort*)(start + (step / 8 * sumStride) + (line / 8 * lineStride) + (row % 8 * 16) + (column % 8 * 2));
        return BitConverter.UInt32BitsToSingle((uint)bits << 16);
    }
}
