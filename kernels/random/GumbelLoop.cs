using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>
/// Standard Gumbel numbers -ln(-ln u): the uniforms, then two passes of one logarithm each over a piece in L1. In one loop the two formulas have more constants than the
/// machine has registers.
/// </summary>
static class GumbelLoop
{
    const int PieceBytes = 4096;

    /// <summary>Writes elements <paramref name="start"/>, start + 1, … of a draw.</summary>
    public static void Run<TMiddle, T>(Span<T> target, Draw draw, long start)
        where TMiddle : struct, IDistribution<T>
        where T : unmanaged
    {
        for (int done = 0, piece = PieceBytes / Unsafe.SizeOf<T>(); done < target.Length; done += piece)
        {
            Span<T> part = target.Slice(done, Math.Min(piece, target.Length - done));
            FillLoop.Run(part, draw, start + done, default(TMiddle));
            if (Vector512.IsHardwareAccelerated) Twice<T, Lane512<T>>(part);
            else if (Vector256.IsHardwareAccelerated) Twice<T, Lane256<T>>(part);
            else Twice<T, Lane128<T>>(part);
        }
    }

    static void Twice<T, V>(Span<T> x)
        where T : unmanaged
        where V : struct, IRegister<V, T>
    {
        NegativeLog<T, V>(x);
        NegativeLog<T, V>(x);
    }

    static void NegativeLog<T, V>(Span<T> x)
        where T : unmanaged
        where V : struct, IRegister<V, T>
    {
        ref T origin = ref MemoryMarshal.GetReference(x);
        nint i = 0;
        for (; i <= x.Length - V.Count; i += V.Count)
        {
            ref T place = ref Unsafe.Add(ref origin, i);
            V.Store(-Elementary.LogOfNormal(V.Load(ref place)), ref place);
        }

        if (i == x.Length) return;
        Span<T> rest = x[(int)i..], tail = stackalloc T[V.Count];
        rest.CopyTo(tail);
        ref T first = ref MemoryMarshal.GetReference(tail);
        V.Store(-Elementary.LogOfNormal(V.Load(ref first)), ref first);
        tail[..rest.Length].CopyTo(rest);
    }
}
