using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Pointwise functions of operands with any strides, broadcast ones included, and of dense ones where arithmetic is the limit. Layout: one element a thread, in the order of
/// the nest, whose innermost axis should be the dense one. Launch: one thread an element. Limit: memory bandwidth, or the integer divisions of many axes.
/// </summary>
public static class StridedKernels
{
    /// <summary>y = op(x) for operands 0, 1 of the nest.</summary>
    public static void Unary<TOp, V>(ArrayView<V> x, ArrayView<V> y, int count, Nest nest, TOp op)
        where TOp : unmanaged, IUnaryOperator
        where V : unmanaged, ILane<V>
    {
        long element = Places.Thread;
        if (element >= count) return;
        Places at = Places.Of(in nest, (uint)element);
        y[at.At1] = op.Apply(x[at.At0]);
    }

    /// <summary>z = op(x, y) for operands 0, 1, 2 of the nest.</summary>
    public static void Binary<TOp, V>(ArrayView<V> x, ArrayView<V> y, ArrayView<V> z, int count, Nest nest, TOp op)
        where TOp : unmanaged, IBinaryOperator
        where V : unmanaged, ILane<V>
    {
        long element = Places.Thread;
        if (element >= count) return;
        Places at = Places.Of(in nest, (uint)element);
        z[at.At2] = op.Apply(x[at.At0], y[at.At1]);
    }

    /// <summary>w = op(x, y, z) for operands 0, 1, 2, 3 of the nest.</summary>
    public static void Ternary<TOp, V>(ArrayView<V> x, ArrayView<V> y, ArrayView<V> z, ArrayView<V> w, int count, Nest nest, TOp op)
        where TOp : unmanaged, ITernaryOperator
        where V : unmanaged, ILane<V>
    {
        long element = Places.Thread;
        if (element >= count) return;
        Places at = Places.Of(in nest, (uint)element);
        w[at.At3] = op.Apply(x[at.At0], y[at.At1], z[at.At2]);
    }

    /// <summary>z = whether op holds for (x, y), as a byte of 0 or 1; operands 0, 1, 2 of the nest.</summary>
    public static void Compare<TOp, T>(ArrayView<T> x, ArrayView<T> y, ArrayView<byte> z, int count, Nest nest, TOp op)
        where TOp : unmanaged, IComparison
        where T : unmanaged, System.Numerics.INumber<T>
    {
        long element = Places.Thread;
        if (element >= count) return;
        Places at = Places.Of(in nest, (uint)element);
        z[at.At2] = op.Holds(x[at.At0], y[at.At1]) ? (byte)1 : (byte)0;
    }

    /// <summary>w = x where the mask is not 0, else y; operands 0 (mask) to 3 (w) of the nest. T is any type of the elements' size.</summary>
    public static void Where<T>(ArrayView<byte> mask, ArrayView<T> x, ArrayView<T> y, ArrayView<T> w, int count, Nest nest) where T : unmanaged
    {
        long element = Places.Thread;
        if (element >= count) return;
        Places at = Places.Of(in nest, (uint)element);
        w[at.At3] = mask[at.At0] != 0 ? x[at.At1] : y[at.At2];
    }

    /// <summary>y = x for operands 0, 1 of the nest: permutations, slices, repetition. T is any type of the elements' size.</summary>
    public static void Copy<T>(ArrayView<T> x, ArrayView<T> y, int count, Nest nest) where T : unmanaged
    {
        long element = Places.Thread;
        if (element >= count) return;
        Places at = Places.Of(in nest, (uint)element);
        y[at.At1] = x[at.At0];
    }

    /// <summary>y = x as a number of another type; operands 0, 1 of the nest.</summary>
    public static void Cast<TFrom, TTo, TConversion>(ArrayView<TFrom> x, ArrayView<TTo> y, int count, Nest nest)
        where TFrom : unmanaged
        where TTo : unmanaged
        where TConversion : struct, IConversion<TFrom, TTo>
    {
        long element = Places.Thread;
        if (element >= count) return;
        Places at = Places.Of(in nest, (uint)element);
        y[at.At1] = TConversion.From(x[at.At0]);
    }

    /// <summary>y[i] = start + i·step for a dense y: a constant where the step is 0.</summary>
    public static void Sequence<V>(ArrayView<V> y, int count, double start, double step) where V : unmanaged, ILane<V>
    {
        long element = Places.Thread;
        if (element < count) y[element] = V.From(Float64.Add(start, Float64.Multiply(element, step)));
    }
}
