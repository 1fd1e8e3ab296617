using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Adjoint.Kernels;

/// <summary>A 512-bit register of <typeparamref name="T"/> (f32, f64, i32 or i64).</summary>
public readonly struct Lane512<T>(Vector512<T> value) : IRegister<Lane512<T>, T> where T : unmanaged
{
    readonly Vector512<T> value = value;

    public static int Count { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => Vector512<T>.Count; }

    public static bool IsDouble { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => typeof(T) == typeof(double); }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Load(ref readonly T source) => new(Vector512.LoadUnsafe(in source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lane512<T> x, ref T target) => x.value.StoreUnsafe(ref target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> From(double value)
    {
        if (typeof(T) == typeof(float)) return new(Vector512.Create((float)value).As<float, T>());
        if (typeof(T) == typeof(double)) return new(Vector512.Create(value).As<double, T>());
        if (typeof(T) == typeof(int)) return new(Vector512.Create((int)value).As<int, T>());
        return new(Vector512.Create((long)value).As<long, T>());
    }

    public static Lane512<T> Lowest
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(int) ? new(Vector512.Create(int.MinValue).As<int, T>())
            : typeof(T) == typeof(long) ? new(Vector512.Create(long.MinValue).As<long, T>())
            : From(double.NegativeInfinity);
    }

    public static Lane512<T> Highest
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(int) ? new(Vector512.Create(int.MaxValue).As<int, T>())
            : typeof(T) == typeof(long) ? new(Vector512.Create(long.MaxValue).As<long, T>())
            : From(double.PositiveInfinity);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> operator +(Lane512<T> left, Lane512<T> right) => new(left.value + right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> operator -(Lane512<T> left, Lane512<T> right) => new(left.value - right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> operator *(Lane512<T> left, Lane512<T> right) => new(left.value * right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> operator /(Lane512<T> left, Lane512<T> right) => new(left.value / right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> operator -(Lane512<T> x) => new(-x.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Abs(Lane512<T> x) => new(Vector512.Abs(x.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Min(Lane512<T> a, Lane512<T> b) => new(Vector512.Min(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Max(Lane512<T> a, Lane512<T> b) => new(Vector512.Max(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> IfLess(Lane512<T> a, Lane512<T> b, Lane512<T> then, Lane512<T> otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(a.value, b.value), then.value, otherwise.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> IfLessOrEqual(Lane512<T> a, Lane512<T> b, Lane512<T> then, Lane512<T> otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.LessThanOrEqual(a.value, b.value), then.value, otherwise.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> IfEqual(Lane512<T> a, Lane512<T> b, Lane512<T> then, Lane512<T> otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.Equals(a.value, b.value), then.value, otherwise.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Sqrt(Lane512<T> x) => new(Vector512.Sqrt(x.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> MultiplyAdd(Lane512<T> a, Lane512<T> b, Lane512<T> c) => typeof(T) == typeof(float)
        ? new(Vector512.FusedMultiplyAdd(a.value.As<T, float>(), b.value.As<T, float>(), c.value.As<T, float>()).As<float, T>())
        : new(Vector512.FusedMultiplyAdd(a.value.As<T, double>(), b.value.As<T, double>(), c.value.As<T, double>()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Floor(Lane512<T> x) => typeof(T) == typeof(float)
        ? new(Vector512.Floor(x.value.As<T, float>()).As<float, T>())
        : new(Vector512.Floor(x.value.As<T, double>()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Round(Lane512<T> x) => typeof(T) == typeof(float)
        ? new(Vector512.Round(x.value.As<T, float>()).As<float, T>())
        : new(Vector512.Round(x.value.As<T, double>()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> CopySign(Lane512<T> magnitude, Lane512<T> sign) => typeof(T) == typeof(float)
        ? new(Vector512.CopySign(magnitude.value.As<T, float>(), sign.value.As<T, float>()).As<float, T>())
        : new(Vector512.CopySign(magnitude.value.As<T, double>(), sign.value.As<T, double>()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> PowerOfTwo(Lane512<T> k) => typeof(T) == typeof(float)
        ? new((((k.value.As<T, float>() + Vector512.Create(FloatBits.Integer32 + 127)).AsInt32()) << 23).As<int, T>())
        : new((((k.value.As<T, double>() + Vector512.Create(FloatBits.Integer64 + 1023)).AsInt64()) << 52).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Scale(Lane512<T> x, Lane512<T> k)
    {
        if (Avx512F.IsSupported)
        {
            return typeof(T) == typeof(float)
                ? new(Avx512F.Scale(x.value.As<T, float>(), k.value.As<T, float>()).As<float, T>())
                : new(Avx512F.Scale(x.value.As<T, double>(), k.value.As<T, double>()).As<double, T>());
        }

        Lane512<T> half = Floor(k * From(0.5));
        return x * PowerOfTwo(half) * PowerOfTwo(k - half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Exponent(Lane512<T> x) => typeof(T) == typeof(float)
        ? new(Vector512.ConvertToSingle((x.value.As<T, int>() >> 23) - Vector512.Create(127)).As<float, T>())
        : new(Vector512.ConvertToDouble((x.value.As<T, long>() >> 52) - Vector512.Create(1023L)).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Significand(Lane512<T> x) => typeof(T) == typeof(float)
        ? new(((x.value.As<T, int>() & Vector512.Create(FloatBits.Fraction32)) | Vector512.Create(FloatBits.One32)).As<int, T>())
        : new(((x.value.As<T, long>() & Vector512.Create(FloatBits.Fraction64)) | Vector512.Create(FloatBits.One64)).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyGreater(Lane512<T> x, double bound) => Vector512.GreaterThanAny(x.value, From(bound).value);

    public static Lane512<T> Map<TFunction>(Lane512<T> x) where TFunction : struct, IScalarFunction
    {
        Unsafe.SkipInit(out Vector512<T> result);
        FloatBits.Map<TFunction, T>(in Unsafe.As<Vector512<T>, T>(ref Unsafe.AsRef(in x.value)), ref Unsafe.As<Vector512<T>, T>(ref result), Count);
        return new(result);
    }

    public static Lane512<T> Map<TFunction>(Lane512<T> x, Lane512<T> y) where TFunction : struct, IScalarBinaryFunction
    {
        Unsafe.SkipInit(out Vector512<T> result);
        FloatBits.Map<TFunction, T>(
            in Unsafe.As<Vector512<T>, T>(ref Unsafe.AsRef(in x.value)),
            in Unsafe.As<Vector512<T>, T>(ref Unsafe.AsRef(in y.value)),
            ref Unsafe.As<Vector512<T>, T>(ref result),
            Count);
        return new(result);
    }
}
