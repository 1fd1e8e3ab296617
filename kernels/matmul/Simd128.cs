using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>128-bit vectors: 6 x 2 accumulators, for 16 registers; also what Arm machines run.</summary>
readonly unsafe struct Simd128<T> : ISimd<Vector128<T>, T> where T : unmanaged
{
    public static int Count { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => Vector128<T>.Count; }

    public static int Rows { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => 6; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Load(T* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<T> x, T* target) => x.Store(target);

    public static Vector128<T> LoadPart(T* source, int count)
    {
        var x = Vector128<T>.Zero;
        Unsafe.CopyBlockUnaligned(&x, source, (uint)(count * sizeof(T)));
        return x;
    }

    public static void StorePart(Vector128<T> x, T* target, int count)
    {
        if (count == Vector128<T>.Count)
        {
            x.Store(target);
            return;
        }
        var bytes = x.AsByte();
        if (sizeof(T) == sizeof(float) && (count & 2) != 0)
        {
            *(long*)target = bytes.AsInt64().ToScalar();
            bytes = bytes.AsInt64().GetUpper().ToVector128Unsafe().AsByte();
            target += 2;
        }
        if ((count & 1) != 0) *target = bytes.As<byte, T>().ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Broadcast(T value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> MultiplyAdd(Vector128<T> a, Vector128<T> b, Vector128<T> c) => typeof(T) == typeof(float)
        ? Vector128.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
        : Vector128.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Add(Vector128<T> a, Vector128<T> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Rectify(Vector128<T> x, Vector128<T> bound) => Vector128.AndNot(x, Vector128.LessThanOrEqual(x, bound));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Gate(Vector128<T> x, Vector128<T> gate) => x * Vector128.ConditionalSelect(Vector128.LessThan(Vector128<T>.Zero, gate), Vector128<T>.One,
        Vector128.AndNot(gate, Vector128.LessThanOrEqual(gate, Vector128<T>.Zero)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Vector128<T> x) => Vector128.Sum(x);
}
