using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>Arithmetic on a single f32 or f64 behind a type parameter.</summary>
static class Scalar<T> where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Add(T a, T b) => (Vector128.CreateScalarUnsafe(a) + Vector128.CreateScalarUnsafe(b)).ToScalar();

    /// <summary>a·b + c with one rounding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MultiplyAdd(T a, T b, T c) =>
        Simd128<T>.MultiplyAdd(Vector128.CreateScalarUnsafe(a), Vector128.CreateScalarUnsafe(b), Vector128.CreateScalarUnsafe(c)).ToScalar();
}
