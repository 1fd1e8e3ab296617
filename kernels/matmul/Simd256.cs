using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Adjoint.Kernels;

/// <summary>256-bit vectors: 6 x 2 accumulators of the 16 registers of AVX2.</summary>
readonly unsafe struct Simd256<T> : ISimd<Vector256<T>, T> where T : unmanaged
{
    public static int Count { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => Vector256<T>.Count; }

    public static int Rows { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => 6; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Load(T* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<T> x, T* target) => x.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> LoadPart(T* source, int count) => typeof(T) == typeof(float)
        ? Avx.MaskLoad((float*)source, Mask32(count)).As<float, T>()
        : Avx.MaskLoad((double*)source, Mask64(count)).As<double, T>();

    // Not by a masked store: AMD processors up to Zen 4 take a dozen cycles for one.
    public static void StorePart(Vector256<T> x, T* target, int count)
    {
        var half = x.GetLower();
        if (count >= Vector128<T>.Count)
        {
            half.Store(target);
            half = x.GetUpper();
            target += Vector128<T>.Count;
            count -= Vector128<T>.Count;
        }
        Simd128<T>.StorePart(half, target, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Broadcast(T value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> MultiplyAdd(Vector256<T> a, Vector256<T> b, Vector256<T> c) => typeof(T) == typeof(float)
        ? Vector256.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
        : Vector256.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Add(Vector256<T> a, Vector256<T> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Rectify(Vector256<T> x, Vector256<T> bound) => Vector256.AndNot(x, Vector256.LessThanOrEqual(x, bound));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Gate(Vector256<T> x, Vector256<T> gate) => x * Vector256.ConditionalSelect(Vector256.LessThan(Vector256<T>.Zero, gate), Vector256<T>.One,
        Vector256.AndNot(gate, Vector256.LessThanOrEqual(gate, Vector256<T>.Zero)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Vector256<T> x) => Vector256.Sum(x);

    static Vector256<float> Mask32(int count) => Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle();

    static Vector256<double> Mask64(int count) => Vector256.LessThan(Vector256<long>.Indices, Vector256.Create((long)count)).AsDouble();
}
