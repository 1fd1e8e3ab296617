using System.Numerics;
using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>What a chain is put together from: an emitted kernel calls these in turn. Reading and writing are those of one element a thread.</summary>
public static class ElementChain
{
    /// <summary>Whether a thread has anything to do.</summary>
    public static bool HasAny(long thread, long count) => thread < count;

    public static T Dense<T>(ArrayView<T> x, long thread) where T : unmanaged => x[thread];

    public static T Scalar<T>(ArrayView<T> x) where T : unmanaged => x[0];

    public static T Placed<T>(ArrayView<T> x, ChainPlace place, ChainSteps steps) where T : unmanaged => x[place.In(steps)];

    public static void Store<T>(ArrayView<T> y, long thread, T value) where T : unmanaged => y[thread] = value;

    public static T Unary<TOp, T, V, TLanes>(TOp op, T x)
        where TOp : unmanaged, IUnaryOperator
        where T : unmanaged
        where V : struct, ILane<V>
        where TLanes : struct, IElementLane<T, V> => TLanes.Element(op.Apply(TLanes.Lane(x)));

    public static T Binary<TOp, T, V, TLanes>(TOp op, T x, T y)
        where TOp : unmanaged, IBinaryOperator
        where T : unmanaged
        where V : struct, ILane<V>
        where TLanes : struct, IElementLane<T, V> => TLanes.Element(op.Apply(TLanes.Lane(x), TLanes.Lane(y)));

    public static byte Compare<TOp, T>(TOp op, T x, T y)
        where TOp : unmanaged, IComparison
        where T : unmanaged, INumber<T> => op.Holds(x, y) ? (byte)1 : (byte)0;

    public static T Where<T>(byte mask, T x, T y) where T : unmanaged => mask != 0 ? x : y;

    public static TTo Cast<TFrom, TTo, TConversion>(TFrom x)
        where TFrom : unmanaged
        where TTo : unmanaged
        where TConversion : struct, IConversion<TFrom, TTo> => TConversion.From(x);
}
