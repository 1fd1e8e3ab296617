using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Pointwise functions of dense operands. Layout: a thread takes 16 bytes of each operand; the last, incomplete pack goes through single loads and stores around the same arithmetic.
/// Launch: one thread a pack. Limit: memory bandwidth. The result may be the memory of an operand.
/// </summary>
public static class DenseKernels
{
    /// <summary>y = op(x)</summary>
    public static void Unary<TOp, V, TPack>(ArrayView<V> x, ArrayView<V> y, long count, TOp op)
        where TOp : unmanaged, IUnaryOperator
        where V : unmanaged, ILane<V>
        where TPack : unmanaged, IPack<TPack, V>
    {
        long pack = Places.Thread, first = pack * TPack.Count;
        if (first >= count) return;
        bool isWhole = first + TPack.Count <= count;
        TPack values = isWhole ? x.Cast<TPack>()[pack] : Part<V, TPack>(x, first, count);
        values = TPack.Map(op, values);
        if (isWhole) y.Cast<TPack>()[pack] = values;
        else StorePart<V, TPack>(values, y, first, count);
    }

    /// <summary>z = op(x, y)</summary>
    public static void Binary<TOp, V, TPack>(ArrayView<V> x, ArrayView<V> y, ArrayView<V> z, long count, TOp op)
        where TOp : unmanaged, IBinaryOperator
        where V : unmanaged, ILane<V>
        where TPack : unmanaged, IPack<TPack, V>
    {
        long pack = Places.Thread, first = pack * TPack.Count;
        if (first >= count) return;
        bool isWhole = first + TPack.Count <= count;
        TPack left = isWhole ? x.Cast<TPack>()[pack] : Part<V, TPack>(x, first, count);
        TPack right = isWhole ? y.Cast<TPack>()[pack] : Part<V, TPack>(y, first, count);
        TPack values = TPack.Map(op, left, right);
        if (isWhole) z.Cast<TPack>()[pack] = values;
        else StorePart<V, TPack>(values, z, first, count);
    }

    /// <summary>w = op(x, y, z)</summary>
    public static void Ternary<TOp, V, TPack>(ArrayView<V> x, ArrayView<V> y, ArrayView<V> z, ArrayView<V> w, long count, TOp op)
        where TOp : unmanaged, ITernaryOperator
        where V : unmanaged, ILane<V>
        where TPack : unmanaged, IPack<TPack, V>
    {
        long pack = Places.Thread, first = pack * TPack.Count;
        if (first >= count) return;
        bool isWhole = first + TPack.Count <= count;
        TPack a = isWhole ? x.Cast<TPack>()[pack] : Part<V, TPack>(x, first, count);
        TPack b = isWhole ? y.Cast<TPack>()[pack] : Part<V, TPack>(y, first, count);
        TPack c = isWhole ? z.Cast<TPack>()[pack] : Part<V, TPack>(z, first, count);
        TPack values = TPack.Map(op, a, b, c);
        if (isWhole) w.Cast<TPack>()[pack] = values;
        else StorePart<V, TPack>(values, w, first, count);
    }

    /// <summary>y = value. Layout: one element a thread. Launch: one thread an element. T is any type of the elements' size.</summary>
    public static void Fill<T>(ArrayView<T> y, long count, T value) where T : unmanaged
    {
        long element = Places.Thread;
        if (element < count) y[element] = value;
    }

    // Places beyond the end repeat the first number, so that the arithmetic meets nothing new.
    internal static TPack Part<V, TPack>(ArrayView<V> x, long first, long count)
        where V : unmanaged, ILane<V>
        where TPack : unmanaged, IPack<TPack, V>
    {
        TPack values = default;
        V repeated = x[first];
        values[0] = repeated;
        values[1] = first + 1 < count ? x[first + 1] : repeated;
        if (TPack.Count == 4)
        {
            values[2] = first + 2 < count ? x[first + 2] : repeated;
            values[3] = repeated;
        }

        return values;
    }

    internal static void StorePart<V, TPack>(TPack values, ArrayView<V> y, long first, long count)
        where V : unmanaged, ILane<V>
        where TPack : unmanaged, IPack<TPack, V>
    {
        y[first] = values[0];
        if (TPack.Count == 2) return;
        if (first + 1 < count) y[first + 1] = values[1];
        if (first + 2 < count) y[first + 2] = values[2];
    }
}
