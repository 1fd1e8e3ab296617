using System.Numerics;
using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>What a scan does with the numbers so far and the next one, for single numbers of any type and for lanes. It is associative, so that GPUs may scan by parts.</summary>
public interface IScan
{
    /// <summary>Whether a step is so long that lines are turned in order to take it in registers.</summary>
    static abstract bool IsLong { get; }

    /// <summary>The result of no numbers.</summary>
    V Start<V>() where V : struct, ILane<V>;

    /// <summary>One step over lanes.</summary>
    V Next<V>(V sum, V x) where V : struct, ILane<V>;

    /// <summary>The result of no numbers, as a number.</summary>
    T StartOne<T>() where T : unmanaged, INumber<T>;

    /// <summary>One step.</summary>
    T NextOne<T>(T sum, T x) where T : unmanaged, INumber<T>;
}

/// <summary>Running sum.</summary>
public readonly struct SumScan : IScan
{
    public static bool IsLong => false;

    public V Start<V>() where V : struct, ILane<V> => V.From(0);

    public V Next<V>(V sum, V x) where V : struct, ILane<V> => sum + x;

    public T StartOne<T>() where T : unmanaged, INumber<T> => T.Zero;

    public T NextOne<T>(T sum, T x) where T : unmanaged, INumber<T> => sum + x;
}

/// <summary>Running product.</summary>
public readonly struct ProductScan : IScan
{
    public static bool IsLong => false;

    public V Start<V>() where V : struct, ILane<V> => V.From(1);

    public V Next<V>(V sum, V x) where V : struct, ILane<V> => sum * x;

    public T StartOne<T>() where T : unmanaged, INumber<T> => T.One;

    public T NextOne<T>(T sum, T x) where T : unmanaged, INumber<T> => sum * x;
}

/// <summary>Running log Σ e^x: the larger plus log(1 + e^-distance), f32 or f64 only.</summary>
public readonly struct LogAddScan : IScan
{
    public static bool IsLong => true;

    public V Start<V>() where V : struct, ILane<V> => V.From(double.NegativeInfinity);

    public V Next<V>(V sum, V x) where V : struct, ILane<V>
    {
        V larger = V.Max(sum, x), distance = V.Abs(sum - x);
        V result = larger + Elementary.Log1P(Elementary.Exp(-distance));

        // Equal infinities have no distance.
        return V.IfEqual(sum, x, V.IfEqual(V.Abs(x), V.Highest, x, result), result);
    }

    public T StartOne<T>() where T : unmanaged, INumber<T> => T.CreateTruncating(double.NegativeInfinity);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T NextOne<T>(T sum, T x) where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(float)) return Unsafe.BitCast<float, T>(Next(new Scalar32(Unsafe.BitCast<T, float>(sum)), new Scalar32(Unsafe.BitCast<T, float>(x))).Value);
        return Unsafe.BitCast<double, T>(Next(new Scalar64(Unsafe.BitCast<T, double>(sum)), new Scalar64(Unsafe.BitCast<T, double>(x))).Value);
    }
}
