using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>target[i] += source[i] over one row: what ordered scatters do for each index. Sums of two numbers have the same bits in a register and alone.</summary>
static unsafe class AddRow
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<T>(T* source, T* target, int count) where T : unmanaged, INumber<T>
    {
        if (Vector512.IsHardwareAccelerated) Run<T, Lane512<T>>(source, target, count);
        else if (Vector256.IsHardwareAccelerated) Run<T, Lane256<T>>(source, target, count);
        else Run<T, Lane128<T>>(source, target, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Run<T, V>(T* source, T* target, int count)
        where T : unmanaged, INumber<T>
        where V : struct, IRegister<V, T>
    {
        nint i = 0;
        for (; i <= count - V.Count; i += V.Count) V.Store(V.Load(ref target[i]) + V.Load(ref source[i]), ref target[i]);
        for (; i < count; i++) target[i] += source[i];
    }
}
