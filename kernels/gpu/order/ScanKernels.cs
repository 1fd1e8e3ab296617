using System.Numerics;
using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Running folds and linear recurrences along an axis, over dense operands seen as [outer, size, inner]. Blocks take a line in parts of their threads' number: warps scan by exchanging registers,
/// then add what the warps before and the parts before came to. Lines that lie beside each other, and devices without warps, have a thread a line. The order depends on the block size alone.
/// </summary>
public static class ScanKernels
{
    // The most warps of a block.
    const int MostWarps = 32;

    /// <summary>y[o, j, i] = fold of x[o, 0 … j, i], without j where exclusive, from the end where reverse. Launch: a thread a line. Limit: memory bandwidth, or the latency of a step for few lines.</summary>
    public static void Lines<TScan, V>(ArrayView<V> x, ArrayView<V> y, int outer, int size, int inner, int reverse, int exclusive)
        where TScan : struct, IScan
        where V : unmanaged, ILane<V>
    {
        long line = Places.Thread, o = line / inner;
        if (o >= outer) return;
        TScan scan = default;
        long first = (o * size * inner) + (line - (o * inner));
        V sum = scan.Start<V>();
        for (int j = 0; j < size; j++)
        {
            long place = first + ((long)(reverse != 0 ? size - 1 - j : j) * inner);
            V next = scan.Next(sum, x[place]);
            y[place] = exclusive != 0 ? sum : next;
            sum = next;
        }
    }

    /// <summary>The same. Launch: a block a line. Limit: memory bandwidth for neighbours.</summary>
    public static void Blocks<TScan, V>(ArrayView<V> x, ArrayView<V> y, int size, int inner, int reverse, int exclusive)
        where TScan : struct, IScan
        where V : unmanaged, ILane<V>
    {
        ArrayView<V> warpSums = SharedMemory.Allocate<V>(MostWarps);
        TScan scan = default;
        long line = Grid.IdxX, o = line / inner, first = (o * size * inner) + (line - (o * inner));
        int lane = WarpTeam.Member, warp = Group.IdxX / WarpTeam.Threads, warps = Group.DimX / WarpTeam.Threads;
        V carry = scan.Start<V>();
        for (int part = 0; part < size; part += Group.DimX)
        {
            int j = part + Group.IdxX;
            bool isInside = j < size;
            long place = first + ((long)(isInside ? reverse != 0 ? size - 1 - j : j : 0) * inner);
            V value = isInside ? x[place] : scan.Start<V>();
            for (int distance = 1; distance < WarpTeam.Threads; distance *= 2)
            {
                V before = Warp.Shuffle(value, lane >= distance ? lane - distance : lane);
                value = lane >= distance ? scan.Next(before, value) : value;
            }

            V previous = Warp.Shuffle(value, lane > 0 ? lane - 1 : 0);
            if (lane == WarpTeam.Threads - 1) warpSums[warp] = value;
            Group.Barrier();
            V prefix = carry;
            for (int other = 0; other < warps; other++)
            {
                prefix = other < warp ? scan.Next(prefix, warpSums[other]) : prefix;
                carry = scan.Next(carry, warpSums[other]);
            }

            V result = exclusive == 0 ? scan.Next(prefix, value) : lane == 0 ? prefix : scan.Next(prefix, previous);
            if (isInside) y[place] = result;

            // The next part writes to the same memory.
            Group.Barrier();
        }
    }

    /// <summary>h[o, j, i] = a[o, j, i]·h[o, j-1, i] + b[o, j, i], from the end where reverse. Launch: a thread a line. Limit: as <see cref="Lines"/>.</summary>
    public static void RecurrenceLines<V>(ArrayView<V> a, ArrayView<V> b, ArrayView<V> h, int outer, int size, int inner, int reverse) where V : unmanaged, ILane<V>
    {
        long line = Places.Thread, o = line / inner;
        if (o >= outer) return;
        long first = (o * size * inner) + (line - (o * inner));
        V value = V.From(0);
        for (int j = 0; j < size; j++)
        {
            long place = first + ((long)(reverse != 0 ? size - 1 - j : j) * inner);
            value = (a[place] * value) + b[place];
            h[place] = value;
        }
    }

    /// <summary>The same by pairs (a, b), of which two in turn make (a·a', a'·b + b'). Launch: a block a line. Limit: memory bandwidth for neighbours.</summary>
    public static void RecurrenceBlocks<V>(ArrayView<V> a, ArrayView<V> b, ArrayView<V> h, int size, int inner, int reverse) where V : unmanaged, ILane<V>
    {
        ArrayView<V> warpFactors = SharedMemory.Allocate<V>(MostWarps), warpSums = SharedMemory.Allocate<V>(MostWarps);
        long line = Grid.IdxX, o = line / inner, first = (o * size * inner) + (line - (o * inner));
        int lane = WarpTeam.Member, warp = Group.IdxX / WarpTeam.Threads, warps = Group.DimX / WarpTeam.Threads;
        V carry = V.From(0);
        for (int part = 0; part < size; part += Group.DimX)
        {
            int j = part + Group.IdxX;
            bool isInside = j < size;
            long place = first + ((long)(isInside ? reverse != 0 ? size - 1 - j : j : 0) * inner);
            V factor = isInside ? a[place] : V.From(1), sum = isInside ? b[place] : V.From(0);
            for (int distance = 1; distance < WarpTeam.Threads; distance *= 2)
            {
                int source = lane >= distance ? lane - distance : lane;
                V factorBefore = Warp.Shuffle(factor, source), sumBefore = Warp.Shuffle(sum, source);
                sum = lane >= distance ? (factor * sumBefore) + sum : sum;
                factor = lane >= distance ? factor * factorBefore : factor;
            }

            if (lane == WarpTeam.Threads - 1)
            {
                warpFactors[warp] = factor;
                warpSums[warp] = sum;
            }

            Group.Barrier();
            V before = carry;
            for (int other = 0; other < warps; other++)
            {
                before = other < warp ? (warpFactors[other] * before) + warpSums[other] : before;
                carry = (warpFactors[other] * carry) + warpSums[other];
            }

            if (isInside) h[place] = (factor * before) + sum;
            Group.Barrier();
        }
    }

    /// <summary>y[o, j, i] = place of the largest (or smallest) of x[o, 0 … j, i], the latest of equals and of NaN, from the end where reverse. Launch: a thread a line. Limit: latency.</summary>
    public static void Extremes<T>(ArrayView<T> x, ArrayView<long> y, int outer, int size, int inner, int largest, int reverse) where T : unmanaged, INumber<T>
    {
        long line = Places.Thread, o = line / inner;
        if (o >= outer) return;
        long first = (o * size * inner) + (line - (o * inner));
        int best = reverse != 0 ? size - 1 : 0;
        T value = x[first + ((long)best * inner)];
        for (int j = 0; j < size; j++)
        {
            int at = reverse != 0 ? size - 1 - j : j;
            long place = first + ((long)at * inner);
            T candidate = x[place];
            if (T.IsNaN(candidate) || (largest != 0 ? candidate >= value : candidate <= value))
            {
                value = candidate;
                best = at;
            }

            y[place] = best;
        }
    }
}
