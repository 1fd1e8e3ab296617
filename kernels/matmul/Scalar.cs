using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>Arithmetic on a single f32 or f64 behind a type parameter.</summary>
static class Scalar<T> where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Add(T a, T b) => (Vector128.CreateScalarUnsafe(a) + Vector128.CreateScalarUnsafe(b)).ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T From(double value) => typeof(T) == typeof(float)
        ? Vector128.CreateScalarUnsafe((float)value).As<float, T>().ToScalar()
        : Vector128.CreateScalarUnsafe(value).As<double, T>().ToScalar();

    /// <summary>a·b + c with one rounding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MultiplyAdd(T a, T b, T c) =>
        Simd128<T>.MultiplyAdd(Vector128.CreateScalarUnsafe(a), Vector128.CreateScalarUnsafe(b), Vector128.CreateScalarUnsafe(c)).ToScalar();

    /// <summary>Whether x is a zero of either sign.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsZero(T x) => typeof(T) == typeof(float)
        ? Vector128.CreateScalarUnsafe(x).AsSingle().ToScalar() == 0
        : Vector128.CreateScalarUnsafe(x).AsDouble().ToScalar() == 0;

    /// <summary>Zero where x ≤ bound, else x; NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Rectify(T x, T bound) => Simd128<T>.Rectify(Vector128.CreateScalarUnsafe(x), Vector128.CreateScalarUnsafe(bound)).ToScalar();

    /// <summary>x·heaviside(gate).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Gate(T x, T gate) => Simd128<T>.Gate(Vector128.CreateScalarUnsafe(x), Vector128.CreateScalarUnsafe(gate)).ToScalar();
}
