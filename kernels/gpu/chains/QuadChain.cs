using System.Numerics;
using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>What a chain with four elements a thread is put together from. Steps are those of <see cref="ElementChain"/>, four times.</summary>
public static class QuadChain
{
    const int Count = ChainKernel.PackElements;

    /// <summary>Whether a thread has anything to do.</summary>
    public static bool HasAny(long thread, long count) => thread * Count < count;

    /// <summary>Whether a thread has four elements to compute.</summary>
    public static bool HasAll(long thread, long count) => (thread + 1) * Count <= count;

    public static Quad<T> Dense<T>(ArrayView<T> x, long thread) where T : unmanaged => x.Cast<Quad<T>>()[thread];

    /// <summary>Elements beyond the end repeat the first, so that the arithmetic meets nothing new.</summary>
    public static Quad<T> DensePart<T>(ArrayView<T> x, long thread, long count) where T : unmanaged
    {
        long first = thread * Count;
        T repeated = x[first];
        return new(repeated, first + 1 < count ? x[first + 1] : repeated, first + 2 < count ? x[first + 2] : repeated, repeated);
    }

    public static Quad<T> Scalar<T>(ArrayView<T> x) where T : unmanaged => Repeat(x[0]);

    public static Quad<T> Rows<T>(ArrayView<T> x, ChainPlace place, ChainSteps steps) where T : unmanaged => x.Cast<Quad<T>>()[place.In(steps)];

    public static Quad<T> Columns<T>(ArrayView<T> x, ChainPlace place, ChainSteps steps) where T : unmanaged => Repeat(x[place.In(steps)]);

    public static void Store<T>(ArrayView<T> y, long thread, Quad<T> value) where T : unmanaged => y.Cast<Quad<T>>()[thread] = value;

    /// <summary>Stores less than four.</summary>
    public static void StorePart<T>(ArrayView<T> y, long thread, long count, Quad<T> value) where T : unmanaged
    {
        long first = thread * Count;
        y[first] = value.A;
        if (first + 1 < count) y[first + 1] = value.B;
        if (first + 2 < count) y[first + 2] = value.C;
    }

    public static Quad<T> Unary<TOp, T, V, TLanes>(TOp op, Quad<T> x)
        where TOp : unmanaged, IUnaryOperator
        where T : unmanaged
        where V : struct, ILane<V>
        where TLanes : struct, IElementLane<T, V> => new(
            ElementChain.Unary<TOp, T, V, TLanes>(op, x.A),
            ElementChain.Unary<TOp, T, V, TLanes>(op, x.B),
            ElementChain.Unary<TOp, T, V, TLanes>(op, x.C),
            ElementChain.Unary<TOp, T, V, TLanes>(op, x.D));

    public static Quad<T> Binary<TOp, T, V, TLanes>(TOp op, Quad<T> x, Quad<T> y)
        where TOp : unmanaged, IBinaryOperator
        where T : unmanaged
        where V : struct, ILane<V>
        where TLanes : struct, IElementLane<T, V> => new(
            ElementChain.Binary<TOp, T, V, TLanes>(op, x.A, y.A),
            ElementChain.Binary<TOp, T, V, TLanes>(op, x.B, y.B),
            ElementChain.Binary<TOp, T, V, TLanes>(op, x.C, y.C),
            ElementChain.Binary<TOp, T, V, TLanes>(op, x.D, y.D));

    public static Quad<byte> Compare<TOp, T>(TOp op, Quad<T> x, Quad<T> y)
        where TOp : unmanaged, IComparison
        where T : unmanaged, INumber<T> => new(
            ElementChain.Compare(op, x.A, y.A), ElementChain.Compare(op, x.B, y.B), ElementChain.Compare(op, x.C, y.C), ElementChain.Compare(op, x.D, y.D));

    public static Quad<T> Where<T>(Quad<byte> mask, Quad<T> x, Quad<T> y) where T : unmanaged => new(
        ElementChain.Where(mask.A, x.A, y.A), ElementChain.Where(mask.B, x.B, y.B), ElementChain.Where(mask.C, x.C, y.C), ElementChain.Where(mask.D, x.D, y.D));

    public static Quad<TTo> Cast<TFrom, TTo, TConversion>(Quad<TFrom> x)
        where TFrom : unmanaged
        where TTo : unmanaged
        where TConversion : struct, IConversion<TFrom, TTo> => new(
            ElementChain.Cast<TFrom, TTo, TConversion>(x.A),
            ElementChain.Cast<TFrom, TTo, TConversion>(x.B),
            ElementChain.Cast<TFrom, TTo, TConversion>(x.C),
            ElementChain.Cast<TFrom, TTo, TConversion>(x.D));

    static Quad<T> Repeat<T>(T x) where T : unmanaged => new(x, x, x, x);
}
