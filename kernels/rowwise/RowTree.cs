using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Adjoint.Kernels;

/// <summary>
/// Folds the lanes of V.Count registers at once, in the order of <see cref="IRegister{V, T}.Spread"/>: a tree that folds pairs of registers while it transposes them takes three
/// operations a register, where a fold of each takes fourteen that wait for one another.
/// </summary>
static unsafe class RowTree
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>Lane i of the result is the fold of register i of the V.Count that lie one after another.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Fold<TFold, V, T>(TFold fold, T* registers)
        where TFold : struct, IReduction
        where V : struct, IRegister<V, T>
        where T : unmanaged
    {
        if (typeof(V) == typeof(Lane512<float>) && Avx512F.IsSupported)
        {
            float* x = (float*)registers;
            return Unsafe.BitCast<Lane512<float>, V>(Singles(fold, Pairs(fold, Quarter(fold, x), Quarter(fold, x + 16)), Pairs(fold, Quarter(fold, x + 32), Quarter(fold, x + 48))));
        }

        T* results = stackalloc T[V.Count];
        for (int i = 0; i < V.Count; i++) results[i] = V.First(V.Spread(fold, V.Load(ref registers[i * V.Count])));
        return V.Load(ref *results);
    }

    /// <summary>Four lanes of each of the registers 0, 4, 8 and 12, register by register.</summary>
    [MethodImpl(Inline)]
    static Lane512<float> Quarter<TFold>(TFold fold, float* x) where TFold : struct, IReduction
    {
        Vector512<float> a = Halves(fold, x), b = Halves(fold, x + 128);
        return fold.Fold<Lane512<float>>(new(Avx512F.Shuffle4x128(a, b, 0x88)), new(Avx512F.Shuffle4x128(a, b, 0xDD)));
    }

    [MethodImpl(Inline)]
    static Vector512<float> Halves<TFold>(TFold fold, float* x) where TFold : struct, IReduction
    {
        Vector512<float> a = Vector512.Load(x), b = Vector512.Load(x + 64);
        return Bits(fold.Fold<Lane512<float>>(new(Avx512F.Shuffle4x128(a, b, 0x44)), new(Avx512F.Shuffle4x128(a, b, 0xEE))));
    }

    [MethodImpl(Inline)]
    static Lane512<float> Pairs<TFold>(TFold fold, Lane512<float> x, Lane512<float> y) where TFold : struct, IReduction
    {
        Vector512<double> a = Bits(x).AsDouble(), b = Bits(y).AsDouble();
        return fold.Fold<Lane512<float>>(new(Avx512F.UnpackLow(a, b).AsSingle()), new(Avx512F.UnpackHigh(a, b).AsSingle()));
    }

    [MethodImpl(Inline)]
    static Lane512<float> Singles<TFold>(TFold fold, Lane512<float> x, Lane512<float> y) where TFold : struct, IReduction
    {
        Vector512<float> a = Bits(x), b = Bits(y);
        return fold.Fold<Lane512<float>>(new(Avx512F.Shuffle(a, b, 0x88)), new(Avx512F.Shuffle(a, b, 0xDD)));
    }

    [MethodImpl(Inline)]
    static Vector512<float> Bits(Lane512<float> x) => Unsafe.BitCast<Lane512<float>, Vector512<float>>(x);
}
