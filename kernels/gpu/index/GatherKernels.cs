using System.Numerics;
using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Reads at places given by indices, over dense operands seen as [outer, size, inner]. Layout: a thread an element of the result, neighbours along inner. Launch: one thread an
/// element. Limit: memory latency, or bandwidth for wide rows. A kernel cannot throw: an index out of range reads zero, and <see cref="Check"/> finds it.
/// </summary>
public static class GatherKernels
{
    /// <summary>
    /// first = the lesser of itself and the position of the first index outside lowest … size-1. The caller writes count into it before. Launch: one thread an index.
    /// </summary>
    public static void Check(ArrayView<long> indices, ArrayView<int> first, int count, long lowest, long size)
    {
        long i = Places.Thread;
        if (i >= count) return;
        long index = indices[i];
        if (index < lowest || index >= size) Atomic.Min(ref first[0], (int)i);
    }

    /// <summary>y[o, j, i] = x[o, indices[j], i] for y [outer, count, inner].</summary>
    public static void Select<T>(ArrayView<T> x, ArrayView<long> indices, ArrayView<T> y, int outer, int size, int inner, int count) where T : unmanaged
    {
        long element = Places.Thread;
        if (element >= (long)outer * count * inner) return;
        long line = element / inner, i = element - (line * inner), o = line / count;
        long index = indices[line - (o * count)];
        y[element] = index >= 0 && index < size ? x[(((o * size) + index) * inner) + i] : default;
    }

    /// <summary>y[o, j, i] = x[o, indices[o, j, i], i] for indices, y [outer, count, inner].</summary>
    public static void TakeAlong<T>(ArrayView<T> x, ArrayView<long> indices, ArrayView<T> y, int outer, int size, int inner, int count) where T : unmanaged
    {
        long element = Places.Thread;
        if (element >= (long)outer * count * inner) return;
        long line = element / inner, i = element - (line * inner), o = line / count, index = indices[element];
        y[element] = index >= 0 && index < size ? x[(((o * size) + index) * inner) + i] : default;
    }

    /// <summary>y[r, i] = bias[i] + Σ_j table[indices[r, j], i] in the order of j, for table [size, width], indices [rows, hot]; an index of -1 adds nothing, and no bias is zero.</summary>
    public static void GatherSum<V>(ArrayView<V> table, ArrayView<long> indices, ArrayView<V> bias, ArrayView<V> y, int rows, int size, int hot, int width, int hasBias)
        where V : unmanaged, ILane<V>
    {
        long element = Places.Thread;
        if (element >= (long)rows * width) return;
        long row = element / width, i = element - (row * width);
        V sum = hasBias != 0 ? bias[i] : V.From(0);
        for (int j = 0; j < hot; j++)
        {
            long index = indices[(row * hot) + j];
            if (index >= 0 && index < size) sum += table[(index * width) + i];
        }

        y[element] = sum;
    }

    /// <summary>
    /// y[o, i] = index of the largest (or smallest) value of the line x[o, :, i]; the first of equals; a NaN counts as the extreme. Launch: a warp a line.
    /// </summary>
    public static void ArgExtreme<T>(ArrayView<T> x, ArrayView<long> y, int outer, int size, int inner, int largest) where T : unmanaged, INumber<T>
    {
        long line = WarpTeam.Row;
        if (line >= (long)outer * inner) return;
        long o = line / inner, start = (o * size * inner) + (line - (o * inner));
        int best = WarpTeam.Member < size ? WarpTeam.Member : size - 1;
        T value = x[start + ((long)best * inner)];
        for (int j = best + WarpTeam.Threads; j < size; j += WarpTeam.Threads)
        {
            T candidate = x[start + ((long)j * inner)];
            if (!IsBetter(candidate, value, largest)) continue;
            best = j;
            value = candidate;
        }

        for (int distance = WarpTeam.Threads / 2; distance > 0; distance /= 2)
        {
            T other = Warp.ShuffleXor(value, distance);
            int place = Warp.ShuffleXor(best, distance);
            bool takes = IsBetter(other, value, largest) || (!IsBetter(value, other, largest) && place < best);
            value = takes ? other : value;
            best = takes ? place : best;
        }

        if (WarpTeam.Member == 0) y[line] = best;
    }

    /// <summary>The same for devices whose threads exchange nothing. Launch: a thread a line. Limit: latency of one read after another.</summary>
    public static void ArgExtremeLine<T>(ArrayView<T> x, ArrayView<long> y, int outer, int size, int inner, int largest) where T : unmanaged, INumber<T>
    {
        long line = Places.Thread;
        if (line >= (long)outer * inner) return;
        long o = line / inner, start = (o * size * inner) + (line - (o * inner));
        int best = 0;
        T value = x[start];
        for (int j = 1; j < size; j++)
        {
            T candidate = x[start + ((long)j * inner)];
            if (!IsBetter(candidate, value, largest)) continue;
            best = j;
            value = candidate;
        }

        y[line] = best;
    }

    static bool IsBetter<T>(T candidate, T value, int largest) where T : unmanaged, INumber<T>
    {
        if (T.IsNaN(value)) return false;
        if (T.IsNaN(candidate)) return true;
        return largest != 0 ? candidate > value : candidate < value;
    }
}
