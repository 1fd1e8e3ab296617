using System.Numerics;
using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Folds of the rows of segments, each column for itself; x [rows, columns], of which order[starts[s]] … order[starts[s+1] - 1] are the rows of segment s. Layout: a team takes one column of one segment, its
/// members every so many rows; a thread alone where columns lie beside each other. Launch: a team for each segment and column. Limit: reading the rows.
/// </summary>
public static class SegmentKernels
{
    /// <summary>starts[s] = number of sorted ids below s, for s in 0 … segments, with ids as keys of i64. Launch: one thread for each of segments + 1. Limit: latency of log₂ rows reads.</summary>
    public static void Starts(ArrayView<ulong> keys, ArrayView<long> starts, int rows, int segments)
    {
        long s = Places.Thread;
        if (s > segments) return;
        ulong key = OrderKey.Of(s, false, false);
        int low = 0, high = rows;
        while (low < high)
        {
            int middle = (low + high) / 2;
            bool isBelow = keys[middle] < key;
            low = isBelow ? middle + 1 : low;
            high = isBelow ? high : middle;
        }

        starts[s] = low;
    }

    /// <summary>y[s, i] = Σ x[·, i] over the rows of segment s.</summary>
    public static void Sum<V, TTeam>(ArrayView<V> x, ArrayView<long> order, ArrayView<long> starts, ArrayView<V> y, int segments, int columns)
        where V : unmanaged, ILane<V>
        where TTeam : struct, ITeam
    {
        long item = TTeam.Row, segment = item / columns, i = item - (segment * columns);
        if (segment >= segments) return;
        long end = starts[segment + 1];
        V sum = V.From(0);
        for (long p = starts[segment] + TTeam.Member; p < end; p += TTeam.Size) sum += x[(order[p] * columns) + i];
        sum = TTeam.Fold(default(SumFold), sum);
        if (TTeam.Member == 0) y[item] = sum;
    }

    /// <summary>
    /// Exponentials within segments: kind 0 gives log Σ e^x [segments, columns], 1 e^x / Σ e^x and 2 x - log Σ e^x for each row [rows, columns]. A segment's largest number is taken from all.
    /// </summary>
    public static void Powers<V, TTeam>(ArrayView<V> x, ArrayView<long> order, ArrayView<long> starts, ArrayView<V> y, int segments, int columns, int kind)
        where V : unmanaged, ILane<V>
        where TTeam : struct, ITeam
    {
        long item = TTeam.Row, segment = item / columns, i = item - (segment * columns);
        if (segment >= segments) return;
        long first = starts[segment] + TTeam.Member, end = starts[segment + 1];
        V largest = V.Lowest, sum = V.From(0);
        for (long p = first; p < end; p += TTeam.Size) largest = default(LargerFold).Fold(largest, x[(order[p] * columns) + i]);
        largest = TTeam.Fold(default(LargerFold), largest);
        V shift = V.IfEqual(V.Abs(largest), V.Highest, V.From(0), largest);
        for (long p = first; p < end; p += TTeam.Size) sum += Elementary.Exp(x[(order[p] * columns) + i] - shift);
        sum = TTeam.Fold(default(SumFold), sum);
        V log = Elementary.Log(sum);
        if (kind == 0)
        {
            if (TTeam.Member == 0) y[item] = shift + log;
            return;
        }

        for (long p = first; p < end; p += TTeam.Size)
        {
            long place = (order[p] * columns) + i;
            V own = x[place] - shift;
            y[place] = kind == 1 ? Elementary.Exp(own) / sum : own - log;
        }
    }

    /// <summary>y[s, i] = row of the largest (or smallest) x[·, i] of segment s, the first of equals and of NaN; -1 without rows. Launch: one thread for each segment and column.</summary>
    public static void Extremes<T>(ArrayView<T> x, ArrayView<long> order, ArrayView<long> starts, ArrayView<long> y, int segments, int columns, int largest) where T : unmanaged, INumber<T>
    {
        long item = Places.Thread, segment = item / columns, i = item - (segment * columns);
        if (segment >= segments) return;
        long best = -1, end = starts[segment + 1];
        T value = default;
        for (long p = starts[segment]; p < end; p++)
        {
            long row = order[p];
            T candidate = x[(row * columns) + i];
            bool takes = best < 0 || SearchKernels.IsBetter(candidate, value, largest);
            value = takes ? candidate : value;
            best = takes ? row : best;
        }

        y[item] = best;
    }

    readonly struct LargerFold : IReduction
    {
        public V Start<V>() where V : struct, ILane<V> => V.Lowest;

        public V Fold<V>(V sum, V x) where V : struct, ILane<V> => V.IfLess(sum, x, x, sum);
    }
}
