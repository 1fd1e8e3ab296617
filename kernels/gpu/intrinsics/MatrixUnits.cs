using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// A thread's part of a 16 x 8 result of a warp: with g = lane / 4 and t = lane mod 4, elements (g, 2t), (g, 2t+1), (g+8, 2t), (g+8, 2t+1).
/// </summary>
public struct Sums
{
    internal float A, B, C, D;
}

/// <summary>Four 32-bit registers of a thread that belong together.</summary>
public struct Registers4
{
    internal uint A, B, C, D;
}

/// <summary>Two 32-bit registers of a thread that belong together.</summary>
public struct Registers2
{
    internal uint A, B;
}

/// <summary>
/// Products of small matrices by a warp. Fragments are laid out over the lanes as the instruction set says; the bodies gather them by exchanges between lanes.
/// </summary>
static unsafe class MatrixUnits
{
    /// <summary>f32 rounded to tf32: ten bits of fraction, halves away from zero.</summary>
    [Ptx("cvt.rna.tf32.f32 $r, $0;"), IntrinsicImplementation]
    public static uint ToTf32(float x) => (BitConverter.SingleToUInt32Bits(x) + 0x1000u) & ~0x1FFFu;

    /// <summary>Two f32 as bf16, halves to even, the first in the low half. NaN becomes a NaN.</summary>
    [Ptx("cvt.rn.bf16x2.f32 $r, $1, $0;"), IntrinsicImplementation]
    public static uint ToBf16Pair(float low, float high) => ToBf16(low) | (ToBf16(high) << 16);

    static uint ToBf16(float x)
    {
        uint bits = BitConverter.SingleToUInt32Bits(x);
        return float.IsNaN(x) ? 0x7FFFu : (bits + 0x7FFFu + ((bits >> 16) & 1)) >> 16;
    }

    /// <summary>
    /// sums + left · right for left [16, 8] and right [8, 8] of tf32. Left registers: elements (g, t), (g+8, t), (g, t+4), (g+8, t+4); right: (t, g), (t+4, g).
    /// </summary>
    [Ptx("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 $r, $1, $2, $0;"), IntrinsicImplementation]
    public static Sums MultiplyTf32(Sums sums, Registers4 left, Registers2 right)
    {
        int lane = Warp.LaneIdx, g = lane / 4, t = lane % 4;
        for (int k = 0; k < 4; k++)
        {
            Registers4 row = From(left, (g * 4) + k);
            Registers2 first = From(right, (t * 8) + k), second = From(right, (t * 8) + 4 + k);
            Add(ref sums, Number(row.A), Number(row.B), Number(first.A), Number(second.A));
            Add(ref sums, Number(row.C), Number(row.D), Number(first.B), Number(second.B));
        }

        return sums;
    }

    /// <summary>
    /// sums + left · right for left [16, 16] and right [16, 8] of bf16, two in a register. Left registers: elements (g, 2t…), (g+8, 2t…), (g, 2t+8…), (g+8, 2t+8…); right:
    /// (2t…, g), (2t+8…, g).
    /// </summary>
    [Ptx("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 $r, $1, $2, $0;"), IntrinsicImplementation]
    public static Sums MultiplyBf16(Sums sums, Registers4 left, Registers2 right)
    {
        int lane = Warp.LaneIdx, g = lane / 4, t = lane % 4;
        for (int k = 0; k < 4; k++)
        {
            Registers4 row = From(left, (g * 4) + k);
            Registers2 first = From(right, (t * 8) + k), second = From(right, (t * 8) + 4 + k);
            Add(ref sums, Low(row.A), Low(row.B), Low(first.A), Low(second.A));
            Add(ref sums, High(row.A), High(row.B), High(first.A), High(second.A));
            Add(ref sums, Low(row.C), Low(row.D), Low(first.B), Low(second.B));
            Add(ref sums, High(row.C), High(row.D), High(first.B), High(second.B));
        }

        return sums;
    }

    /// <summary>
    /// Loads four 8 x 8 matrices of 16-bit elements from shared memory, a register each. Lane 8q + r gives the address of row r of matrix q, 16 bytes; lane 4r + c receives elements
    /// 2c and 2c+1 of row r.
    /// </summary>
    [Ptx("ldmatrix.sync.aligned.m8n8.x4.shared.b16 $r, [$0:shared];"), IntrinsicImplementation]
    public static Registers4 Load(ref ushort row)
    {
        long address = (long)(nint)Unsafe.AsPointer(ref row);
        int lane = Warp.LaneIdx;
        return new() { A = Pair(address, lane, 0), B = Pair(address, lane, 8), C = Pair(address, lane, 16), D = Pair(address, lane, 24) };
    }

    /// <summary>The same with each matrix transposed: lane 4r + c receives elements r of rows 2c and 2c+1.</summary>
    [Ptx("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 $r, [$0:shared];"), IntrinsicImplementation]
    public static Registers4 LoadTransposed(ref ushort row)
    {
        long address = (long)(nint)Unsafe.AsPointer(ref row);
        int lane = Warp.LaneIdx;
        return new() { A = Column(address, lane, 0), B = Column(address, lane, 8), C = Column(address, lane, 16), D = Column(address, lane, 24) };
    }

    static uint Pair(long address, int lane, int first) => ((uint*)(nint)Warp.Shuffle(address, first + (lane / 4)))[lane % 4];

    static uint Column(long address, int lane, int first)
    {
        uint low = ((ushort*)(nint)Warp.Shuffle(address, first + (lane % 4 * 2)))[lane / 4];
        uint high = ((ushort*)(nint)Warp.Shuffle(address, first + (lane % 4 * 2) + 1))[lane / 4];
        return low | (high << 16);
    }

    static void Add(ref Sums sums, float top, float bottom, float first, float second)
    {
        sums.A += top * first;
        sums.B += top * second;
        sums.C += bottom * first;
        sums.D += bottom * second;
    }

    static Registers4 From(Registers4 own, int lane) =>
        new() { A = Warp.Shuffle(own.A, lane), B = Warp.Shuffle(own.B, lane), C = Warp.Shuffle(own.C, lane), D = Warp.Shuffle(own.D, lane) };

    static Registers2 From(Registers2 own, int lane) => new() { A = Warp.Shuffle(own.A, lane), B = Warp.Shuffle(own.B, lane) };

    static float Number(uint bits) => BitConverter.UInt32BitsToSingle(bits);

    static float Low(uint pair) => Number(pair << 16);

    static float High(uint pair) => Number(pair & 0xFFFF_0000);
}
