using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Adjoint.Kernels;

/// <summary>A 512-bit register of <typeparamref name="T"/> (f32, f64, i32 or i64).</summary>
public readonly struct Lane512<T>(Vector512<T> value) : IRegister<Lane512<T>, T> where T : unmanaged
{
    readonly Vector512<T> value = value;

    /// <summary>The register.</summary>
    internal Vector512<T> Value { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => value; }

    public static int Count { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => Vector512<T>.Count; }

    public static bool IsDouble { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => typeof(T) == typeof(double); }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Load(ref readonly T source) => new(Vector512.LoadUnsafe(in source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lane512<T> x, ref T target) => x.value.StoreUnsafe(ref target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Lane512<T> LoadPart(ref readonly T source, int count, Lane512<T> rest)
    {
        if (Avx512F.IsSupported)
        {
            void* first = Unsafe.AsPointer(ref Unsafe.AsRef(in source));
            return new(Unsafe.SizeOf<T>() == 4 ? Avx512F.MaskLoad((float*)first, Few(count).AsSingle(), rest.value.As<T, float>()).As<float, T>()
                : Avx512F.MaskLoad((double*)first, FewWide(count).AsDouble(), rest.value.As<T, double>()).As<double, T>());
        }

        int half = Lane256<T>.Count;
        if (count < half) return new(Vector512.Create(Lane256<T>.LoadPart(in source, count, new(rest.value.GetLower())).Value, rest.value.GetUpper()));
        ref T second = ref Unsafe.Add(ref Unsafe.AsRef(in source), half);
        return new(Vector512.Create(Lane256<T>.Load(in source).Value, Lane256<T>.LoadPart(ref second, count - half, new(rest.value.GetUpper())).Value));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void StorePart(Lane512<T> x, ref T target, int count)
    {
        if (Avx512F.IsSupported)
        {
            void* first = Unsafe.AsPointer(ref target);
            if (Unsafe.SizeOf<T>() == 4) Avx512F.MaskStore((float*)first, Few(count).AsSingle(), x.value.As<T, float>());
            else Avx512F.MaskStore((double*)first, FewWide(count).AsDouble(), x.value.As<T, double>());
            return;
        }

        int half = Lane256<T>.Count;
        if (count < half)
        {
            Lane256<T>.StorePart(new(x.value.GetLower()), ref target, count);
            return;
        }

        Lane256<T>.Store(new(x.value.GetLower()), ref target);
        Lane256<T>.StorePart(new(x.value.GetUpper()), ref Unsafe.Add(ref target, half), count - half);
    }

    // All bits in the first lanes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<int> Few(int count) => Vector512.GreaterThan(Vector512.Create(count), Vector512<int>.Indices);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<long> FewWide(int count) => Vector512.GreaterThan(Vector512.Create((long)count), Vector512<long>.Indices);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Spread<TFold>(TFold fold, Lane512<T> x) where TFold : struct, IReduction
    {
        Lane256<T> half = Lane256<T>.Spread(fold, fold.Fold(new Lane256<T>(x.value.GetLower()), new Lane256<T>(x.value.GetUpper())));
        return new(Vector512.Create(half.Value, half.Value));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Repeat(T value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T First(Lane512<T> x) => x.value.ToScalar();

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
    public static Lane512<T> Lesser(Lane512<T> a, Lane512<T> b)
    {
        if (Avx512F.IsSupported && typeof(T) == typeof(float)) return new(Avx512F.Min(a.value.As<T, float>(), b.value.As<T, float>()).As<float, T>());
        if (Avx512F.IsSupported && typeof(T) == typeof(double)) return new(Avx512F.Min(a.value.As<T, double>(), b.value.As<T, double>()).As<double, T>());
        return IfLess(a, b, a, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Greater(Lane512<T> a, Lane512<T> b)
    {
        if (Avx512F.IsSupported && typeof(T) == typeof(float)) return new(Avx512F.Max(a.value.As<T, float>(), b.value.As<T, float>()).As<float, T>());
        if (Avx512F.IsSupported && typeof(T) == typeof(double)) return new(Avx512F.Max(a.value.As<T, double>(), b.value.As<T, double>()).As<double, T>());
        return IfLess(b, a, a, b);
    }

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

    public static bool HasScale { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => Avx512F.IsSupported; }

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
    public static Lane512<T> AddExponent(Lane512<T> x, Lane512<T> shifted) => typeof(T) == typeof(float)
        ? new((x.value.As<T, int>() + (shifted.value.As<T, int>() << 23)).As<int, T>())
        : new((x.value.As<T, long>() + (shifted.value.As<T, long>() << 52)).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Split(Lane512<T> x, out Lane512<T> exponent)
    {
        if (typeof(T) == typeof(float))
        {
            var bits = x.value.As<T, int>() - Vector512.Create(FloatBits.HalfOfSqrtTwo32);
            exponent = new(Vector512.ConvertToSingle(bits >> 23).As<float, T>());
            return new(((bits & Vector512.Create(FloatBits.Fraction32)) + Vector512.Create(FloatBits.HalfOfSqrtTwo32)).As<int, T>());
        }

        // The biased exponent becomes a number as the lowest bits of 2^52: few machines convert or shift 64-bit integers with a sign.
        var wide = x.value.As<T, long>() - Vector512.Create(FloatBits.HalfOfSqrtTwo64);
        var biased = (wide + Vector512.Create(FloatBits.One64)) >>> 52;
        exponent = new(((biased | Vector512.Create(FloatBits.Integer52)).AsDouble() - Vector512.Create(4503599627370496.0 + 1023)).As<double, T>());
        return new(((wide & Vector512.Create(FloatBits.Fraction64)) + Vector512.Create(FloatBits.HalfOfSqrtTwo64)).As<long, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllWithin(Lane512<T> x, double bound) =>
        Vector512.LessThanOrEqual(Vector512.Abs(x.value), From(bound).value).ExtractMostSignificantBits() == (typeof(T) == typeof(float) ? 0xFFFFu : 0xFFu);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyNotNormal(Lane512<T> x) => typeof(T) == typeof(float)
        ? Vector512.GreaterThan(x.value.As<T, int>() + Vector512.Create(FloatBits.NormalShift32), Vector512.Create(FloatBits.NormalLimit32)).ExtractMostSignificantBits() != 0
        : Vector512.GreaterThan(x.value.As<T, long>() + Vector512.Create(FloatBits.NormalShift64), Vector512.Create(FloatBits.NormalLimit64)).ExtractMostSignificantBits() != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyGreater(Lane512<T> x, double bound) => Vector512.GreaterThan(x.value, From(bound).value).ExtractMostSignificantBits() != 0;

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
