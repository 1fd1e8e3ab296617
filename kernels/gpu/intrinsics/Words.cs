using ILGPU.IR.Intrinsics;

namespace Adjoint.Kernels.Gpu;

/// <summary>Products of integers whose upper half counts.</summary>
static class Words
{
    /// <summary>Upper 32 bits of a·b.</summary>
    [Ptx("mul.hi.u32 $r, $0, $1;"), IntrinsicImplementation]
    public static uint MultiplyHigh(uint a, uint b) => (uint)(((ulong)a * b) >> 32);

    /// <summary>Upper 64 bits of a·b.</summary>
    [Ptx("mul.hi.u64 $r, $0, $1;"), IntrinsicImplementation]
    public static ulong MultiplyHigh(ulong a, ulong b) => Math.BigMul(a, b, out _);
}
