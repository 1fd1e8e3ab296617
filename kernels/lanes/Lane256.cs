using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Adjoint.Kernels;

/// <summary>A 256-bit register of <typeparamref name="T"/> (f32, f64, i32 or i64).</summary>
public readonly struct Lane256<T>(Vector256<T> value) : IRegister<Lane256<T>, T> where T : unmanaged
{
    readonly Vector256<T> value = value;

    /// <summary>The register.</summary>
    internal Vector256<T> Value { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => value; }

    public static int Count { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => Vector256<T>.Count; }

    public static bool IsDouble { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => typeof(T) == typeof(double); }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Load(ref readonly T source) => new(Vector256.LoadUnsafe(in source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lane256<T> x, ref T target) => x.value.StoreUnsafe(ref target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Lane256<T> LoadPart(ref readonly T source, int count, Lane256<T> rest)
    {
        if (Avx.IsSupported)
        {
            if (Unsafe.SizeOf<T>() == 4)
            {
                var few = Vector256.GreaterThan(Vector256.Create(count), Vector256<int>.Indices);
                return new(Vector256.ConditionalSelect(few.As<int, T>(), Avx.MaskLoad((float*)Unsafe.AsPointer(ref Unsafe.AsRef(in source)), few.AsSingle()).As<float, T>(), rest.value));
            }

            var wide = Vector256.GreaterThan(Vector256.Create((long)count), Vector256<long>.Indices);
            return new(Vector256.ConditionalSelect(wide.As<long, T>(), Avx.MaskLoad((double*)Unsafe.AsPointer(ref Unsafe.AsRef(in source)), wide.AsDouble()).As<double, T>(), rest.value));
        }

        int half = Lane128<T>.Count;
        if (count < half) return new(Vector256.Create(Lane128<T>.LoadPart(in source, count, new(rest.value.GetLower())).Value, rest.value.GetUpper()));
        ref T second = ref Unsafe.Add(ref Unsafe.AsRef(in source), half);
        return new(Vector256.Create(Lane128<T>.Load(in source).Value, Lane128<T>.LoadPart(ref second, count - half, new(rest.value.GetUpper())).Value));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePart(Lane256<T> x, ref T target, int count)
    {
        int half = Lane128<T>.Count;
        if (count < half)
        {
            Lane128<T>.StorePart(new(x.value.GetLower()), ref target, count);
            return;
        }

        Lane128<T>.Store(new(x.value.GetLower()), ref target);
        Lane128<T>.StorePart(new(x.value.GetUpper()), ref Unsafe.Add(ref target, half), count - half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Spread<TFold>(TFold fold, Lane256<T> x) where TFold : struct, IReduction
    {
        Lane128<T> half = Lane128<T>.Spread(fold, fold.Fold(new Lane128<T>(x.value.GetLower()), new Lane128<T>(x.value.GetUpper())));
        return new(Vector256.Create(half.Value, half.Value));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Repeat(T value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T First(Lane256<T> x) => x.value.ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> From(double value)
    {
        if (typeof(T) == typeof(float)) return new(Vector256.Create((float)value).As<float, T>());
        if (typeof(T) == typeof(double)) return new(Vector256.Create(value).As<double, T>());
        if (typeof(T) == typeof(int)) return new(Vector256.Create((int)value).As<int, T>());
        return new(Vector256.Create((long)value).As<long, T>());
    }

    public static Lane256<T> Lowest
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(int) ? new(Vector256.Create(int.MinValue).As<int, T>())
            : typeof(T) == typeof(long) ? new(Vector256.Create(long.MinValue).As<long, T>())
            : From(double.NegativeInfinity);
    }

    public static Lane256<T> Highest
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(int) ? new(Vector256.Create(int.MaxValue).As<int, T>())
            : typeof(T) == typeof(long) ? new(Vector256.Create(long.MaxValue).As<long, T>())
            : From(double.PositiveInfinity);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> operator +(Lane256<T> left, Lane256<T> right) => new(left.value + right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> operator -(Lane256<T> left, Lane256<T> right) => new(left.value - right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> operator *(Lane256<T> left, Lane256<T> right) => new(left.value * right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> operator /(Lane256<T> left, Lane256<T> right) => new(left.value / right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> operator -(Lane256<T> x) => new(-x.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Abs(Lane256<T> x) => new(Vector256.Abs(x.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Min(Lane256<T> a, Lane256<T> b) => new(Vector256.Min(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Max(Lane256<T> a, Lane256<T> b) => new(Vector256.Max(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Lesser(Lane256<T> a, Lane256<T> b)
    {
        if (Avx.IsSupported && typeof(T) == typeof(float)) return new(Avx.Min(a.value.As<T, float>(), b.value.As<T, float>()).As<float, T>());
        if (Avx.IsSupported && typeof(T) == typeof(double)) return new(Avx.Min(a.value.As<T, double>(), b.value.As<T, double>()).As<double, T>());
        return IfLess(a, b, a, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Greater(Lane256<T> a, Lane256<T> b)
    {
        if (Avx.IsSupported && typeof(T) == typeof(float)) return new(Avx.Max(a.value.As<T, float>(), b.value.As<T, float>()).As<float, T>());
        if (Avx.IsSupported && typeof(T) == typeof(double)) return new(Avx.Max(a.value.As<T, double>(), b.value.As<T, double>()).As<double, T>());
        return IfLess(b, a, a, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> IfLess(Lane256<T> a, Lane256<T> b, Lane256<T> then, Lane256<T> otherwise) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(a.value, b.value), then.value, otherwise.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> IfLessOrEqual(Lane256<T> a, Lane256<T> b, Lane256<T> then, Lane256<T> otherwise) =>
        new(Vector256.ConditionalSelect(Vector256.LessThanOrEqual(a.value, b.value), then.value, otherwise.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> IfEqual(Lane256<T> a, Lane256<T> b, Lane256<T> then, Lane256<T> otherwise) =>
        new(Vector256.ConditionalSelect(Vector256.Equals(a.value, b.value), then.value, otherwise.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Sqrt(Lane256<T> x) => new(Vector256.Sqrt(x.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> MultiplyAdd(Lane256<T> a, Lane256<T> b, Lane256<T> c) => typeof(T) == typeof(float)
        ? new(Vector256.FusedMultiplyAdd(a.value.As<T, float>(), b.value.As<T, float>(), c.value.As<T, float>()).As<float, T>())
        : new(Vector256.FusedMultiplyAdd(a.value.As<T, double>(), b.value.As<T, double>(), c.value.As<T, double>()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Floor(Lane256<T> x) => typeof(T) == typeof(float)
        ? new(Vector256.Floor(x.value.As<T, float>()).As<float, T>())
        : new(Vector256.Floor(x.value.As<T, double>()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Round(Lane256<T> x) => typeof(T) == typeof(float)
        ? new(Vector256.Round(x.value.As<T, float>()).As<float, T>())
        : new(Vector256.Round(x.value.As<T, double>()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> CopySign(Lane256<T> magnitude, Lane256<T> sign) => typeof(T) == typeof(float)
        ? new(Vector256.CopySign(magnitude.value.As<T, float>(), sign.value.As<T, float>()).As<float, T>())
        : new(Vector256.CopySign(magnitude.value.As<T, double>(), sign.value.As<T, double>()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> PowerOfTwo(Lane256<T> k) => typeof(T) == typeof(float)
        ? new((((k.value.As<T, float>() + Vector256.Create(FloatBits.Integer32 + 127)).AsInt32()) << 23).As<int, T>())
        : new((((k.value.As<T, double>() + Vector256.Create(FloatBits.Integer64 + 1023)).AsInt64()) << 52).As<long, T>());

    public static bool HasScale { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => Avx512F.VL.IsSupported; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Scale(Lane256<T> x, Lane256<T> k)
    {
        if (Avx512F.VL.IsSupported)
        {
            return typeof(T) == typeof(float)
                ? new(Avx512F.VL.Scale(x.value.As<T, float>(), k.value.As<T, float>()).As<float, T>())
                : new(Avx512F.VL.Scale(x.value.As<T, double>(), k.value.As<T, double>()).As<double, T>());
        }

        Lane256<T> half = Floor(k * From(0.5));
        return x * PowerOfTwo(half) * PowerOfTwo(k - half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> AddExponent(Lane256<T> x, Lane256<T> shifted) => typeof(T) == typeof(float)
        ? new((x.value.As<T, int>() + (shifted.value.As<T, int>() << 23)).As<int, T>())
        : new((x.value.As<T, long>() + (shifted.value.As<T, long>() << 52)).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Split(Lane256<T> x, out Lane256<T> exponent)
    {
        if (typeof(T) == typeof(float))
        {
            var bits = x.value.As<T, int>() - Vector256.Create(FloatBits.HalfOfSqrtTwo32);
            exponent = new(Vector256.ConvertToSingle(bits >> 23).As<float, T>());
            return new(((bits & Vector256.Create(FloatBits.Fraction32)) + Vector256.Create(FloatBits.HalfOfSqrtTwo32)).As<int, T>());
        }

        // The biased exponent becomes a number as the lowest bits of 2^52: few machines convert or shift 64-bit integers with a sign.
        var wide = x.value.As<T, long>() - Vector256.Create(FloatBits.HalfOfSqrtTwo64);
        var biased = (wide + Vector256.Create(FloatBits.One64)) >>> 52;
        exponent = new(((biased | Vector256.Create(FloatBits.Integer52)).AsDouble() - Vector256.Create(4503599627370496.0 + 1023)).As<double, T>());
        return new(((wide & Vector256.Create(FloatBits.Fraction64)) + Vector256.Create(FloatBits.HalfOfSqrtTwo64)).As<long, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllWithin(Lane256<T> x, double bound) =>
        Vector256.LessThanOrEqual(Vector256.Abs(x.value), From(bound).value).ExtractMostSignificantBits() == (typeof(T) == typeof(float) ? 0xFFu : 0xFu);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyNotNormal(Lane256<T> x) => typeof(T) == typeof(float)
        ? Vector256.GreaterThan(x.value.As<T, int>() + Vector256.Create(FloatBits.NormalShift32), Vector256.Create(FloatBits.NormalLimit32)).ExtractMostSignificantBits() != 0
        : Vector256.GreaterThan(x.value.As<T, long>() + Vector256.Create(FloatBits.NormalShift64), Vector256.Create(FloatBits.NormalLimit64)).ExtractMostSignificantBits() != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyGreater(Lane256<T> x, double bound) => Vector256.GreaterThan(x.value, From(bound).value).ExtractMostSignificantBits() != 0;

    public static Lane256<T> Map<TFunction>(Lane256<T> x) where TFunction : struct, IScalarFunction
    {
        Unsafe.SkipInit(out Vector256<T> result);
        FloatBits.Map<TFunction, T>(in Unsafe.As<Vector256<T>, T>(ref Unsafe.AsRef(in x.value)), ref Unsafe.As<Vector256<T>, T>(ref result), Count);
        return new(result);
    }

    public static Lane256<T> Map<TFunction>(Lane256<T> x, Lane256<T> y) where TFunction : struct, IScalarBinaryFunction
    {
        Unsafe.SkipInit(out Vector256<T> result);
        FloatBits.Map<TFunction, T>(
            in Unsafe.As<Vector256<T>, T>(ref Unsafe.AsRef(in x.value)),
            in Unsafe.As<Vector256<T>, T>(ref Unsafe.AsRef(in y.value)),
            ref Unsafe.As<Vector256<T>, T>(ref result),
            Count);
        return new(result);
    }
}
