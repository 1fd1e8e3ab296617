using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Adjoint.Kernels;

/// <summary>A 128-bit register of <typeparamref name="T"/> (f32, f64, i32 or i64).</summary>
public readonly struct Lane128<T>(Vector128<T> value) : IRegister<Lane128<T>, T> where T : unmanaged
{
    readonly Vector128<T> value = value;

    /// <summary>The register.</summary>
    internal Vector128<T> Value { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => value; }

    public static int Count { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => Vector128<T>.Count; }

    public static bool IsDouble { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => typeof(T) == typeof(double); }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Load(ref readonly T source) => new(Vector128.LoadUnsafe(in source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lane128<T> x, ref T target) => x.value.StoreUnsafe(ref target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Lane128<T> LoadPart(ref readonly T source, int count, Lane128<T> rest)
    {
        if (Avx.IsSupported)
        {
            void* start = Unsafe.AsPointer(ref Unsafe.AsRef(in source));
            if (Unsafe.SizeOf<T>() == 4)
            {
                var few = Vector128.GreaterThan(Vector128.Create(count), Vector128<int>.Indices);
                return new(Vector128.ConditionalSelect(few.As<int, T>(), Avx.MaskLoad((float*)start, few.AsSingle()).As<float, T>(), rest.value));
            }

            var one = Vector128.GreaterThan(Vector128.Create((long)count), Vector128<long>.Indices);
            return new(Vector128.ConditionalSelect(one.As<long, T>(), Avx.MaskLoad((double*)start, one.AsDouble()).As<double, T>(), rest.value));
        }

        Vector128<T> result = rest.value;
        for (int i = 0; i < count; i++) result = result.WithElement(i, Unsafe.Add(ref Unsafe.AsRef(in source), i));
        return new(result);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePart(Lane128<T> x, ref T target, int count)
    {
        Vector128<T> left = x.value;
        if (Unsafe.SizeOf<T>() == 4 && (count & 2) != 0)
        {
            Unsafe.WriteUnaligned(ref Unsafe.As<T, byte>(ref target), left.As<T, double>().ToScalar());
            target = ref Unsafe.Add(ref target, 2);
            left = Vector128.Shuffle(left.As<T, double>(), Vector128.Create(1L, 1)).As<double, T>();
        }

        if ((count & 1) != 0) target = left.ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Spread<TFold>(TFold fold, Lane128<T> x) where TFold : struct, IReduction
    {
        x = fold.Fold(x, new Lane128<T>(Vector128.Shuffle(x.value.As<T, double>(), Vector128.Create(1L, 0)).As<double, T>()));
        return Unsafe.SizeOf<T>() == 8 ? x : fold.Fold(x, new Lane128<T>(Vector128.Shuffle(x.value.As<T, float>(), Vector128.Create(1, 0, 3, 2)).As<float, T>()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Repeat(T value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T First(Lane128<T> x) => x.value.ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> From(double value)
    {
        if (typeof(T) == typeof(float)) return new(Vector128.Create((float)value).As<float, T>());
        if (typeof(T) == typeof(double)) return new(Vector128.Create(value).As<double, T>());
        if (typeof(T) == typeof(int)) return new(Vector128.Create((int)value).As<int, T>());
        return new(Vector128.Create((long)value).As<long, T>());
    }

    public static Lane128<T> Lowest
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(int) ? new(Vector128.Create(int.MinValue).As<int, T>())
            : typeof(T) == typeof(long) ? new(Vector128.Create(long.MinValue).As<long, T>())
            : From(double.NegativeInfinity);
    }

    public static Lane128<T> Highest
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(int) ? new(Vector128.Create(int.MaxValue).As<int, T>())
            : typeof(T) == typeof(long) ? new(Vector128.Create(long.MaxValue).As<long, T>())
            : From(double.PositiveInfinity);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> operator +(Lane128<T> left, Lane128<T> right) => new(left.value + right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> operator -(Lane128<T> left, Lane128<T> right) => new(left.value - right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> operator *(Lane128<T> left, Lane128<T> right) => new(left.value * right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> operator /(Lane128<T> left, Lane128<T> right) => new(left.value / right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> operator -(Lane128<T> x) => new(-x.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Abs(Lane128<T> x) => new(Vector128.Abs(x.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Min(Lane128<T> a, Lane128<T> b) => new(Vector128.Min(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Max(Lane128<T> a, Lane128<T> b) => new(Vector128.Max(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Lesser(Lane128<T> a, Lane128<T> b)
    {
        if (Sse.IsSupported && typeof(T) == typeof(float)) return new(Sse.Min(a.value.As<T, float>(), b.value.As<T, float>()).As<float, T>());
        if (Sse2.IsSupported && typeof(T) == typeof(double)) return new(Sse2.Min(a.value.As<T, double>(), b.value.As<T, double>()).As<double, T>());
        return IfLess(a, b, a, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Greater(Lane128<T> a, Lane128<T> b)
    {
        if (Sse.IsSupported && typeof(T) == typeof(float)) return new(Sse.Max(a.value.As<T, float>(), b.value.As<T, float>()).As<float, T>());
        if (Sse2.IsSupported && typeof(T) == typeof(double)) return new(Sse2.Max(a.value.As<T, double>(), b.value.As<T, double>()).As<double, T>());
        return IfLess(b, a, a, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> IfLess(Lane128<T> a, Lane128<T> b, Lane128<T> then, Lane128<T> otherwise) =>
        new(Vector128.ConditionalSelect(Vector128.LessThan(a.value, b.value), then.value, otherwise.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> IfLessOrEqual(Lane128<T> a, Lane128<T> b, Lane128<T> then, Lane128<T> otherwise) =>
        new(Vector128.ConditionalSelect(Vector128.LessThanOrEqual(a.value, b.value), then.value, otherwise.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> IfEqual(Lane128<T> a, Lane128<T> b, Lane128<T> then, Lane128<T> otherwise) =>
        new(Vector128.ConditionalSelect(Vector128.Equals(a.value, b.value), then.value, otherwise.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Sqrt(Lane128<T> x) => new(Vector128.Sqrt(x.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> MultiplyAdd(Lane128<T> a, Lane128<T> b, Lane128<T> c) => typeof(T) == typeof(float)
        ? new(Vector128.FusedMultiplyAdd(a.value.As<T, float>(), b.value.As<T, float>(), c.value.As<T, float>()).As<float, T>())
        : new(Vector128.FusedMultiplyAdd(a.value.As<T, double>(), b.value.As<T, double>(), c.value.As<T, double>()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Floor(Lane128<T> x) => typeof(T) == typeof(float)
        ? new(Vector128.Floor(x.value.As<T, float>()).As<float, T>())
        : new(Vector128.Floor(x.value.As<T, double>()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Round(Lane128<T> x) => typeof(T) == typeof(float)
        ? new(Vector128.Round(x.value.As<T, float>()).As<float, T>())
        : new(Vector128.Round(x.value.As<T, double>()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> CopySign(Lane128<T> magnitude, Lane128<T> sign) => typeof(T) == typeof(float)
        ? new(Vector128.CopySign(magnitude.value.As<T, float>(), sign.value.As<T, float>()).As<float, T>())
        : new(Vector128.CopySign(magnitude.value.As<T, double>(), sign.value.As<T, double>()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> PowerOfTwo(Lane128<T> k) => typeof(T) == typeof(float)
        ? new((((k.value.As<T, float>() + Vector128.Create(FloatBits.Integer32 + 127)).AsInt32()) << 23).As<int, T>())
        : new((((k.value.As<T, double>() + Vector128.Create(FloatBits.Integer64 + 1023)).AsInt64()) << 52).As<long, T>());

    public static bool HasScale { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => Avx512F.VL.IsSupported; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Scale(Lane128<T> x, Lane128<T> k)
    {
        if (Avx512F.VL.IsSupported)
        {
            return typeof(T) == typeof(float)
                ? new(Avx512F.VL.Scale(x.value.As<T, float>(), k.value.As<T, float>()).As<float, T>())
                : new(Avx512F.VL.Scale(x.value.As<T, double>(), k.value.As<T, double>()).As<double, T>());
        }

        Lane128<T> half = Floor(k * From(0.5));
        return x * PowerOfTwo(half) * PowerOfTwo(k - half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> AddExponent(Lane128<T> x, Lane128<T> shifted) => typeof(T) == typeof(float)
        ? new((x.value.As<T, int>() + (shifted.value.As<T, int>() << 23)).As<int, T>())
        : new((x.value.As<T, long>() + (shifted.value.As<T, long>() << 52)).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Split(Lane128<T> x, out Lane128<T> exponent)
    {
        if (typeof(T) == typeof(float))
        {
            var bits = x.value.As<T, int>() - Vector128.Create(FloatBits.HalfOfSqrtTwo32);
            exponent = new(Vector128.ConvertToSingle(bits >> 23).As<float, T>());
            return new(((bits & Vector128.Create(FloatBits.Fraction32)) + Vector128.Create(FloatBits.HalfOfSqrtTwo32)).As<int, T>());
        }

        // The biased exponent becomes a number as the lowest bits of 2^52: few machines convert or shift 64-bit integers with a sign.
        var wide = x.value.As<T, long>() - Vector128.Create(FloatBits.HalfOfSqrtTwo64);
        var biased = (wide + Vector128.Create(FloatBits.One64)) >>> 52;
        exponent = new(((biased | Vector128.Create(FloatBits.Integer52)).AsDouble() - Vector128.Create(4503599627370496.0 + 1023)).As<double, T>());
        return new(((wide & Vector128.Create(FloatBits.Fraction64)) + Vector128.Create(FloatBits.HalfOfSqrtTwo64)).As<long, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllWithin(Lane128<T> x, double bound) =>
        Vector128.LessThanOrEqual(Vector128.Abs(x.value), From(bound).value).ExtractMostSignificantBits() == (typeof(T) == typeof(float) ? 0xFu : 0x3u);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyNotNormal(Lane128<T> x) => typeof(T) == typeof(float)
        ? Vector128.GreaterThan(x.value.As<T, int>() + Vector128.Create(FloatBits.NormalShift32), Vector128.Create(FloatBits.NormalLimit32)).ExtractMostSignificantBits() != 0
        : Vector128.GreaterThan(x.value.As<T, long>() + Vector128.Create(FloatBits.NormalShift64), Vector128.Create(FloatBits.NormalLimit64)).ExtractMostSignificantBits() != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyGreater(Lane128<T> x, double bound) => Vector128.GreaterThan(x.value, From(bound).value).ExtractMostSignificantBits() != 0;

    public static Lane128<T> Map<TFunction>(Lane128<T> x) where TFunction : struct, IScalarFunction
    {
        Unsafe.SkipInit(out Vector128<T> result);
        FloatBits.Map<TFunction, T>(in Unsafe.As<Vector128<T>, T>(ref Unsafe.AsRef(in x.value)), ref Unsafe.As<Vector128<T>, T>(ref result), Count);
        return new(result);
    }

    public static Lane128<T> Map<TFunction>(Lane128<T> x, Lane128<T> y) where TFunction : struct, IScalarBinaryFunction
    {
        Unsafe.SkipInit(out Vector128<T> result);
        FloatBits.Map<TFunction, T>(
            in Unsafe.As<Vector128<T>, T>(ref Unsafe.AsRef(in x.value)),
            in Unsafe.As<Vector128<T>, T>(ref Unsafe.AsRef(in y.value)),
            ref Unsafe.As<Vector128<T>, T>(ref result),
            Count);
        return new(result);
    }
}
