using System.Numerics;
using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Writes and additions at places given by indices, over dense operands, in the order of the indices and without atomics, so that repeated indices give the same bits every time. Indices
/// out of range do nothing; <see cref="GatherKernels.Check"/> finds them.
/// </summary>
public static class ScatterKernels
{
    /// <summary>
    /// y[places[j], i] = x[j, i] for x [count, inner], y [size, inner]; of rows with one place the last stays. Layout: a thread an element of x, which looks whether a later row has its place. Launch: one
    /// thread an element. Limit: bandwidth for few rows, count² index reads from cache for many.
    /// </summary>
    public static void PutRows<T>(ArrayView<T> x, ArrayView<long> places, ArrayView<T> y, int size, int inner, int count) where T : unmanaged
    {
        long element = Places.Thread, j = element / inner;
        if (j >= count) return;
        long place = places[j];
        if (place < 0 || place >= size) return;
        for (long later = j + 1; later < count; later++)
        {
            if (places[later] == place) return;
        }

        y[(place * inner) + element - (j * inner)] = x[element];
    }

    /// <summary>
    /// y[o, indices[j], i] += x[o, j / hot, i] for x [outer, count / hot, inner], y [outer, size, inner]. Layout: a warp takes one place and 32 neighbours along inner, and looks through all
    /// indices, 32 at a time. Launch: a warp for each place and each 32 of inner. Limit: size·count index reads, from cache.
    /// </summary>
    public static void AddAtPlaces<V>(ArrayView<V> x, ArrayView<long> indices, ArrayView<V> y, int outer, int size, int inner, int count, int hot)
        where V : unmanaged, ILane<V>
    {
        int parts = (inner + WarpTeam.Threads - 1) / WarpTeam.Threads;
        long item = WarpTeam.Row, line = item / parts;
        if (line >= (long)outer * size) return;
        long o = line / size, place = line - (o * size);
        int i = ((int)(item - (line * parts)) * WarpTeam.Threads) + WarpTeam.Member;
        bool isInside = i < inner;
        V sum = isInside ? y[(line * inner) + i] : V.From(0);
        int rows = count / hot;
        for (int first = 0; first < count; first += WarpTeam.Threads)
        {
            int own = first + WarpTeam.Member;
            uint hits = Votes.Ballot(own < count && indices[own] == place ? 1 : 0);
            while (hits != 0)
            {
                int j = first + BitOperations.TrailingZeroCount(hits);
                hits &= hits - 1;
                if (isInside) sum += x[(((o * rows) + (j / hot)) * inner) + i];
            }
        }

        if (isInside) y[(line * inner) + i] = sum;
    }

    /// <summary>
    /// The same for many places and few indices. Layout: a thread takes one column of inner and walks through the indices. Launch: one thread for each of outer·inner. Limit: latency of
    /// count additions one after another.
    /// </summary>
    public static void AddAtColumns<V>(ArrayView<V> x, ArrayView<long> indices, ArrayView<V> y, int outer, int size, int inner, int count, int hot)
        where V : unmanaged, ILane<V>
    {
        long column = Places.Thread, o = column / inner;
        if (o >= outer) return;
        long i = column - (o * inner);
        int rows = count / hot;
        for (int j = 0; j < count; j++)
        {
            long index = indices[j];
            if (index < 0 || index >= size) continue;
            long target = (((o * size) + index) * inner) + i;
            y[target] += x[(((o * rows) + (j / hot)) * inner) + i];
        }
    }

    /// <summary>y[o, indices[o, j, i], i] += x[o, j, i] in the order of j, for x, indices [outer, count, inner]. Launch: one thread for each of outer·inner.</summary>
    public static void AddAlong<V>(ArrayView<V> x, ArrayView<long> indices, ArrayView<V> y, int outer, int size, int inner, int count)
        where V : unmanaged, ILane<V>
    {
        long column = Places.Thread, o = column / inner;
        if (o >= outer) return;
        long i = column - (o * inner);
        for (int j = 0; j < count; j++)
        {
            long source = (((o * count) + j) * inner) + i, index = indices[source];
            if (index < 0 || index >= size) continue;
            y[(((o * size) + index) * inner) + i] += x[source];
        }
    }

    /// <summary>
    /// y[o, k] = Σ x[o, j] over the j whose index is k, in their order, for rows of indices sorted as keys of i64 with the places that they came from, x [outer, count], y [outer, size]. Launch: one thread an
    /// element of y. Limit: latency of log₂ count reads and of the additions.
    /// </summary>
    public static void AddSorted<V>(ArrayView<V> x, ArrayView<ulong> keys, ArrayView<int> places, ArrayView<V> y, int outer, int size, int count) where V : unmanaged, ILane<V>
    {
        long element = Places.Thread, o = element / size;
        if (o >= outer) return;
        long start = o * count;
        ulong key = OrderKey.Of(element - (o * size), false, false);
        int low = 0, high = count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            bool isBelow = keys[start + middle] < key;
            low = isBelow ? middle + 1 : low;
            high = isBelow ? high : middle;
        }

        V sum = V.From(0);
        for (; low < count && keys[start + low] == key; low++) sum += x[start + places[start + low]];
        y[element] = sum;
    }
}
